import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { anyText } from "../testing/text.ts";
import { float32, float64, tag, varint } from "../testing/wire.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

function written(write: (w: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.finish();
}

/** Millions of bytes take `toEqual` seconds. */
function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(actual.findIndex((byte, i) => byte !== expected[i])).toBe(-1);
}

describe("scalars", () => {
  test("int32 over its whole range", () => {
    expect(toHex(written((w) => w.int32(-1)))).toBe("ffffffffffffffffff01");
    expect(toHex(written((w) => w.int32(-400)))).toBe("f0fcffffffffffffff01");
    for (const value of [0, 1, 127, 128, 2 ** 31 - 1, -(2 ** 31)])
      expect(written((w) => w.int32(value))).toEqual(varint(value));
    forAll(fc.integer(), (value) => expect(written((w) => w.int32(value))).toEqual(varint(value)));
  });

  test("uint32 over its whole range", () => {
    expect(toHex(written((w) => w.uint32(2 ** 32 - 1)))).toBe("ffffffff0f");
    forAll(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) =>
      expect(written((w) => w.uint32(value))).toEqual(varint(value)),
    );
  });

  test("int64 and uint64 over their whole ranges", () => {
    forAll(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) =>
      expect(written((w) => w.int64(value))).toEqual(varint(value)),
    );
    forAll(fc.bigInt(0n, 2n ** 64n - 1n), (value) => expect(written((w) => w.uint64(value))).toEqual(varint(value)));
    for (let bit = 0n; bit < 64n; bit++) {
      expect(written((w) => w.uint64(2n ** bit))).toEqual(varint(2n ** bit));
      expect(written((w) => w.uint64(2n ** bit - 1n))).toEqual(varint(2n ** bit - 1n));
    }
  });

  test("bool", () => {
    expect([...written((w) => w.bool(true)), ...written((w) => w.bool(false))]).toEqual([1, 0]);
  });

  test("double and float, NaN, infinities and -0 among them", () => {
    forAll(fc.double(), (value) => expect(written((w) => w.double(value))).toEqual(float64(value)));
    forAll(fc.float(), (value) => expect(written((w) => w.float(value))).toEqual(float32(value)));
    expect(toHex(written((w) => w.double(-0)))).toBe("0000000000000080");
  });

  test("texts, with their length in bytes", () => {
    forAll(anyText, (value) => {
      const bytes = new TextEncoder().encode(value);
      expect(written((w) => w.string(value))).toEqual(concat(varint(bytes.length), bytes));
    });
    expect(toHex(written((w) => w.string("\ufeff港")))).toBe("06efbbbfe6b8af");
  });

  test("half a surrogate pair becomes U+FFFD", () => {
    expect(toHex(written((w) => w.string("\ud800")))).toBe("03efbfbd");
  });

  test("bytes", () => {
    forAll(fc.uint8Array({ maxLength: 300 }), (value) =>
      expect(written((w) => w.bytesField(value))).toEqual(concat(varint(value.length), value)),
    );
  });

  test("tags up to the greatest field number", () => {
    for (const field of [1, 15, 16, 100, 2047, 2048, 2 ** 29 - 1])
      expect(written((w) => w.tag(((field << 3) | 2) >>> 0))).toEqual(tag(field, 2));
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
  for (const [method, accepted] of Object.entries(good) as [keyof typeof good, unknown[]][]) {
    test(`${method} takes exactly its own`, () => {
      for (const value of all) {
        const write = () => written((w) => w[method](value as never));
        if (accepted.includes(value)) expect(write().length).toBeGreaterThan(0);
        else codecError("CODEC_INVALID_VALUE", write);
      }
      codecError("CODEC_MISSING_REQUIRED", () => written((w) => w[method](undefined as never)));
      codecError("CODEC_MISSING_REQUIRED", () => written((w) => w[method](null as never)));
    });
  }

  test("bytes must be a Uint8Array", () => {
    for (const value of [...all, new ArrayBuffer(1), new DataView(new ArrayBuffer(1))])
      codecError("CODEC_INVALID_VALUE", () => written((w) => w.bytesField(value as never)));
  });

  test("a number is told, a text never", () => {
    expect(codecError("CODEC_INVALID_VALUE", () => written((w) => w.int32(2 ** 31))).message).toContain("2147483648");
    const error = codecError("CODEC_INVALID_VALUE", () => written((w) => w.int32("hunter2" as never)));
    expect(error.message).toContain("a string");
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("hunter2");
  });
});

describe("the buffer", () => {
  test("grows in the middle of any value", () => {
    // 256 bytes is the first capacity: every kind of value crosses it at every offset.
    const writes: ((w: Writer) => void)[] = [
      (w) => w.tag(802),
      (w) => w.bool(true),
      (w) => w.int32(-1),
      (w) => w.uint32(2 ** 32 - 1),
      (w) => w.int64(-1n),
      (w) => w.double(0.1),
      (w) => w.float(0.5),
      (w) => w.string("港股😀"),
      (w) => w.bytesField(fromHex("010203")),
    ];
    for (const write of writes) {
      const one = written(write);
      for (let before = 256 - one.length - 2; before <= 256; before++) {
        const padding = new Uint8Array(before).fill(1);
        const bytes = written((w) => {
          for (let i = 0; i < before; i++) w.bool(true);
          write(w);
        });
        expect(bytes).toEqual(concat(padding, one));
      }
    }
  });

  test("grows by doubling, not by what each value needs", () => {
    const writer = new Writer();
    const buffers = new Set<Uint8Array>();
    for (let i = 0; i < 100_000; i++) {
      writer.bool(true);
      buffers.add(writer.bytes);
    }
    expect(buffers.size).toBe(10);
  });

  test("one text of a megabyte", () => {
    const value = "港".repeat(350_000);
    const bytes = written((w) => w.string(value));
    expect(bytes.length).toBe(3 + 1_050_000);
    expect(new Reader(bytes).string(bytes.length)).toBe(value);
  });

  test("the reserved bytes stay in front, untouched", () => {
    for (const reserve of [0, 20, 44, 300]) {
      const writer = new Writer(reserve);
      writer.string("x".repeat(500));
      const bytes = writer.finish();
      expect(bytes.length).toBe(reserve + 502);
      expect(bytes.subarray(0, reserve)).toEqual(new Uint8Array(reserve));
      expect(new Reader(bytes, reserve).string(bytes.length)).toBe("x".repeat(500));
    }
  });
});

describe("nested length prefixes", () => {
  test.each([0, 1, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_151, 2_097_152])("%d bytes of content", (length) => {
    const filling = new Uint8Array(Math.max(0, length - 4)).map((_, i) => i);
    const bytes = written((w) => {
      w.bool(true);
      const start = w.fork();
      if (length > 4) w.bytesField(filling);
      while (w.pos < start + length) w.bool(true);
      w.join(start);
      w.bool(true);
    });
    const content = new Uint8Array(length).fill(1);
    if (length > 4) content.set(concat(varint(filling.length), filling));
    expectSameBytes(bytes, concat(fromHex("01"), varint(length), content, fromHex("01")));
  });

  test("when the content just fills the buffer", () => {
    for (const capacity of [256, 512, 16_384, 32_768]) {
      for (let length = capacity - 6; length <= capacity; length++) {
        const bytes = written((w) => {
          const start = w.fork();
          for (let i = 0; i < length; i++) w.bool(true);
          w.join(start);
        });
        expectSameBytes(bytes, concat(varint(length), new Uint8Array(length).fill(1)));
      }
    }
  });

  test("inside each other, whatever the sizes", () => {
    forAll(
      fc.array(fc.nat(20_000), { minLength: 1, maxLength: 6 }),
      (sizes) => {
        let expected: Uint8Array = new Uint8Array(0);
        for (const size of sizes) {
          const filling = new TextEncoder().encode("x".repeat(size));
          const text = concat(varint(size), filling);
          expected = concat(varint(text.length + expected.length), text, expected);
        }
        const writeLevel = (w: Writer, level: number): void => {
          if (level < 0) return;
          const start = w.fork();
          w.string("x".repeat(sizes[level] as number));
          writeLevel(w, level - 1);
          w.join(start);
        };
        const bytes = written((w) => writeLevel(w, sizes.length - 1));
        expectSameBytes(bytes, expected);
      },
      30,
    );
  });
});
