import { describe, expect, test } from "vitest";
import { md5Hex } from "./md5.ts";

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
