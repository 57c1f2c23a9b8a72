import { invalid } from "./checks.ts";

const text = new TextEncoder();

/** Bytes that a tag and a number behind it can take: negative int32 are sign-extended to 64 bits. */
const MAX_FIELD = 15;
/** A longer text is written by the runtime's encoder. */
const MAX_SHORT_TEXT = 48;
/** Room for a usual message. */
const FIRST_BYTES = 256;
/** Size of the buffer that many messages share. */
const SHARED_BYTES = 16_384;

/**
 * Writes protobuf fields into one growing buffer. The first `reserve` bytes are left to the frame header, so that a
 * frame is finished in place. Values are checked: a wrong one throws a `CodecError`, to which the generated code adds
 * the path; the writer is of no more use then.
 */
export class Writer {
  bytes: Uint8Array;
  pos: number;
  #view: DataView;
  #start = 0;
  /** Bytes that the last length at each depth of nesting took: its neighbours usually take as many. */
  readonly #lengthBytes: number[] = [];
  #depth = 0;

  constructor(reserve = 0) {
    this.bytes = new Uint8Array(reserve + FIRST_BYTES);
    this.#view = new DataView(this.bytes.buffer);
    this.pos = reserve;
  }

  /** Begins another message behind the last one: what `finish` has given is not touched any more. */
  begin(reserve: number): void {
    if (this.pos + reserve + FIRST_BYTES > this.bytes.length) {
      this.#allocate(Math.max(SHARED_BYTES, reserve + FIRST_BYTES));
      this.pos = 0;
    }
    this.#start = this.pos;
    this.pos += reserve;
  }

  /** All that was written, the reserved bytes included. */
  finish(): Uint8Array {
    return this.bytes.subarray(this.#start, this.pos);
  }

  bool(tag: number, value: boolean): void {
    if (typeof value !== "boolean") throw invalid("a boolean", value);
    this.#tag(tag, MAX_FIELD);
    this.bytes[this.pos++] = value ? 1 : 0;
  }

  int32(tag: number, value: number): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw invalid("an integer from -2147483648 to 2147483647", value);
    this.#tag(tag, MAX_FIELD);
    if (value >= 0) this.#varint32(value);
    else this.#varint64(value >>> 0, 0xffff_ffff);
  }

  uint32(tag: number, value: number): void {
    if (typeof value !== "number" || value >>> 0 !== value) throw invalid("an integer from 0 to 4294967295", value);
    this.#tag(tag, MAX_FIELD);
    this.#varint32(value);
  }

  int64(tag: number, value: bigint): void {
    if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value)
      throw invalid("a bigint from -(2n ** 63n) to 2n ** 63n - 1n", value);
    this.#bigint(tag, value);
  }

  uint64(tag: number, value: bigint): void {
    if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value)
      throw invalid("a bigint from 0n to 2n ** 64n - 1n", value);
    this.#bigint(tag, value);
  }

  double(tag: number, value: number): void {
    if (typeof value !== "number") throw invalid("a number", value);
    this.#tag(tag, MAX_FIELD);
    this.#view.setFloat64(this.pos, value, true);
    this.pos += 8;
  }

  float(tag: number, value: number): void {
    if (typeof value !== "number") throw invalid("a number", value);
    this.#tag(tag, MAX_FIELD);
    this.#view.setFloat32(this.pos, value, true);
    this.pos += 4;
  }

  string(tag: number, value: string): void {
    if (typeof value !== "string") throw invalid("a string", value);
    // UTF-8 takes at most three bytes per UTF-16 unit.
    this.#tag(tag, MAX_FIELD + value.length * 3);
    const start = ++this.pos;
    if (!(value.length <= MAX_SHORT_TEXT && this.#shortText(value)))
      this.pos = start + text.encodeInto(value, this.bytes.subarray(start)).written;
    this.#setLength(start, 1);
  }

  bytesField(tag: number, value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw invalid("a Uint8Array", value);
    this.#tag(tag, MAX_FIELD + value.length);
    this.#varint32(value.length);
    this.bytes.set(value, this.pos);
    this.pos += value.length;
  }

  /** Starts a message: leaves as many bytes for its length as the last one at this depth took. */
  fork(tag: number): number {
    this.#tag(tag, MAX_FIELD);
    this.pos += this.#lengthBytes[this.#depth++] ?? 1;
    return this.pos;
  }

  /** Ends it: writes the length where `fork` left room. */
  join(start: number): void {
    const depth = --this.#depth;
    this.#lengthBytes[depth] = this.#setLength(start, this.#lengthBytes[depth] ?? 1);
  }

  /**
   * Writes the length of what begins at `start` in front of it, where there is `room` for it, moving it when the length
   * takes another number of bytes. Gives that number.
   */
  #setLength(start: number, room: number): number {
    const length = this.pos - start;
    const needed = length < 0x80 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
    if (needed !== room) {
      this.#reserve(needed);
      this.bytes.copyWithin(start - room + needed, start, this.pos);
    }
    this.pos = start - room;
    this.#varint32(length);
    this.pos += length;
    return needed;
  }

  /** Writes UTF-8; false (and nothing written) when there is more in it than ASCII, Chinese and the like. */
  #shortText(value: string): boolean {
    const { bytes } = this;
    let pos = this.pos;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code < 0x80) {
        bytes[pos++] = code;
      } else if (code < 0x800) {
        bytes[pos++] = (code >>> 6) | 0xc0;
        bytes[pos++] = (code & 0x3f) | 0x80;
      } else if ((code & 0xf800) === 0xd800) {
        return false;
      } else {
        bytes[pos++] = (code >>> 12) | 0xe0;
        bytes[pos++] = ((code >>> 6) & 0x3f) | 0x80;
        bytes[pos++] = (code & 0x3f) | 0x80;
      }
    }
    this.pos = pos;
    return true;
  }

  #bigint(tag: number, value: bigint): void {
    this.#tag(tag, MAX_FIELD);
    this.#varint64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** Makes room for a field of at most `length` bytes and writes its tag. */
  #tag(tag: number, length: number): void {
    this.#reserve(length);
    this.#varint32(tag);
  }

  #varint32(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.pos++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.pos++] = rest;
  }

  /** The two halves of an unsigned 64-bit integer. */
  #varint64(low: number, high: number): void {
    let lo = low;
    let hi = high;
    while (hi > 0 || lo > 0x7f) {
      this.bytes[this.pos++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.bytes[this.pos++] = lo;
  }

  #reserve(length: number): void {
    const needed = this.pos + length;
    if (needed <= this.bytes.length) return;
    const written = this.bytes.subarray(this.#start, this.pos);
    this.#allocate(Math.max(needed, this.bytes.length * 2));
    // At the same place, because `fork` has given positions away.
    this.bytes.set(written, this.#start);
  }

  #allocate(length: number): void {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }
}
