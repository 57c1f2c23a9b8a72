// A protobuf writer for tests, as plain as can be and independent of the one under test: it can also write what no
// encoder would.
import { concat } from "./bytes.ts";

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const START_GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** A varint; negative values as 64-bit two's complement. */
export function varint(value: bigint | number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** The same value in more bytes than it needs. */
export function longVarint(value: bigint | number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(varint(value));
  for (let i = 0; i < length - 1; i++) bytes[i] = (bytes[i] as number) | 0x80;
  return bytes;
}

export const tag = (field: number, wireType: number): Uint8Array => varint(field * 8 + wireType);

export const varintField = (field: number, value: bigint | number): Uint8Array =>
  concat(tag(field, VARINT), varint(value));

export function lengthField(field: number, ...content: readonly Uint8Array[]): Uint8Array {
  const whole = concat(...content);
  return concat(tag(field, LENGTH), varint(whole.length), whole);
}

export const stringField = (field: number, value: string): Uint8Array =>
  lengthField(field, new TextEncoder().encode(value));

export const fixed64Field = (field: number, bytes: Uint8Array = new Uint8Array(8)): Uint8Array =>
  concat(tag(field, FIXED64), bytes);

export const fixed32Field = (field: number, bytes: Uint8Array = new Uint8Array(4)): Uint8Array =>
  concat(tag(field, FIXED32), bytes);

export const groupField = (field: number, ...content: readonly Uint8Array[]): Uint8Array =>
  concat(tag(field, START_GROUP), ...content, tag(field, END_GROUP));

export function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

export function float32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}
