// Generates packages/codec/src/gen: buf runs ts-proto and our plugin, ts-proto's types are mended, and the finished
// folder is swapped in, so that no reader sees it half made. Usage: node generate.ts
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createFileRegistry, createRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { mendTypes } from "./mend-types.ts";
import { exportNames } from "./names.ts";

const root = join(import.meta.dirname, "../../..");
const bin = join(import.meta.dirname, "../node_modules/.bin");
const target = join(root, "packages/codec/src/gen");

/** buf finds ts-proto's plugin in PATH, in this tool's own bin folder. */
function buf(...args: string[]): void {
  const path = [bin, process.env["PATH"]].join(delimiter);
  execFileSync(join(bin, "buf"), args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path } });
}

mkdirSync(join(target, ".."), { recursive: true });
const work = mkdtempSync(`${target}.`);
try {
  for (const template of ["buf.gen.yaml", "buf.gen.longport.yaml"])
    buf("generate", "--template", template, "--output", work);
  buf("build", "proto", "--output", join(work, "image.binpb"));

  const image = fromBinary(FileDescriptorSetSchema, readFileSync(join(work, "image.binpb")));
  const files = createFileRegistry(image);
  const enumOption = files.getExtension("tickwire.enum");
  if (enumOption === undefined) throw new Error("proto/tickwire/options.proto does not define tickwire.enum");
  const registry = createRegistry(...files);

  for (const folder of ["opend/", "longport/"]) {
    const schema = [...files.files].filter((file) => file.name.startsWith(folder));
    const names = exportNames(schema);
    for (const file of schema) {
      const path = join(work, `${file.name}.ts`);
      writeFileSync(path, mendTypes(readFileSync(path, "utf8"), file, names, registry, enumOption));
    }
  }
  for (const leftover of ["image.binpb", "tickwire", "google"])
    rmSync(join(work, leftover), { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(work, target);
} finally {
  rmSync(work, { recursive: true, force: true });
}
