import { CodecError } from "../errors.ts";
import { readText } from "./text.ts";

/** Groups are skipped, never read; nested deeper than this they are taken for an attack on the stack. */
const MAX_GROUP_DEPTH = 100;

/** Where a singular message is: the position of its length. A message that comes in several parts has several. */
export type At = number | readonly number[];

/** The bigint of each varint of one byte, and where the halves of the others are put together. */
const small = Array.from({ length: 0x80 }, (_, value) => BigInt(value));
const unsigned = new BigUint64Array(1);
const signed = new BigInt64Array(unsigned.buffer);
const halves = new Uint32Array(unsigned.buffer);
const [LOW, HIGH] = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];

const ENDLESS = "a varint that does not end";
const malformed = (problem: string): CodecError => new CodecError("CODEC_MALFORMED", problem);

/**
 * Reads protobuf in place. Each method takes the end of the message that it reads in and throws a `CodecError` rather
 * than read past it; the generated code adds the path.
 */
export class Reader {
  readonly bytes: Uint8Array;
  pos: number;
  #view: DataView | undefined;
  // The halves of the varint read last: fields rather than a returned pair, so that nothing is allocated.
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, pos = 0) {
    this.bytes = bytes;
    this.pos = pos;
  }

  /** A view of the bytes, made when the first double or text comes. */
  view(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.#view;
  }

  /**
   * The next field's tag: field number << 3 | wire type. 0 at the end of the message, -1 (and nothing read) when it is
   * not one of the usual short ones, or wrong.
   */
  next(end: number): number {
    const at = this.pos;
    if (at >= end) return 0;
    const byte = this.bytes[at] as number;
    if (byte < 0x80) {
      if (byte < 8) return -1;
      this.pos = at + 1;
      return byte;
    }
    const tag = (byte & 0x7f) | ((this.bytes[at + 1] as number) << 7);
    if (at + 2 > end || tag > 0x3fff || tag < 8) return -1;
    this.pos = at + 2;
    return tag;
  }

  /**
   * What to do with a tag that the decoder did not wait for. One of the message's own comes out of order, and is given
   * back; an unknown field is stepped over, and the next tag given.
   */
  other(tag: number, end: number, fields: Readonly<Record<number, string>>): number {
    const found = tag < 0 ? this.tag(end) : tag;
    if (fields[found] !== undefined) return found;
    for (let type = 0; type < 6; type++) {
      if (fields[found - (found & 7) + type] !== undefined)
        throw malformed(`wire type ${found & 7} instead of ${type}`);
    }
    this.skip(found, end);
    return this.next(end);
  }

  /** Any tag, in as few bytes as it needs. */
  tag(end: number): number {
    const at = this.pos;
    this.#varint(end);
    if (this.pos - at > 1 && this.bytes[this.pos - 1] === 0) throw malformed("a tag longer than it needs to be");
    if (this.#high !== 0) throw malformed("a field number beyond 2^29 - 1");
    if (this.#low >>> 3 === 0) throw malformed("field number 0");
    return this.#low;
  }

  bool(end: number): boolean {
    this.#varint(end);
    return this.#low !== 0 || this.#high !== 0;
  }

  /** A longer value is cut to its low 32 bits, as every implementation does. */
  int32(end: number): number {
    return this.uint32(end) | 0;
  }

  /** A longer value is cut to its low 32 bits, as every implementation does. */
  uint32(end: number): number {
    const at = this.pos;
    const byte = this.bytes[at] as number;
    if (byte < 0x80 && at < end) {
      this.pos = at + 1;
      return byte;
    }
    this.#varint(end);
    return this.#low;
  }

  int64(end: number): bigint {
    this.#varint(end);
    if (this.#high === 0) return this.#low < 0x80 ? (small[this.#low] as bigint) : BigInt(this.#low);
    halves[LOW as number] = this.#low;
    halves[HIGH as number] = this.#high;
    return signed[0] as bigint;
  }

  uint64(end: number): bigint {
    return BigInt.asUintN(64, this.int64(end));
  }

  double(end: number): number {
    const at = this.#advance(8, end);
    return this.view().getFloat64(at, true);
  }

  float(end: number): number {
    const at = this.#advance(4, end);
    return this.view().getFloat32(at, true);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  string(end: number): string {
    const stop = this.length(end);
    const value = readText(this.bytes, this.view(), this.pos, stop);
    this.pos = stop;
    return value;
  }

  /** A copy, so that it outlives the chunk it came in. */
  bytesField(end: number): Uint8Array {
    const stop = this.length(end);
    // Not slice: that of Node's Buffer is a view, which would change with the socket's buffer.
    const value = new Uint8Array(this.bytes.subarray(this.pos, stop));
    this.pos = stop;
    return value;
  }

  /** Reads the length of a length-delimited value and gives the value's end. */
  length(end: number): number {
    const at = this.pos;
    const byte = this.bytes[at] as number;
    if (byte < 0x80 && at + byte < end) {
      this.pos = at + 1;
      return at + 1 + byte;
    }
    this.#varint(end);
    if (this.#high !== 0 || this.#low > end - this.pos)
      throw malformed(`a length of ${this.#high * 2 ** 32 + this.#low} bytes where ${end - this.pos} are left`);
    return this.pos + this.#low;
  }

  /** The error of a number that ends behind its message. */
  cut(): CodecError {
    return malformed("a number that does not end");
  }

  /** Notes one occurrence of a singular message and steps over it. */
  message(end: number, earlier: At | undefined): At {
    const at = this.pos;
    this.pos = this.length(end);
    if (earlier === undefined) return at;
    return typeof earlier === "number" ? [earlier, at] : [...earlier, at];
  }

  /** Reads a singular message. Occurrences that came apart are laid side by side, which is how protobuf merges them. */
  within<T>(at: At, end: number, decode: (r: Reader, end: number) => T): T {
    if (typeof at !== "number") return this.#merged(at, end, decode);
    this.pos = at;
    return decode(this, this.length(end));
  }

  #merged<T>(positions: readonly number[], end: number, decode: (r: Reader, end: number) => T): T {
    const parts = positions.map((position) => {
      this.pos = position;
      const stop = this.length(end);
      const part = this.bytes.subarray(this.pos, stop);
      // A field must not begin in one occurrence and end in the next.
      const check = new Reader(part);
      while (check.pos < part.length) check.skip(check.tag(part.length), part.length);
      return part;
    });
    const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let length = 0;
    for (const part of parts) {
      joined.set(part, length);
      length += part.length;
    }
    return decode(new Reader(joined), length);
  }

  /** Steps over an unknown field. */
  skip(tag: number, end: number, depth = 0): void {
    switch (tag & 7) {
      case 0:
        this.#varint(end);
        break;
      case 1:
        this.#advance(8, end);
        break;
      case 2:
        this.pos = this.length(end);
        break;
      case 3:
        this.#skipGroup(tag, end, depth);
        break;
      case 5:
        this.#advance(4, end);
        break;
      case 4:
        throw malformed("the end of a group that did not start");
      default:
        throw malformed(`wire type ${tag & 7}, which does not exist`);
    }
  }

  #skipGroup(tag: number, end: number, depth: number): void {
    if (depth >= MAX_GROUP_DEPTH) throw malformed(`groups nested deeper than ${MAX_GROUP_DEPTH}`);
    const endTag = tag + 1;
    while (this.pos < end) {
      const inner = this.tag(end);
      if (inner === endTag) return;
      this.skip(inner, end, depth + 1);
    }
    throw malformed("a group that does not end");
  }

  /** Bytes behind the end are looked at, if they come to that, but never taken. */
  #varint(end: number): void {
    const { bytes } = this;
    let pos = this.pos;
    let byte = bytes[pos++] as number;
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = bytes[pos++] as number;
      low |= (byte & 0x7f) << shift;
    }
    if (byte >= 0x80) {
      byte = bytes[pos++] as number;
      low |= byte << 28;
      high = (byte & 0x7f) >>> 4;
      for (let shift = 3; byte >= 0x80; shift += 7) {
        if (shift > 31) throw malformed(pos > end ? ENDLESS : "a varint longer than 10 bytes");
        byte = bytes[pos++] as number;
        high |= (byte & 0x7f) << shift;
      }
    }
    if (!(pos <= end)) throw malformed(ENDLESS);
    this.pos = pos;
    this.#low = low >>> 0;
    this.#high = high >>> 0;
  }

  #advance(length: number, end: number): number {
    const at = this.pos;
    if (length > end - at) throw malformed(`${length} bytes where ${end - at} are left`);
    this.pos = at + length;
    return at;
  }
}
