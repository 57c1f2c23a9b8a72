// What few messages need of a reader: functions rather than methods, so that a bundle has only those that it needs.
import type { Reader } from "./reader.ts";

export const readInt32 = (r: Reader, end: number): number => r.readInt32(end);
export const readUint32 = (r: Reader, end: number): number => r.readUint32(end);
export const readInt64 = (r: Reader, end: number): bigint => r.readInt64(end);
export const readDouble = (r: Reader, end: number): number => r.readDouble(end);
export const readString = (r: Reader, end: number): string => r.readString(end);

export function readUint64(r: Reader, end: number): bigint {
  return BigInt.asUintN(64, r.readInt64(end));
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
