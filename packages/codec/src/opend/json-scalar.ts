import { invalid } from "../wire/checks.ts";
import { readBytes, readFloat, readUint64 } from "../wire/read-scalar.ts";
import type { Reader } from "../wire/reader.ts";
import { writeBytes, writeDouble, writeFloat, writeInt64, writeUint32, writeUint64 } from "../wire/write-scalar.ts";
import type { Writer } from "../wire/writer.ts";

/** How values of a scalar type travel in protobuf, where they come from JSON or go there. */
export interface JsonScalar {
  readonly wireType: number;
  readonly read: (r: Reader, end: number) => unknown;
  /** @throws {CodecError} `CODEC_INVALID_VALUE`. */
  readonly write: (w: Writer, tag: number, json: unknown) => void;
}

/** The scalar types by their letters in the generated table. */
export const scalars: Readonly<Record<string, JsonScalar>> = {
  b: { wireType: 0, read: (r, end) => r.readBool(end), write: (w, tag, json) => w.bool(tag, json as boolean) },
  i: { wireType: 0, read: (r, end) => r.readInt32(end), write: (w, tag, json) => w.int32(tag, json as number) },
  u: { wireType: 0, read: (r, end) => r.readUint32(end), write: (w, tag, json) => writeUint32(w, tag, json as number) },
  l: { wireType: 0, read: (r, end) => r.readInt64(end), write: (w, tag, json) => writeInt64(w, tag, integer(json)) },
  L: { wireType: 0, read: readUint64, write: (w, tag, json) => writeUint64(w, tag, integer(json)) },
  d: { wireType: 1, read: (r, end) => r.readDouble(end), write: (w, tag, json) => writeDouble(w, tag, double(json)) },
  f: { wireType: 5, read: readFloat, write: (w, tag, json) => writeFloat(w, tag, double(json)) },
  s: { wireType: 2, read: (r, end) => r.readString(end), write: (w, tag, json) => w.string(tag, json as string) },
  B: { wireType: 2, read: readBytes, write: (w, tag, json) => writeBytes(w, tag, base64(json)) },
};

/** A field of a real enum type: a number, but protobuf's own printers write the member's name. */
export function enumScalar(members: ReadonlyMap<unknown, number>): JsonScalar {
  return {
    wireType: 0,
    read: (r, end) => r.readInt32(end),
    write: (w, tag, json) => w.int32(tag, members.get(json) ?? (json as number)),
  };
}

/** A 64-bit integer: a text, or a number that is exact. */
function integer(json: unknown): bigint {
  if (typeof json === "string" && /^-?\d{1,20}$/.test(json)) return BigInt(json);
  if (Number.isSafeInteger(json)) return BigInt(json as number);
  throw invalid("a 64-bit integer, as a text or as a number that is exact", json);
}

/** A number. NaN, the infinities and integers of many digits are texts. */
function double(json: unknown): number {
  return typeof json === "string" && /^(NaN|-?Infinity|-?\d+)$/.test(json) ? Number(json) : (json as number);
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** By hand, as `toJson` writes it. Of both alphabets, with padding or without. */
function base64(json: unknown): Uint8Array {
  if (typeof json !== "string" || !/^[\w+/-]*={0,2}$/.test(json)) throw invalid("base64", json);
  const text = json.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  for (let i = 0, at = 0; i < text.length; i++) {
    bits = (bits << 6) | DIGITS.indexOf(text[i] as string);
    // Each digit of a group but the first completes a byte.
    if (i % 4 > 0) bytes[at++] = bits >> (6 - (i % 4) * 2);
  }
  return bytes;
}
