// The vendor's gateway is written in C++ and parses with libprotobuf: a small program of ours asks that library what it
// makes of bytes. For tests in Node, where a compiler and the library are installed.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { concat } from "./bytes.ts";
import { loadImage } from "./image.ts";

const source = join(import.meta.dirname, "cpp/parse.cc");
/** Beside what other tools keep of theirs; not in git. */
const cache = join(import.meta.dirname, "../../node_modules/.cache/libprotobuf");
const flags = ["-O1", "-std=c++17"];
const libraries = ["-lprotobuf", "-pthread"];

/** What has to be installed before libprotobuf can be asked; empty when all is there. */
export function missingForCpp(): readonly string[] {
  if (spawnSync("g++", ["--version"]).status !== 0) return ["g++"];
  const header = "#include <google/protobuf/dynamic_message.h>\n";
  const { status } = spawnSync("g++", ["-x", "c++", "-E", "-"], { input: header, stdio: ["pipe", "ignore", "ignore"] });
  return status === 0 ? [] : ["libprotobuf-dev"];
}

/** Bytes to be parsed as the message of this full name. */
export interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Asks libprotobuf about each: what it writes again without unknown fields, or undefined when it refuses the bytes. */
export function parseByCpp(cases: readonly Case[]): readonly (Uint8Array | undefined)[] {
  const program = compile();
  const folder = mkdtempSync(join(cache, "schema-"));
  try {
    const image = join(folder, "image.binpb");
    writeFileSync(image, loadImage());
    const name = new TextEncoder();
    const input = concat(...cases.flatMap((item) => [...block(name.encode(item.name)), ...block(item.bytes)]));
    // It explains each refusal on stderr, which nobody reads.
    const output = execFileSync(program, [image], { input, maxBuffer: 2 ** 30, stdio: ["pipe", "pipe", "ignore"] });
    return cases.map(answersIn(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads the next answer at each call. */
function answersIn(output: Uint8Array): () => Uint8Array | undefined {
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  let at = 0;
  return () => {
    const isAccepted = output[at] === 1;
    const start = at + 5;
    at = start + view.getUint32(at + 1, true);
    return isAccepted ? new Uint8Array(output.subarray(start, at)) : undefined;
  };
}

/** Compiles the program unless that was done; gives its path. */
function compile(): string {
  const version = execFileSync("g++", ["--version"]);
  const hash = createHash("sha256").update(readFileSync(source)).update(version).update(flags.join(" ")).digest("hex");
  const program = join(cache, hash.slice(0, 16));
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "compiling-"));
  try {
    const unfinished = join(folder, "program");
    execFileSync("g++", [...flags, source, "-o", unfinished, ...libraries], { stdio: "pipe" });
    renameSync(unfinished, program);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return program;
}

function block(bytes: Uint8Array): [length: Uint8Array, bytes: Uint8Array] {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return [length, bytes];
}
