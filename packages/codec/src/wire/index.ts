export { list, missing, object, within } from "./checks.ts";
export { type At, Reader } from "./reader.ts";
export { Writer } from "./writer.ts";
