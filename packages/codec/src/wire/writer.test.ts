import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { anyText } from "../testing/text.ts";
import { float32, float64, lengthField, stringField, tag, varint } from "../testing/wire.ts";
import { Reader } from "./reader.ts";
import { writeBytes, writeDouble, writeFloat, writeInt64, writeUint32, writeUint64 } from "./write-scalar.ts";
import { Writer } from "./writer.ts";

/** The tag that the tests write; one byte. */
const TAG = 8;

/** All that is written but the first tag. */
function written(write: (w: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  const bytes = writer.finish();
  expect(bytes[0]).toBe(TAG);
  return bytes.subarray(1);
}

/** Millions of bytes take `toEqual` seconds. */
function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(actual.findIndex((byte, i) => byte !== expected[i])).toBe(-1);
}

describe("scalars", () => {
  test("int32 over its whole range", () => {
    expect(toHex(written((w) => w.int32(TAG, -1)))).toBe("ffffffffffffffffff01");
    expect(toHex(written((w) => w.int32(TAG, -400)))).toBe("f0fcffffffffffffff01");
    for (const value of [0, 1, 127, 128, 2 ** 31 - 1, -(2 ** 31)])
      expect(written((w) => w.int32(TAG, value))).toEqual(varint(value));
    forAll(fc.integer(), (value) => expect(written((w) => w.int32(TAG, value))).toEqual(varint(value)));
  });

  test("uint32 over its whole range", () => {
    expect(toHex(written((w) => writeUint32(w, TAG, 2 ** 32 - 1)))).toBe("ffffffff0f");
    forAll(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) =>
      expect(written((w) => writeUint32(w, TAG, value))).toEqual(varint(value)),
    );
  });

  test("int64 and uint64 over their whole ranges", () => {
    forAll(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) =>
      expect(written((w) => writeInt64(w, TAG, value))).toEqual(varint(value)),
    );
    forAll(fc.bigInt(0n, 2n ** 64n - 1n), (value) =>
      expect(written((w) => writeUint64(w, TAG, value))).toEqual(varint(value)),
    );
    for (let bit = 0n; bit < 64n; bit++) {
      expect(written((w) => writeUint64(w, TAG, 2n ** bit))).toEqual(varint(2n ** bit));
      expect(written((w) => writeUint64(w, TAG, 2n ** bit - 1n))).toEqual(varint(2n ** bit - 1n));
    }
  });

  test("bool", () => {
    expect([...written((w) => w.bool(TAG, true)), ...written((w) => w.bool(TAG, false))]).toEqual([1, 0]);
  });

  test("double and float, NaN, infinities and -0 among them", () => {
    forAll(fc.double(), (value) => expect(written((w) => writeDouble(w, TAG, value))).toEqual(float64(value)));
    forAll(fc.float(), (value) => expect(written((w) => writeFloat(w, TAG, value))).toEqual(float32(value)));
    expect(toHex(written((w) => writeDouble(w, TAG, -0)))).toBe("0000000000000080");
  });

  test("texts, with their length in bytes", () => {
    forAll(anyText, (value) => {
      const bytes = new TextEncoder().encode(value);
      expect(written((w) => w.string(TAG, value))).toEqual(concat(varint(bytes.length), bytes));
    });
    expect(toHex(written((w) => w.string(TAG, "\ufeff港")))).toBe("06efbbbfe6b8af");
  });

  test("half a surrogate pair becomes U+FFFD", () => {
    expect(toHex(written((w) => w.string(TAG, "\ud800")))).toBe("03efbfbd");
  });

  test("bytes", () => {
    forAll(fc.uint8Array({ maxLength: 300 }), (value) =>
      expect(written((w) => writeBytes(w, TAG, value))).toEqual(concat(varint(value.length), value)),
    );
  });

  test("tags up to the greatest field number", () => {
    for (const field of [1, 15, 16, 100, 2047, 2048, 2 ** 29 - 1]) {
      const writer = new Writer();
      writer.bool((field << 3) >>> 0, true);
      expect(writer.finish()).toEqual(concat(tag(field, 0), fromHex("01")));
    }
  });
});

describe("values of a wrong type or out of range", () => {
  // Everything that JavaScript has, and what lies just outside of each range.
  const all = [true, 1, 1n, 1.5, -1, -1n, 2 ** 31, 2 ** 32, 2n ** 63n, 2n ** 64n, Number.NaN, "1", [], {}, Symbol("s")];
  const good: Record<"bool" | "int32" | "uint32" | "int64" | "uint64" | "double" | "float" | "string", unknown[]> = {
    bool: [true],
    int32: [1, -1],
    uint32: [1, 2 ** 31],
    int64: [1n, -1n],
    uint64: [1n, 2n ** 63n],
    double: [1, 1.5, -1, 2 ** 31, 2 ** 32, Number.NaN],
    float: [1, 1.5, -1, 2 ** 31, 2 ** 32, Number.NaN],
    string: ["1"],
  };
  type Write = (w: Writer, value: never) => void;
  const writers: Record<keyof typeof good, Write> = {
    bool: (w, value) => w.bool(TAG, value),
    int32: (w, value) => w.int32(TAG, value),
    uint32: (w, value) => writeUint32(w, TAG, value),
    int64: (w, value) => writeInt64(w, TAG, value),
    uint64: (w, value) => writeUint64(w, TAG, value),
    double: (w, value) => writeDouble(w, TAG, value),
    float: (w, value) => writeFloat(w, TAG, value),
    string: (w, value) => w.string(TAG, value),
  };
  for (const [type, accepted] of Object.entries(good) as [keyof typeof good, unknown[]][]) {
    const writeIt = writers[type];
    test(`${type} takes exactly its own`, () => {
      for (const value of all) {
        const write = () => written((w) => writeIt(w, value as never));
        if (accepted.includes(value)) expect(write().length).toBeGreaterThan(0);
        else codecError("CODEC_INVALID_VALUE", write);
      }
      codecError("CODEC_MISSING_REQUIRED", () => written((w) => writeIt(w, undefined as never)));
      codecError("CODEC_MISSING_REQUIRED", () => written((w) => writeIt(w, null as never)));
    });
  }

  test("bytes must be a Uint8Array", () => {
    for (const value of [...all, new ArrayBuffer(1), new DataView(new ArrayBuffer(1))])
      codecError("CODEC_INVALID_VALUE", () => written((w) => writeBytes(w, TAG, value as never)));
  });

  test("a number is told, a text never", () => {
    expect(codecError("CODEC_INVALID_VALUE", () => written((w) => w.int32(TAG, 2 ** 31))).message).toContain(
      "2147483648",
    );
    const error = codecError("CODEC_INVALID_VALUE", () => written((w) => w.int32(TAG, "hunter2" as never)));
    expect(error.message).toContain("a string");
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("hunter2");
  });
});

describe("the buffer", () => {
  test("grows in the middle of any value", () => {
    // 256 bytes is the first capacity: every kind of value crosses it at every offset.
    const writes: ((w: Writer) => void)[] = [
      (w) => w.bool(802, true),
      (w) => w.int32(TAG, -1),
      (w) => writeUint32(w, TAG, 2 ** 32 - 1),
      (w) => writeInt64(w, TAG, -1n),
      (w) => writeDouble(w, TAG, 0.1),
      (w) => writeFloat(w, TAG, 0.5),
      (w) => w.string(TAG, "港股😀"),
      (w) => w.string(TAG, "x".repeat(100)),
      (w) => writeBytes(w, TAG, fromHex("010203")),
      (w) => w.join(w.fork(TAG)),
    ];
    for (const write of writes) {
      const alone = new Writer();
      write(alone);
      for (let before = 0; before <= 256; before++) {
        const writer = new Writer(before);
        for (let i = 0; i < 256 - before; i += 2) writer.bool(TAG, true);
        const start = writer.pos;
        write(writer);
        expect(writer.finish().subarray(start)).toEqual(alone.finish());
      }
    }
  });

  test("grows by doubling, not by what each value needs", () => {
    const writer = new Writer();
    const buffers = new Set<Uint8Array>();
    for (let i = 0; i < 50_000; i++) {
      writer.bool(TAG, true);
      buffers.add(writer.bytes);
    }
    expect(buffers.size).toBe(10);
  });

  test("one text of a megabyte", () => {
    const value = "港".repeat(350_000);
    const bytes = written((w) => w.string(TAG, value));
    expect(bytes.length).toBe(3 + 1_050_000);
    expect(new Reader(bytes).readString(bytes.length)).toBe(value);
  });

  test("the reserved bytes stay in front, untouched", () => {
    for (const reserve of [0, 20, 44, 300]) {
      const writer = new Writer(reserve);
      writer.string(TAG, "x".repeat(500));
      const bytes = writer.finish();
      expect(bytes.length).toBe(reserve + 503);
      expect(bytes.subarray(0, reserve)).toEqual(new Uint8Array(reserve));
      expect(new Reader(bytes, reserve + 1).readString(bytes.length)).toBe("x".repeat(500));
    }
  });
});

describe("nested messages", () => {
  const LENGTHS = [0, 1, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_151, 2_097_152];
  /** Fields of so many bytes altogether. */
  const fill = (w: Writer, length: number) => {
    const end = w.pos + length;
    if (length > 6)
      writeBytes(
        w,
        TAG,
        new Uint8Array(length - (length > 300 ? 5 : 3)).map((_, i) => i),
      );
    while (w.pos + 1 < end) w.bool(TAG, true);
    if (w.pos < end) w.bytes[w.pos++] = TAG;
  };
  const filled = (length: number) => {
    const writer = new Writer();
    fill(writer, length);
    return writer.finish();
  };

  test.each(LENGTHS)("%d bytes of content", (length) => {
    const bytes = written((w) => {
      const start = w.fork(TAG);
      fill(w, length);
      w.join(start);
      w.bool(TAG, true);
    });
    expectSameBytes(bytes, concat(varint(filled(length).length), filled(length), fromHex("0801")));
  });

  test("of different lengths side by side", () => {
    forAll(fc.array(fc.constantFrom(...LENGTHS.slice(0, 8)), { maxLength: 6 }), (lengths) => {
      const writer = new Writer();
      for (const length of lengths) {
        const start = writer.fork(TAG);
        fill(writer, length);
        writer.join(start);
      }
      const expected = lengths.map((length) =>
        concat(Uint8Array.of(TAG), varint(filled(length).length), filled(length)),
      );
      expectSameBytes(writer.finish(), concat(...expected));
    });
  });

  test("that just fill the buffer", () => {
    for (const capacity of [256, 512, 16_384, 32_768]) {
      for (let length = capacity - 8; length <= capacity; length++) {
        const bytes = written((w) => {
          const start = w.fork(TAG);
          fill(w, length);
          w.join(start);
        });
        expectSameBytes(bytes, concat(varint(filled(length).length), filled(length)));
      }
    }
  });

  test("inside each other", () => {
    forAll(
      fc.array(fc.constantFrom(0, 1, 100, 120, 127, 128, 16_370, 16_384), { minLength: 1, maxLength: 6 }),
      (sizes) => {
        let expected: Uint8Array = new Uint8Array(0);
        for (const size of sizes) expected = lengthField(1, stringField(1, "x".repeat(size)), expected);
        const writer = new Writer();
        const writeLevel = (level: number): void => {
          if (level < 0) return;
          const start = writer.fork(10);
          writer.string(10, "x".repeat(sizes[level] as number));
          writeLevel(level - 1);
          writer.join(start);
        };
        writeLevel(sizes.length - 1);
        expectSameBytes(writer.finish(), expected);
      },
      30,
    );
  });
});
