import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Item } from "../corpus/index.ts";
import { GENERATED } from "../paths.ts";
import { PROTO_FOLDER } from "../peers/generate.ts";
import { schemaFiles } from "../schema/files.ts";
import { cppSource } from "./program.ts";

const FLAGS = ["-O2", "-DNDEBUG", "-std=c++17"];
const INSTALL = "on Debian and Ubuntu: apt-get install g++ protobuf-compiler libprotobuf-dev";

export interface CppProgram {
  readonly path: string;
  readonly compiler: string;
  readonly protobuf: string;
  readonly flags: string;
}

/**
 * Compiles the C++ program, unless that was done for the same schema.
 * @throws {Error} What to install when the compilers are missing.
 */
export function compileCpp(items: readonly Item[]): CppProgram {
  const compiler = firstLine("g++", "--version");
  const protobuf = firstLine("protoc", "--version");
  const folder = join(GENERATED, "cpp");
  const protos = [...schemaFiles(items.map(({ message }) => message)).keys()];
  const source = cppSource(
    items,
    protos.map((path) => path.replace(/\.proto$/, ".pb.h")),
  );
  const path = join(folder, "bench");

  const digest = createHash("sha256")
    .update(source + compiler + protobuf + FLAGS.join(" "))
    .digest("hex");
  const stamp = join(folder, "stamp");
  if (!(existsSync(stamp) && readFileSync(stamp, "utf8") === digest)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "bench.cc"), source);
    execFileSync("protoc", [`--proto_path=${PROTO_FOLDER}`, `--cpp_out=${folder}`, ...protos], { stdio: "inherit" });
    const generated = protos.map((file) => join(folder, file.replace(/\.proto$/, ".pb.cc")));
    const inputs = [join(folder, "bench.cc"), ...generated, `-I${folder}`];
    execFileSync("g++", [...FLAGS, ...inputs, "-o", path, "-lprotobuf", "-pthread"], { stdio: "inherit" });
    writeFileSync(stamp, digest);
  }
  return { path, compiler, protobuf, flags: FLAGS.join(" ") };
}

function firstLine(program: string, flag: string): string {
  const { stdout, status } = spawnSync(program, [flag], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} is not installed; ${INSTALL}`);
  return stdout.split("\n")[0]!;
}
