import { CodecError } from "../errors.ts";

const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** Groups are skipped, never read; nested deeper than this they are taken for an attack on the stack. */
const MAX_GROUP_DEPTH = 100;

/** Where the occurrences of a singular message are: start and end, again and again. */
export type Range = number[];

const malformed = (problem: string): CodecError => new CodecError("CODEC_MALFORMED", problem);

/**
 * Reads protobuf in place. Each method takes the end of the message that it reads in and throws a `CodecError` rather
 * than read past it; the generated code adds the path.
 */
export class Reader {
  readonly bytes: Uint8Array;
  pos: number;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, pos = 0) {
    this.bytes = bytes;
    this.pos = pos;
  }

  /** field number << 3 | wire type. */
  tag(end: number): number {
    const tag = this.uint32(end);
    if (this.#high !== 0) throw malformed("a field number beyond 2^29 - 1");
    if (tag >>> 3 === 0) throw malformed("field number 0");
    return tag;
  }

  /** Refuses a known field that comes with another wire type than its own. */
  expect(tag: number, wireType: number): void {
    if ((tag & 7) !== wireType) throw malformed(`wire type ${tag & 7} instead of ${wireType}`);
  }

  bool(end: number): boolean {
    this.#varint(end);
    return this.#low !== 0 || this.#high !== 0;
  }

  /** A longer value is cut to its low 32 bits, as every implementation does. */
  int32(end: number): number {
    this.#varint(end);
    return this.#low | 0;
  }

  uint32(end: number): number {
    this.#varint(end);
    return this.#low;
  }

  int64(end: number): bigint {
    return BigInt.asIntN(64, this.uint64(end));
  }

  uint64(end: number): bigint {
    this.#varint(end);
    return this.#high === 0 ? BigInt(this.#low) : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  double(end: number): number {
    const at = this.#advance(8, end);
    return this.#dataView().getFloat64(at, true);
  }

  float(end: number): number {
    const at = this.#advance(4, end);
    return this.#dataView().getFloat32(at, true);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  string(end: number): string {
    const stop = this.length(end);
    const value = text.decode(this.bytes.subarray(this.pos, stop));
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
    const length = this.uint32(end);
    if (this.#high !== 0 || length > end - this.pos)
      throw malformed(`a length of ${this.#high * 2 ** 32 + length} bytes where ${end - this.pos} are left`);
    return this.pos + length;
  }

  /** Notes one occurrence of a singular message and steps over it. */
  range(end: number, earlier: Range | undefined): Range {
    const stop = this.length(end);
    const range = earlier ?? [];
    range.push(this.pos, stop);
    this.pos = stop;
    return range;
  }

  /** Reads a singular message. Occurrences that came apart are laid side by side, which is how protobuf merges them. */
  within<T>(range: Range, decode: (r: Reader, end: number) => T): T {
    const [start, stop] = range;
    if (range.length === 2) {
      const back = this.pos;
      this.pos = start as number;
      const message = decode(this, stop as number);
      this.pos = back;
      return message;
    }
    let length = 0;
    for (let i = 0; i < range.length; i += 2) length += (range[i + 1] as number) - (range[i] as number);
    const joined = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < range.length; i += 2) {
      const part = this.bytes.subarray(range[i], range[i + 1]);
      // A field must not begin in one occurrence and end in the next.
      const check = new Reader(part);
      while (check.pos < part.length) check.skip(check.tag(part.length), part.length);
      joined.set(part, at);
      at += part.length;
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

  // The halves of the varint read last: fields rather than a returned pair, so that nothing is allocated.
  #low = 0;
  #high = 0;

  #varint(end: number): void {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= end) throw malformed("a varint that does not end");
      const byte = bytes[this.pos++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw malformed("a varint longer than 10 bytes");
  }

  #advance(length: number, end: number): number {
    const at = this.pos;
    if (length > end - at) throw malformed(`${length} bytes where ${end - at} are left`);
    this.pos = at + length;
    return at;
  }

  #dataView(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.#view;
  }
}
