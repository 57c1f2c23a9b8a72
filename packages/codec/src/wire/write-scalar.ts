// The writers of scalars that requests seldom have: functions rather than methods, so that a bundle has only those that it
// needs.
import { type Absence, invalid, list } from "./checks.ts";
import { HIGH, halves, LOW, signed } from "./int64.ts";
import { MAX_FIELD, type Write, type Writer } from "./writer.ts";

export const writeInt32: Write<number> = (w, tag, value) => w.int32(tag, value);
export const writeString: Write<string> = (w, tag, value) => w.string(tag, value);

export function writeUint32(w: Writer, tag: number, value: number | null | undefined, absence?: Absence<0>): void {
  if (!w.takes(tag, value, absence)) return;
  if (typeof value !== "number" || value >>> 0 !== value) throw invalid("an integer from 0 to 4294967295", value);
  w.pos = w.varint32(w.field(tag, MAX_FIELD), value);
}

export function writeInt64(w: Writer, tag: number, value: bigint | null | undefined, absence?: Absence<bigint>): void {
  if (!w.takes(tag, value, absence)) return;
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value)
    throw invalid("a bigint from -(2n ** 63n) to 2n ** 63n - 1n", value);
  writeBigint(w, tag, value);
}

export function writeUint64(w: Writer, tag: number, value: bigint | null | undefined, absence?: Absence<bigint>): void {
  if (!w.takes(tag, value, absence)) return;
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value)
    throw invalid("a bigint from 0n to 2n ** 64n - 1n", value);
  writeBigint(w, tag, value);
}

function writeBigint(w: Writer, tag: number, value: bigint): void {
  signed[0] = value;
  let low = halves[LOW] as number;
  let high = halves[HIGH] as number;
  let at = w.field(tag, MAX_FIELD);
  const { bytes } = w;
  for (; high > 0; high >>>= 7) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
  }
  w.pos = w.varint32(at, low);
}

export function writeDouble(w: Writer, tag: number, value: number | null | undefined, optional?: 1): void {
  if (!w.takes(tag, value, optional)) return;
  if (typeof value !== "number") throw invalid("a number", value);
  const at = w.field(tag, MAX_FIELD);
  w.view.setFloat64(at, value, true);
  w.pos = at + 8;
}

export function writeFloat(w: Writer, tag: number, value: number | null | undefined, optional?: 1): void {
  if (!w.takes(tag, value, optional)) return;
  if (typeof value !== "number") throw invalid("a number", value);
  const at = w.field(tag, MAX_FIELD);
  w.view.setFloat32(at, value, true);
  w.pos = at + 4;
}

export function writeBytes(w: Writer, tag: number, value: Uint8Array | null | undefined, optional?: 1): void {
  if (!w.takes(tag, value, optional)) return;
  if (!(value instanceof Uint8Array)) throw invalid("a Uint8Array", value);
  const at = w.varint32(w.field(tag, MAX_FIELD + value.length), value.length);
  w.bytes.set(value, at);
  w.pos = at + value.length;
}

/** All of a list's numbers in one, as proto3 writes them: the tag is that of the whole. */
export function writePackedInt32(w: Writer, tag: number, values: readonly number[] | null | undefined): void {
  if (!w.takes(tag, values, 1)) return;
  const items = list(values);
  if (items.length === 0) return;
  const start = w.field(tag, MAX_FIELD * (1 + items.length)) + 1;
  w.pos = start;
  for (let i = 0; i < items.length; i++) {
    w.index = i;
    w.pos = w.int32At(w.pos, items[i] as number);
  }
  w.index = -1;
  w.join(start);
}
