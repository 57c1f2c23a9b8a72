import { invalid } from "./checks.ts";

const text = new TextEncoder();
const float64 = new Float64Array(1);
const float32 = new Float32Array(1);
const float64Bytes = new Uint8Array(float64.buffer);
const float32Bytes = new Uint8Array(float32.buffer);

/** Bytes that an int32 varint can take: negative ones are sign-extended to 64 bits. */
const MAX_VARINT = 10;

/**
 * Writes protobuf into one growing buffer. The first `reserve` bytes are left to the frame header, so that a frame is
 * finished in place. Values are checked: a wrong one throws a `CodecError`, to which the generated code adds the path.
 */
export class Writer {
  bytes: Uint8Array;
  pos: number;

  constructor(reserve = 0) {
    this.bytes = new Uint8Array(reserve + 256);
    this.pos = reserve;
  }

  /** All that was written, the reserved bytes included. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.pos);
  }

  /** field number << 3 | wire type, as a varint. */
  tag(tag: number): void {
    this.#reserve(MAX_VARINT);
    this.#varint32(tag);
  }

  bool(value: boolean): void {
    if (typeof value !== "boolean") throw invalid("a boolean", value);
    this.#reserve(1);
    this.bytes[this.pos++] = value ? 1 : 0;
  }

  int32(value: number): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw invalid("an integer from -2147483648 to 2147483647", value);
    this.#reserve(MAX_VARINT);
    if (value >= 0) this.#varint32(value);
    else this.#varint64(value >>> 0, 0xffff_ffff);
  }

  uint32(value: number): void {
    if (typeof value !== "number" || value >>> 0 !== value) throw invalid("an integer from 0 to 4294967295", value);
    this.#reserve(MAX_VARINT);
    this.#varint32(value);
  }

  int64(value: bigint): void {
    if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value)
      throw invalid("a bigint from -(2n ** 63n) to 2n ** 63n - 1n", value);
    this.#bigint(value);
  }

  uint64(value: bigint): void {
    if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value)
      throw invalid("a bigint from 0n to 2n ** 64n - 1n", value);
    this.#bigint(value);
  }

  double(value: number): void {
    if (typeof value !== "number") throw invalid("a number", value);
    float64[0] = value;
    this.#append(float64Bytes);
  }

  float(value: number): void {
    if (typeof value !== "number") throw invalid("a number", value);
    float32[0] = value;
    this.#append(float32Bytes);
  }

  string(value: string): void {
    if (typeof value !== "string") throw invalid("a string", value);
    // UTF-8 takes at most three bytes per UTF-16 unit.
    this.#reserve(MAX_VARINT + value.length * 3);
    const start = this.fork();
    this.pos += text.encodeInto(value, this.bytes.subarray(this.pos)).written;
    this.join(start);
  }

  bytesField(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw invalid("a Uint8Array", value);
    this.#reserve(MAX_VARINT);
    this.#varint32(value.length);
    this.#append(value);
  }

  /** Starts a length-delimited value: leaves one byte for its length. */
  fork(): number {
    this.#reserve(1);
    return ++this.pos;
  }

  /** Ends it: writes the length where `fork` left room, moving the value when the length takes more than one byte. */
  join(start: number): void {
    const length = this.pos - start;
    if (length > 0x7f) {
      const shift = length < 1 << 14 ? 1 : length < 1 << 21 ? 2 : length < 1 << 28 ? 3 : 4;
      this.#reserve(shift);
      this.bytes.copyWithin(start + shift, start, this.pos);
    }
    this.pos = start - 1;
    this.#varint32(length);
    this.pos += length;
  }

  #bigint(value: bigint): void {
    this.#reserve(MAX_VARINT);
    this.#varint64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
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

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.pos);
    this.pos += bytes.length;
  }

  #reserve(length: number): void {
    const needed = this.pos + length;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.pos));
    this.bytes = grown;
  }
}
