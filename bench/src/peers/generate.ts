import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { floorSource } from "../codec/floor.ts";
import { BENCH, BIN, GENERATED } from "../paths.ts";
import { schemaFiles } from "../schema/files.ts";
import { flatSchema } from "../schema/flat.ts";
import type { Schema } from "../schema/reference.ts";

/** Where protoc finds the schema, for C++. */
export const PROTO_FOLDER = join(GENERATED, "proto");
const stamp = join(GENERATED, "stamp");

/** Generates each peer's code from our schema, unless that was done for the same schema with the same tools. */
export async function generatePeers(schema: Schema, messages: readonly string[]): Promise<void> {
  const files = schemaFiles(messages);
  const inputs = createHash("sha256");
  for (const [path, text] of files) inputs.update(path).update(text);
  for (const name of ["src/peers/generate.ts", "src/schema/flat.ts", "src/codec/floor.ts", "package.json"])
    inputs.update(readFileSync(join(BENCH, name)));
  // The catalog has the versions.
  inputs.update(readFileSync(join(BENCH, "../pnpm-workspace.yaml")));
  const digest = inputs.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;

  rmSync(GENERATED, { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = join(PROTO_FOLDER, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const paths = [...files.keys()];
  generateWithBuf();
  run(
    "pbjs",
    "-t",
    "static-module",
    "-w",
    "esm",
    "--keep-case",
    "-p",
    PROTO_FOLDER,
    "-o",
    out("protobufjs.js"),
    ...paths,
  );
  await generateProtons(schema, messages);
  generatePbf(schema, messages);
  for (const peer of ["ts-proto", "protobuf-es"])
    await bundle(
      readdirSync(out(peer, "opend")).map((file) => out(peer, "opend", file)),
      peer,
    );
  writeFileSync(out("floor.js"), floorSource(schema, messages));
  writeFileSync(stamp, digest);
}

const out = (...path: string[]) => join(GENERATED, ...path);

/** Runs a program of the dependencies and gives its output. */
function run(program: string, ...args: string[]): Buffer {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env["PATH"]}` };
  return execFileSync(join(BIN, program), args, { cwd: GENERATED, stdio: ["ignore", "pipe", "inherit"], env });
}

function generateWithBuf(): void {
  const tsProto = ["forceLong=bigint", "noDefaultsForOptionals=true", "snakeToCamel=false", "enumsAsLiterals=true"];
  const template = {
    version: "v2",
    plugins: [
      {
        local: "protoc-gen-ts_proto",
        out: "ts-proto",
        strategy: "all",
        opt: [...tsProto, "outputJsonMethods=false", "outputPartialMethods=false", "importSuffix=.ts", "env=node"],
      },
      { local: "protoc-gen-es", out: "protobuf-es", strategy: "all", opt: ["target=ts", "import_extension=ts"] },
    ],
  };
  run("buf", "generate", PROTO_FOLDER, "--template", JSON.stringify(template));
}

/** protons knows proto3 only. */
async function generateProtons(schema: Schema, messages: readonly string[]): Promise<void> {
  mkdirSync(out("protons", "opend"), { recursive: true });
  writeFileSync(out("protons", "messages.proto"), flatSchema(schema, messages, "proto3"));
  run("protons", out("protons", "messages.proto"), "--output", out("protons", "opend"));
  await bundle([out("protons", "opend", "messages.ts")], "protons");
}

/** pbf knows no packages, and writes to stdout. */
function generatePbf(schema: Schema, messages: readonly string[]): void {
  writeFileSync(out("pbf.proto"), flatSchema(schema, messages, "proto2"));
  writeFileSync(out("pbf.js"), run("pbf", out("pbf.proto")));
}

/** One JavaScript module of a peer's TypeScript files; its runtime library stays outside. */
async function bundle(files: string[], name: string): Promise<void> {
  const exports = files.map(
    (file) => `export * as ${file.replace(/.*\//, "").replace(/(_pb)?\.ts$/, "")} from ${JSON.stringify(file)};`,
  );
  await build({
    stdin: { contents: exports.join("\n"), resolveDir: GENERATED },
    outfile: out(`${name}.js`),
    bundle: true,
    format: "esm",
    packages: "external",
    target: "esnext",
    logLevel: "warning",
  });
}
