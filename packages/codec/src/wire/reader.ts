import { type Absence, absent, malformed } from "./checks.ts";
import type { Decode, Decoder, MessageType } from "./decoder.ts";
import { packed } from "./description.ts";
import { HIGH, halves, LOW, signed } from "./int64.ts";
import { skipRest } from "./skip.ts";
import { readText } from "./text.ts";

/** A message before its first field is read. */
export type Unread<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The bigint of each varint of one byte. */
const small = Array.from({ length: 0x80 }, (_, value) => BigInt(value));

const ENDLESS = "a varint that does not end";

/**
 * Reads protobuf in place. Each method takes the end of the message that it reads in and throws a `CodecError` rather
 * than read past it; `decodeMessage` adds the path.
 */
export class Reader {
  readonly bytes: Uint8Array;
  pos: number;
  /** Of the message whose fields are being read: its end, and its next field's tag. */
  end = 0;
  tag = 0;
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

  /** Any tag, in as few bytes as it needs. */
  readTag(end: number): number {
    const at = this.pos;
    this.#varint(end);
    if (this.pos - at > 1 && this.bytes[this.pos - 1] === 0) throw malformed("a tag longer than it needs to be");
    if (this.#high !== 0) throw malformed("a field number beyond 2^29 - 1");
    if (this.#low >>> 3 === 0) throw malformed("field number 0");
    return this.#low;
  }

  readBool(end: number): boolean {
    this.#varint(end);
    return this.#low !== 0 || this.#high !== 0;
  }

  /** A longer value is cut to its low 32 bits, as every implementation does. */
  readInt32(end: number): number {
    return this.readUint32(end) | 0;
  }

  /** A longer value is cut to its low 32 bits, as every implementation does. */
  readUint32(end: number): number {
    const at = this.pos;
    const byte = this.bytes[at] as number;
    if (byte < 0x80 && at < end) {
      this.pos = at + 1;
      return byte;
    }
    this.#varint(end);
    return this.#low;
  }

  readInt64(end: number): bigint {
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

  readDouble(end: number): number {
    const at = this.advance(8, end);
    return this.view().getFloat64(at, true);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  readString(end: number): string {
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

  // Fields: each call reads one, in the order of their numbers. One whose tag is not the next is absent: see
  // `Absence`.

  /** Reads a message by its fields. Those that its type does not know are stepped over where they come last. */
  whole<T>(type: MessageType<T>, end: number): T {
    this.end = end;
    this.tag = this.next(end);
    const message = type.fields(this);
    if (this.tag !== 0) skipRest(type, this, end, this.tag);
    return message;
  }

  bool(tag: number, zero?: false): boolean;
  bool(tag: number, optional: 1): boolean | undefined;
  bool(tag: number, absence?: Absence<false>): boolean | undefined {
    return this.tag === tag ? this.#then(this.readBool(this.end)) : absent(absence);
  }

  int32(tag: number, zero?: 0): number;
  int32(tag: number, optional: 1): number | undefined;
  int32(tag: number, absence?: Absence<0>): number | undefined {
    return this.tag === tag ? this.#then(this.readInt32(this.end)) : absent(absence);
  }

  int64(tag: number, zero?: bigint): bigint;
  int64(tag: number, optional: 1): bigint | undefined;
  int64(tag: number, absence?: Absence<bigint>): bigint | undefined {
    return this.tag === tag ? this.#then(this.readInt64(this.end)) : absent(absence);
  }

  double(tag: number): number;
  double(tag: number, optional: 1): number | undefined;
  double(tag: number, optional?: 1): number | undefined {
    return this.tag === tag ? this.#then(this.readDouble(this.end)) : absent(optional);
  }

  string(tag: number, zero?: ""): string;
  string(tag: number, optional: 1): string | undefined;
  string(tag: number, absence?: Absence<"">): string | undefined {
    return this.tag === tag ? this.#then(this.readString(this.end)) : absent(absence);
  }

  /** A scalar of a type that few messages have. */
  one<T>(tag: number, read: Decode<T>, optional: 1): T | undefined;
  one<T>(tag: number, read: Decode<T>, zero?: T): T;
  one<T>(tag: number, read: Decode<T>, absence?: Absence<T>): T | undefined {
    return this.tag === tag ? this.#then(read(this, this.end)) : absent(absence);
  }

  /** Scalars, one by one or packed. */
  list<T>(tag: number, read: Decode<T>): T[] {
    const list: T[] = [];
    for (;;) {
      if (this.tag === tag) list.push(read(this, this.end));
      else if (this.tag !== packed(tag)) return list;
      else for (const stop = this.length(this.end); this.pos < stop; ) list.push(read(this, stop));
      this.tag = this.next(this.end);
    }
  }

  message<T>(tag: number, decode: Decode<T> | Decoder<T>): T;
  message<T>(tag: number, decode: Decode<T> | Decoder<T>, optional: 1): T | undefined;
  message<T>(tag: number, decode: Decode<T> | Decoder<T>, optional?: 1): T | undefined {
    return this.tag === tag ? this.#inner(decode) : absent<T>(optional);
  }

  messages<T>(tag: number, decode: Decode<T> | Decoder<T>): T[] {
    const list: T[] = [];
    while (this.tag === tag) list.push(this.#inner(decode));
    return list;
  }

  #inner<T>(decode: Decode<T> | Decoder<T>): T {
    const end = this.end;
    const stop = this.length(end);
    const value =
      "type" in decode ? (decode.type.read?.(this, stop) ?? this.whole(decode.type, stop)) : decode(this, stop);
    this.end = end;
    return this.#then(value);
  }

  /** Goes on to the next field. */
  #then<T>(value: T): T {
    this.tag = this.next(this.end);
    return value;
  }
}
