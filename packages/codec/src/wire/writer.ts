import { type Absence, invalid, list, object } from "./checks.ts";

const text = new TextEncoder();

/** Bytes that a tag and a number behind it can take: negative int32 are sign-extended to 64 bits. */
export const MAX_FIELD = 15;
/** A longer text is written by the runtime's encoder. */
const MAX_SHORT_TEXT = 48;
/** Room for a usual message. */
const FIRST_BYTES = 256;
/** Size of the buffer that many messages share. */
const SHARED_BYTES = 16_384;

/** Writes the fields of a message. */
export type Encode<T> = (w: Writer, message: T) => void;

/** Writes a scalar field. */
export type Write<T> = (w: Writer, tag: number, value: T | null | undefined) => void;

/**
 * Writes protobuf fields into one growing buffer. The first `reserve` bytes are left to the frame header, so that a
 * frame is finished in place. Values are checked: a wrong one throws a `CodecError`, to which `encoder` adds
 * the path; the writer is of no more use then.
 */
export class Writer {
  bytes: Uint8Array;
  pos: number;
  /** Of `bytes`. */
  view: DataView;
  /** Of the field that is at hand, for errors. */
  tag = 0;
  /** The item of the list that is at hand; -1 where there is no list. */
  index = -1;
  #start = 0;

  constructor(reserve = 0) {
    this.bytes = new Uint8Array(reserve + FIRST_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.pos = reserve;
  }

  /** Begins another message behind the last one: what `finish` has given is not touched any more. */
  begin(reserve: number): void {
    const needed = reserve + FIRST_BYTES;
    // A buffer that a large message has made grow is not kept.
    if (this.bytes.length > SHARED_BYTES || this.pos + needed > this.bytes.length) {
      this.#allocate(Math.max(SHARED_BYTES, needed));
      this.pos = 0;
    }
    this.#start = this.pos;
    this.pos += reserve;
  }

  /** All that was written, the reserved bytes included. */
  finish(): Uint8Array {
    return this.bytes.subarray(this.#start, this.pos);
  }

  /** Notes the field. False when there is nothing to write. */
  takes<T>(tag: number, value: T, absence: Absence<T>): value is NonNullable<T> {
    this.tag = tag;
    if (value == null) {
      if (absence === undefined) throw invalid("", value);
      return false;
    }
    // Nothing is compared where there is no zero: values of all types come through here, which makes that slow.
    return absence === undefined || absence === 1 || value !== absence;
  }

  bool(tag: number, value: boolean | null | undefined, absence?: Absence<false>): void {
    if (!this.takes(tag, value, absence)) return;
    if (typeof value !== "boolean") throw invalid("a boolean", value);
    const at = this.field(tag, MAX_FIELD);
    this.bytes[at] = value ? 1 : 0;
    this.pos = at + 1;
  }

  int32(tag: number, value: number | null | undefined, absence?: Absence<0>): void {
    if (this.takes(tag, value, absence)) this.pos = this.int32At(this.field(tag, MAX_FIELD), value);
  }

  string(tag: number, value: string | null | undefined, absence?: Absence<"">): void {
    if (!this.takes(tag, value, absence)) return;
    if (typeof value !== "string") throw invalid("a string", value);
    // UTF-8 takes at most three bytes per UTF-16 unit.
    const start = this.field(tag, MAX_FIELD + value.length * 3) + 1;
    this.pos = value.length > MAX_SHORT_TEXT ? -1 : this.#shortText(start, value);
    if (this.pos < 0) this.pos = start + text.encodeInto(value, this.bytes.subarray(start)).written;
    this.join(start);
  }

  message<T extends object>(tag: number, value: T | null | undefined, encode: Encode<T>, optional?: 1): void {
    if (!this.takes(tag, value, optional)) return;
    const start = this.fork(tag);
    encode(this, object(value));
    this.join(start);
  }

  messages<T extends object>(tag: number, values: readonly T[] | null | undefined, encode: Encode<T>): void {
    this.tag = tag;
    const items = list(values);
    for (let i = 0; i < items.length; i++) {
      this.index = i;
      this.message(tag, items[i], encode);
    }
    this.index = -1;
  }

  /** Scalars, one by one. */
  list<T>(tag: number, values: readonly T[] | null | undefined, write: Write<T>): void {
    this.tag = tag;
    const items = list(values);
    for (let i = 0; i < items.length; i++) {
      this.index = i;
      write(this, tag, items[i]);
    }
    this.index = -1;
  }

  /** Starts a message: leaves one byte for its length. */
  fork(tag: number): number {
    this.pos = this.field(tag, MAX_FIELD) + 1;
    return this.pos;
  }

  /** Ends it, or a text: writes the length where there is room for one byte of it, and moves what needs more. */
  join(start: number): void {
    const length = this.pos - start;
    if (length > 0x7f) {
      const more = length < 1 << 14 ? 1 : length < 1 << 21 ? 2 : length < 1 << 28 ? 3 : 4;
      this.#reserve(more);
      this.bytes.copyWithin(start + more, start, this.pos);
    }
    this.pos = this.varint32(start - 1, length) + length;
  }

  /** Writes UTF-8 and gives its end; -1 when there is more in it than ASCII and Chinese. */
  #shortText(start: number, value: string): number {
    const { bytes } = this;
    let at = start;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code < 0x80) {
        bytes[at++] = code;
      } else if (code < 0x800 || (code & 0xf800) === 0xd800) {
        return -1;
      } else {
        bytes[at++] = (code >>> 12) | 0xe0;
        bytes[at++] = ((code >>> 6) & 0x3f) | 0x80;
        bytes[at++] = (code & 0x3f) | 0x80;
      }
    }
    return at;
  }

  /** Makes room for a field of at most `length` bytes, writes its tag, and gives the place behind it. */
  field(tag: number, length: number): number {
    this.#reserve(length);
    return this.varint32(this.pos, tag);
  }

  /** Writes at a place, and gives the place behind what it has written. */
  varint32(start: number, value: number): number {
    const { bytes } = this;
    let at = start;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    return at;
  }

  /** Writes at a place, and gives the place behind what it has written. A negative one is extended to 64 bits. */
  int32At(start: number, value: number): number {
    if (typeof value !== "number" || (value | 0) !== value)
      throw invalid("an integer from -2147483648 to 2147483647", value);
    if (value >= 0) return this.varint32(start, value);
    const { bytes } = this;
    for (let i = 0; i < 9; i++) bytes[start + i] = (i < 5 ? value >> (i * 7) : -1) | 0x80;
    bytes[start + 9] = 1;
    return start + 10;
  }

  /** Makes room for `length` more bytes. */
  #reserve(length: number): void {
    if (this.pos + length <= this.bytes.length) return;
    const written = this.bytes.subarray(this.#start, this.pos);
    this.#allocate(Math.max(this.pos + length, this.bytes.length * 2));
    // At the same place, because `fork` has given positions away.
    this.bytes.set(written, this.#start);
  }

  #allocate(length: number): void {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }
}
