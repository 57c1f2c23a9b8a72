import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex } from "../testing/bytes.ts";
import { codecError, decode } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { fixed32Field, float64, lengthField, stringField, tag, varint, varintField } from "../testing/wire.ts";
import { decoder } from "./decoder.ts";
import { readInt32 } from "./read-scalar.ts";

const decodeInner = decoder("Test.Inner", (r) => ({ a: r.int32(8), b: r.int32(16, 1), c: r.list(24, readInt32) }));
const decodeOuter = decoder("Test.Outer", (r) => ({
  one: r.message(10, decodeInner, 1),
  many: r.messages(18, decodeInner),
  text: r.string(26, 1),
}));

describe("fields", () => {
  const fields = [
    lengthField(1, varintField(1, 1), varintField(3, 4), lengthField(3, varint(5), varint(6))),
    lengthField(2, varintField(1, 2)),
    lengthField(2, varintField(1, 3), varintField(2, 7)),
    stringField(3, "x"),
  ];
  const expected = {
    one: { a: 1, b: undefined, c: [4, 5, 6] },
    many: [
      { a: 2, b: undefined, c: [] },
      { a: 3, b: 7, c: [] },
    ],
    text: "x",
  };

  test("as senders write them", () => {
    expect(decode(decodeOuter, concat(...fields))).toEqual(expected);
    expect(Object.keys(decode(decodeOuter, new Uint8Array(0)))).toEqual(["one", "many", "text"]);
  });

  test("in any order, with unknown ones anywhere", () => {
    const unknown = [varintField(9, 1), fixed32Field(2047), stringField(2048, "?")];
    forAll(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), (order) => {
      const bytes = concat(...order.map((i) => [...fields, ...unknown][i] as Uint8Array));
      const { many, ...rest } = decode(decodeOuter, bytes);
      expect(rest).toEqual({ one: expected.one, text: "x" });
      expect(many.map(({ a }) => a).sort()).toEqual([2, 3]);
    });
  });
});

describe("a singular message that comes several times", () => {
  const parts = (...contents: Uint8Array[]) => concat(...contents.map((content) => lengthField(1, content)));

  test("is read as if its parts were one", () => {
    const bytes = parts(
      varintField(3, 1),
      varintField(2, 5),
      new Uint8Array(0),
      concat(varintField(1, 6), varintField(3, 2)),
    );
    expect(decode(decodeOuter, bytes).one).toEqual({ a: 6, b: 5, c: [1, 2] });
  });

  test("must be whole in each part", () => {
    const field = varintField(1, 2 ** 20);
    for (let cut = 1; cut < field.length; cut++)
      codecError("CODEC_MALFORMED", () => decode(decodeOuter, parts(field.subarray(0, cut), field.subarray(cut))));
  });
});

describe("refused, with the path", () => {
  test.each([
    [
      "a missing field",
      concat(lengthField(2, varintField(1, 1)), lengthField(2)),
      "many[1].a",
      "required, but missing",
    ],
    ["a wrong wire type", lengthField(1, varintField(1, 1), fixed32Field(2)), "one.b", "wire type 5 instead of 0"],
    ["field number 0", lengthField(1, varintField(1, 1), fromHex("00")), "one", "field number 0"],
    ["a long tag", lengthField(1, fromHex("88 00 01")), "one", "longer than it needs to be"],
    ["a double for a text", concat(tag(3, 1), float64(1)), "text", "wire type 1 instead of 2"],
    [
      "packed numbers that are cut",
      lengthField(1, varintField(1, 1), lengthField(3, fromHex("80"))),
      "one.c",
      "does not end",
    ],
  ])("%s", (_name, bytes, path, problem) => {
    const code = problem.startsWith("required") ? "CODEC_MISSING_REQUIRED" : "CODEC_MALFORMED";
    const error = codecError(code, () => decode(decodeOuter, bytes));
    expect(error.message).toBe(`[${code}] Test.Outer: ${path}: ${error.message.split(": ").at(-1)}`);
    expect(error.message).toContain(problem);
    expect(error.paths).toEqual([path]);
  });
});

test("a fast way is taken for what it can read, and the fields for the rest", () => {
  const calls: number[] = [];
  const decodeFast = decoder(
    "Test.Fast",
    (r) => ({ a: r.int32(8) }),
    (r, end) => {
      calls.push(end);
      if (r.next(end) !== 8) throw new Error("unusual");
      return { a: r.readInt32(end) };
    },
  );
  expect(decode(decodeFast, varintField(1, 5))).toEqual({ a: 5 });
  expect(decode(decodeFast, concat(varintField(2, 1), varintField(1, 5)))).toEqual({ a: 5 });
  expect(calls).toEqual([2, 4]);
  const decodeList = decoder("Test.List", (r) => ({ list: r.messages(10, decodeFast) }));
  expect(decode(decodeList, concat(lengthField(1, varintField(1, 5)), lengthField(1, varintField(1, 6))))).toEqual({
    list: [{ a: 5 }, { a: 6 }],
  });
});
