import { describe, expect, test } from "vitest";
import { concat, fromHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import {
  END_GROUP,
  fixed32Field,
  fixed64Field,
  groupField,
  longVarint,
  START_GROUP,
  stringField,
  tag,
  varintField,
} from "../testing/wire.ts";
import { Reader } from "./reader.ts";
import { skip } from "./skip.ts";

/** Steps over every field of the bytes and gives the reader's position. */
function skipAll(bytes: Uint8Array, end = bytes.length): number {
  const reader = new Reader(bytes);
  while (reader.pos < end) skip(reader, reader.readTag(end), end);
  return reader.pos;
}

const nested = (depth: number): Uint8Array => fromHex(`${"0b".repeat(depth)}${"0c".repeat(depth)}`);

describe("unknown fields are stepped over", () => {
  test.each([
    ["a varint", varintField(9, 2n ** 64n - 1n)],
    ["a fixed64", fixed64Field(9)],
    ["a fixed32", fixed32Field(9)],
    ["a text", stringField(9, "unknown")],
    ["an empty text", stringField(9, "")],
    ["an empty group", groupField(9)],
    [
      "a group of every kind of field",
      groupField(
        9,
        varintField(1, 5),
        fixed64Field(2),
        stringField(3, "x"),
        groupField(4, fixed32Field(1)),
        fixed32Field(5),
      ),
    ],
    ["a group inside a group of the same number", groupField(9, groupField(9), varintField(9, 1))],
    ["a field with the greatest number", varintField(2 ** 29 - 1, 1)],
    ["a group with the greatest number", groupField(2 ** 29 - 1, varintField(1, 1))],
  ])("%s", (_name, bytes) => {
    expect(skipAll(bytes)).toBe(bytes.length);
    for (let end = 1; end < bytes.length; end++) codecError("CODEC_MALFORMED", () => skipAll(bytes, end));
  });

  test("groups 50 deep, not deeper", () => {
    expect(skipAll(nested(50))).toBe(100);
    expect(codecError("CODEC_MALFORMED", () => skipAll(nested(51))).message).toContain("deeper than 50");
    codecError("CODEC_MALFORMED", () => skipAll(nested(200_000)));
  });

  test("many groups side by side are not deep", () => {
    const bytes = concat(...Array.from({ length: 300 }, () => groupField(1)));
    expect(skipAll(bytes)).toBe(bytes.length);
  });
});

describe("refused", () => {
  test.each([
    ["the end of a group that did not start", tag(3, END_GROUP)],
    ["the end of another group", concat(tag(3, START_GROUP), tag(4, END_GROUP))],
    ["an inner group's end that is missing", concat(tag(3, START_GROUP), tag(4, START_GROUP), tag(3, END_GROUP))],
    ["a group that does not end", concat(tag(3, START_GROUP), varintField(1, 1))],
    ["wire type 6", tag(3, 6)],
    ["wire type 7", tag(3, 7)],
    ["field number 0 inside a group", groupField(3, fromHex("00"))],
    ["an over-long varint", concat(tag(3, 0), longVarint(1, 11))],
    ["a length past the end", fromHex("1a 05 00")],
    ["a length past the end inside a group", fromHex("1b 22 05 1c")],
  ])("%s", (_name, bytes) => {
    codecError("CODEC_MALFORMED", () => skipAll(bytes));
  });
});
