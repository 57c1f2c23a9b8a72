import { CodecError } from "../errors.ts";
import { HIGH, halves, LOW, signed } from "./int64.ts";
import { readText } from "./text.ts";

/**
 * Groups are skipped, never read; nested deeper than this they are taken for an attack on the stack. libprotobuf allows
 * 100 levels of groups and messages together.
 */
const MAX_GROUP_DEPTH = 50;

/** Where a singular message is: the position of its length. A message that comes in several parts has several. */
export type At = number | number[];

/** A message before its first field is read. */
export type Unread<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The fields that a message knows: their names by their tags. */
export type Fields = Readonly<Record<number, string>>;

/** The bigint of each varint of one byte. */
const small = Array.from({ length: 0x80 }, (_, value) => BigInt(value));

const ENDLESS = "a varint that does not end";
export const malformed = (problem: string): CodecError => new CodecError("CODEC_MALFORMED", problem);

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

  /** A view of the bytes, made when the first double comes. */
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
    if (at + 2 > end || tag > 0x3fff || tag < 0x80) return -1;
    this.pos = at + 2;
    return tag;
  }

  /**
   * What to do with a tag that the decoder did not wait for. One of the message's own comes out of order, and is given
   * back; an unknown field is stepped over, and the next tag given.
   */
  other(tag: number, end: number, fields: Fields): number {
    const found = tag < 0 ? this.tag(end) : tag;
    if (fields[found] !== undefined) return found;
    this.skipUnknown(found, end, fields);
    return this.next(end);
  }

  /** Steps over a field that the message does not know; refuses one that it knows by another wire type. */
  skipUnknown(tag: number, end: number, fields: Fields): void {
    for (let type = 0; type < 6; type++) {
      const field = fields[tag - (tag & 7) + type];
      if (field !== undefined)
        throw new CodecError("CODEC_MALFORMED", `wire type ${tag & 7} instead of ${type}`, [field]);
    }
    this.skip(tag, end);
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
    // Up to four bytes at once: each one that follows another takes the place of its continuation bit.
    const { bytes, pos } = this;
    let value = bytes[pos] as number;
    let next = pos + 1;
    if (value >= 0x80) value = (value & 0x7f) | ((bytes[next++] as number) << 7);
    if (value >= 0x4000) value = (value & 0x3fff) | ((bytes[next++] as number) << 14);
    if (value >= 0x20_0000) value = (value & 0x1f_ffff) | ((bytes[next++] as number) << 21);
    if (value < 0x1000_0000 && next <= end) {
      this.pos = next;
      return value < 0x80 ? (small[value] as bigint) : BigInt(value);
    }
    this.#varint(end);
    if (this.#high === 0) return BigInt(this.#low);
    halves[LOW] = this.#low;
    halves[HIGH] = this.#high;
    return signed[0] as bigint;
  }

  double(end: number): number {
    const at = this.advance(8, end);
    return this.view().getFloat64(at, true);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  string(end: number): string {
    const stop = this.length(end);
    const value = readText(this.bytes, this.pos, stop);
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
    if (this.#high !== 0 || this.#low > end - this.pos || this.pos - at > 5)
      throw malformed(
        `a length of ${this.#high * 2 ** 32 + this.#low} bytes where ${end - this.pos} are left, told in ${this.pos - at}`,
      );
    return this.pos + this.#low;
  }

  /** Notes one occurrence of a singular message and steps over it. */
  message(end: number, earlier: At | undefined): At {
    const at = this.pos;
    this.pos = this.length(end);
    if (earlier === undefined) return at;
    if (typeof earlier === "number") return [earlier, at];
    earlier.push(at);
    return earlier;
  }

  /** Reads a singular message. Occurrences that came apart are laid side by side, which is how protobuf merges them. */
  within<T>(at: At, end: number, decode: (r: Reader, end: number) => T): T {
    if (typeof at !== "number") return this.merged(at, end, decode);
    this.pos = at;
    return decode(this, this.length(end));
  }

  /** Reads a singular message that came in several parts. */
  merged<T>(positions: readonly number[], end: number, decode: (r: Reader, end: number) => T): T {
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
        this.advance(8, end);
        break;
      case 2:
        this.pos = this.length(end);
        break;
      case 3:
        this.#skipGroup(tag, end, depth);
        break;
      case 5:
        this.advance(4, end);
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

  /** Steps over so many bytes, and gives where they begin. */
  advance(length: number, end: number): number {
    const at = this.pos;
    if (length > end - at) throw malformed(`${length} bytes where ${end - at} are left`);
    this.pos = at + length;
    return at;
  }
}
