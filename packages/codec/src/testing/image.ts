import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./schema.ts";

/** Runs `buf` at the root of the repository. */
export const buf = (args: readonly string[], input: Uint8Array = new Uint8Array(0)): Uint8Array =>
  execFileSync(join(root, "node_modules/.bin/buf"), args, { cwd: root, input, maxBuffer: 2 ** 26 });

let image: Uint8Array | undefined;

/** Our whole schema as a `FileDescriptorSet`. */
export function loadImage(): Uint8Array {
  image ??= buf(["build", "proto", "--output", "-"]);
  return image;
}
