import { describe, expect, test } from "vitest";
import { toHex } from "../testing/bytes.ts";
import { md5Hex, sha1 } from "./hash.ts";

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

describe("md5Hex", () => {
  // RFC 1321, appendix A.5.
  test.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
    ["1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"],
  ])("known answer %j", (text, expected) => {
    expect(md5Hex(text)).toBe(expected);
  });
});
