import { describe, expect, test } from "vitest";
import { toHex } from "../testing/bytes.ts";
import { sha1 } from "./sha1.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("sha1", () => {
  // FIPS 180-2, appendix A, and the empty message.
  test.each([
    ["", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ["abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"],
    ["a".repeat(1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"],
  ])("known answer %#", (text, expected) => {
    expect(toHex(sha1(ascii(text)))).toBe(expected);
  });

  test("of a view into a larger buffer takes the view alone", () => {
    expect(toHex(sha1(ascii("xxabcxx").subarray(2, 5)))).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
  });
});
