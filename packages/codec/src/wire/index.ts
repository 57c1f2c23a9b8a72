export { list, missing, object, within } from "./checks.ts";
export { cut, readBytes, readFloat, readUint64, unexpected } from "./read-scalar.ts";
export { type At, Reader, type Unread } from "./reader.ts";
export { writeBytes, writeDouble, writeFloat, writeInt64, writeUint32, writeUint64 } from "./write-scalar.ts";
export { Writer } from "./writer.ts";
