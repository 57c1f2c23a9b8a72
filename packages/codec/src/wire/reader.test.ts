import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, embedded, fromHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { anyText } from "../testing/text.ts";
import { float32, float64, longVarint, tag, varint } from "../testing/wire.ts";
import { readBytes, readFloat, readUint64 } from "./read-scalar.ts";
import { Reader } from "./reader.ts";

const methods = {
  bool: (r: Reader, end: number) => r.readBool(end),
  int32: (r: Reader, end: number) => r.readInt32(end),
  uint32: (r: Reader, end: number) => r.readUint32(end),
  int64: (r: Reader, end: number) => r.readInt64(end),
  uint64: readUint64,
  double: (r: Reader, end: number) => r.readDouble(end),
  float: readFloat,
  string: (r: Reader, end: number) => r.readString(end),
  bytes: readBytes,
};

/** Reads one value that must take all of the bytes; they lie inside a larger buffer. */
function read<M extends keyof typeof methods>(method: M, bytes: Uint8Array): ReturnType<(typeof methods)[M]> {
  const reader = new Reader(embedded(bytes));
  const value = methods[method](reader, bytes.length);
  expect(reader.pos).toBe(bytes.length);
  return value as ReturnType<(typeof methods)[M]>;
}

const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return concat(varint(bytes.length), bytes);
};

describe("varints", () => {
  test.each([
    ["00", 0n],
    ["01", 1n],
    ["7f", 127n],
    ["8001", 128n],
    ["ff7f", 16_383n],
    ["808001", 16_384n],
    ["ffffffff0f", 2n ** 32n - 1n],
    ["8080808010", 2n ** 32n],
    ["ffffffff7f", 2n ** 35n - 1n],
    ["808080808001", 2n ** 35n],
    ["ffffffffffffff7f", 2n ** 56n - 1n],
    ["808080808080808001", 2n ** 56n],
    ["ffffffffffffffff7f", 2n ** 63n - 1n],
    ["80808080808080808001", 2n ** 63n],
    ["ffffffffffffffffff01", 2n ** 64n - 1n],
  ])("%s is %d", (hex, value) => {
    expect(read("uint64", fromHex(hex))).toBe(value);
  });

  test("uint64 over its whole range", () => {
    forAll(fc.bigInt(0n, 2n ** 64n - 1n), (value) => expect(read("uint64", varint(value))).toBe(value));
  });

  test("int64 over its whole range", () => {
    forAll(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => expect(read("int64", varint(value))).toBe(value));
  });

  test("64-bit values at every power of two", () => {
    for (let bit = 0n; bit < 64n; bit++) {
      for (const value of [2n ** bit - 1n, 2n ** bit]) {
        expect(read("uint64", varint(value))).toBe(value);
        expect(read("int64", varint(value))).toBe(BigInt.asIntN(64, value));
      }
    }
  });

  test("int32 over its whole range: negative ones come in ten bytes", () => {
    expect(read("int32", fromHex("ffffffffffffffffff01"))).toBe(-1);
    expect(read("int32", fromHex("80808080f8ffffffff01"))).toBe(-(2 ** 31));
    forAll(fc.integer(), (value) => expect(read("int32", varint(value))).toBe(value));
  });

  test("int32 that a careless writer sent in five bytes is negative all the same", () => {
    expect(read("int32", fromHex("ffffffff0f"))).toBe(-1);
  });

  test("32-bit values are cut to their low 32 bits", () => {
    expect(read("int32", varint(2n ** 32n + 5n))).toBe(5);
    expect(read("uint32", varint(2n ** 40n - 1n))).toBe(2 ** 32 - 1);
  });

  test("uint32 over its whole range", () => {
    forAll(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => expect(read("uint32", varint(value))).toBe(value));
  });

  test("bool is true for every number but 0, in the high half too", () => {
    expect(read("bool", fromHex("00"))).toBe(false);
    expect(read("bool", fromHex("01"))).toBe(true);
    expect(read("bool", fromHex("02"))).toBe(true);
    expect(read("bool", varint(2n ** 40n))).toBe(true);
    expect(read("bool", longVarint(0, 10))).toBe(false);
  });

  test("padded with zero bits up to ten bytes they keep their value", () => {
    for (let length = 1; length <= 10; length++) {
      expect(read("int32", longVarint(1, length))).toBe(1);
      expect(read("uint64", longVarint(1, length))).toBe(1n);
    }
  });

  test("bits beyond the 64th are dropped", () => {
    expect(read("uint64", fromHex("ffffffffffffffffff7f"))).toBe(2n ** 64n - 1n);
    expect(read("uint64", fromHex("8080808080808080807e"))).toBe(0n);
  });

  test("longer than ten bytes they are refused", () => {
    for (const length of [11, 12, 40])
      expect(codecError("CODEC_MALFORMED", () => read("uint64", longVarint(1, length))).message).toContain(
        "longer than 10",
      );
  });

  test("cut at every length they are refused, in mid-buffer too", () => {
    const whole = varint(2n ** 64n - 1n);
    for (let length = 0; length < whole.length; length++) {
      codecError("CODEC_MALFORMED", () => read("uint64", whole.subarray(0, length)));
      // The rest of the varint is there, but belongs to what comes after the message.
      codecError("CODEC_MALFORMED", () => readUint64(new Reader(whole), length));
    }
  });
});

describe("tags", () => {
  test("carry field numbers up to 2^29 - 1", () => {
    forAll(fc.tuple(fc.integer({ min: 1, max: 2 ** 29 - 1 }), fc.integer({ min: 0, max: 7 })), ([field, wireType]) => {
      const bytes = tag(field, wireType);
      const read = new Reader(bytes).readTag(bytes.length);
      expect([read >>> 3, read & 7]).toEqual([field, wireType]);
    });
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])("field number 0 is refused with wire type %d", (wireType) => {
    expect(codecError("CODEC_MALFORMED", () => new Reader(tag(0, wireType)).readTag(1)).message).toContain(
      "field number 0",
    );
  });

  test("field numbers beyond 2^29 - 1 are refused", () => {
    for (const value of [2n ** 32n, 2n ** 32n + 8n, 2n ** 35n, 2n ** 64n - 1n]) {
      const bytes = varint(value);
      codecError("CODEC_MALFORMED", () => new Reader(bytes).readTag(bytes.length));
    }
  });

  test("next gives the usual ones, 0 at the end, and leaves all others to be looked at", () => {
    const next = (bytes: Uint8Array, end = bytes.length) => {
      const reader = new Reader(bytes);
      return [reader.next(end), reader.pos];
    };
    expect(next(fromHex("08"))).toEqual([8, 1]);
    expect(next(fromHex("7d"))).toEqual([125, 1]);
    expect(next(fromHex("8001"))).toEqual([128, 2]);
    expect(next(fromHex("ff7f"))).toEqual([0x3fff, 2]);
    expect(next(fromHex("08"), 0)).toEqual([0, 0]);
    for (const hex of ["00", "07", "8000", "88 00", "80", "808001", "ffffffff0f"])
      expect(next(fromHex(hex)), hex).toEqual([-1, 0]);
    expect(next(fromHex("8001"), 1)).toEqual([-1, 0]);
  });
});

describe("fixed-size numbers", () => {
  test("double, every value", () => {
    forAll(fc.double(), (value) => expect(read("double", float64(value))).toBe(value));
    expect(read("double", float64(-0))).toBe(-0);
  });

  test("float, every value", () => {
    forAll(fc.float(), (value) => expect(read("float", float32(value))).toBe(value));
  });

  test("are read where they lie, whatever the alignment", () => {
    const reader = new Reader(concat(fromHex("01"), float64(0.1), fromHex("02"), float32(0.5)));
    expect([reader.readBool(14), reader.readDouble(14), reader.readInt32(14), readFloat(reader, 14)]).toEqual([
      true,
      0.1,
      2,
      0.5,
    ]);
  });

  test("cut short are refused", () => {
    for (let length = 0; length < 8; length++)
      codecError("CODEC_MALFORMED", () => new Reader(float64(1)).readDouble(length));
    for (let length = 0; length < 4; length++)
      codecError("CODEC_MALFORMED", () => readFloat(new Reader(float32(1)), length));
  });
});

describe("strings and bytes", () => {
  test("any text", () => {
    forAll(anyText, (value) => expect(read("string", text(value))).toBe(value));
  });

  test.each(["", "港股", "😀", "\u0000", "a".repeat(127), "a".repeat(128), "港".repeat(6000)])("text %#", (value) => {
    expect(read("string", text(value))).toBe(value);
  });

  test("a byte order mark is part of the text", () => {
    expect(read("string", text("\ufeffHK"))).toBe("\ufeffHK");
  });

  test.each([
    ["02 c3 28", "\ufffd("],
    ["01 ff", "\ufffd"],
    ["02 e6 b8", "\ufffd"],
    ["03 ed a0 80", "\ufffd\ufffd\ufffd"],
    ["03 61 80 62", "a\ufffdb"],
  ])("invalid UTF-8 %s becomes U+FFFD", (hex, value) => {
    expect(read("string", fromHex(hex))).toBe(value);
  });

  test("a character that the next field's bytes would complete stays cut", () => {
    const reader = new Reader(fromHex("02 e6b8 01 af"));
    expect([reader.readString(5), reader.readString(5)]).toEqual(["\ufffd", "\ufffd"]);
  });

  test("bytes are a copy", () => {
    const source = fromHex("03 010203");
    const value = readBytes(new Reader(source), 4);
    source.fill(0);
    expect(value).toEqual(fromHex("010203"));
    expect(read("bytes", fromHex("00"))).toEqual(new Uint8Array(0));
  });

  test("a length past the parent's end is refused, though the buffer goes on", () => {
    const bytes = fromHex("05 6162636465");
    for (let end = 1; end < 6; end++) {
      const error = codecError("CODEC_MALFORMED", () => new Reader(bytes).readString(end));
      expect(error.message).toContain(`5 bytes where ${end - 1} are left`);
      codecError("CODEC_MALFORMED", () => readBytes(new Reader(bytes), end));
      codecError("CODEC_MALFORMED", () => new Reader(bytes).length(end));
    }
  });

  test("lengths of 2^31 and beyond are refused, and told exactly", () => {
    for (const length of [2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 53n]) {
      const bytes = concat(varint(length), fromHex("6161"));
      expect(codecError("CODEC_MALFORMED", () => new Reader(bytes).readString(bytes.length)).message).toContain(
        `${length} bytes where 2 are left`,
      );
    }
    const negative = concat(varint(-1), fromHex("6161"));
    codecError("CODEC_MALFORMED", () => new Reader(negative).readString(negative.length));
  });
});
