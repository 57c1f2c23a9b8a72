export { object, UNUSUAL, within } from "./checks.ts";
export { type Decode, type Decoder, decodeMessage, decoder, type MessageType } from "./decoder.ts";
export { encoder } from "./encoder.ts";
export { decoderOfMaps, type MapEntry, writeMap } from "./map.ts";
export {
  readBytes,
  readDouble,
  readFloat,
  readInt32,
  readInt64,
  readString,
  readUint32,
  readUint64,
} from "./read-scalar.ts";
export { Reader, type Unread } from "./reader.ts";
export { skipRest } from "./skip.ts";
export {
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt32,
  writeInt64,
  writePackedInt32,
  writeString,
  writeUint32,
  writeUint64,
} from "./write-scalar.ts";
export { type Encode, Writer } from "./writer.ts";
