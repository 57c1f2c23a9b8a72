// What few messages need of a reader: functions rather than methods, so that a bundle has only those that it needs.
import type { CodecError } from "../errors.ts";
import { type Fields, malformed, type Reader } from "./reader.ts";

export function readUint64(r: Reader, end: number): bigint {
  return BigInt.asUintN(64, r.int64(end));
}

export function readFloat(r: Reader, end: number): number {
  const at = r.advance(4, end);
  return r.view().getFloat32(at, true);
}

/** A copy, so that it outlives the chunk it came in. */
export function readBytes(r: Reader, end: number): Uint8Array {
  const stop = r.length(end);
  // Not slice: that of Node's Buffer is a view, which would change with the socket's buffer.
  const value = new Uint8Array(r.bytes.subarray(r.pos, stop));
  r.pos = stop;
  return value;
}

/** As `Reader.other`, for the fast decoders, which go by the first byte of each tag: the next such byte, -1 at the end. */
export function unexpected(r: Reader, end: number, fields: Fields): number {
  const at = r.pos;
  const found = r.tag(end);
  if (fields[found] !== undefined) r.pos = at;
  else r.skipUnknown(found, end, fields);
  return r.pos < end ? (r.bytes[r.pos++] as number) : -1;
}

/** The error of a number that ends behind its message. */
export function cut(): CodecError {
  return malformed("a number that does not end");
}
