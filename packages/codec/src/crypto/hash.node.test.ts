import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../testing/bytes.ts";
import { forAll } from "../testing/for-all.ts";
import { anyText } from "../testing/text.ts";
import { md5Hex, sha1 } from "./hash.ts";

test("sha1 is Node's, around every block boundary", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7);
    expect(toHex(sha1(bytes))).toBe(createHash("sha1").update(bytes).digest("hex"));
  }
  forAll(fc.uint8Array({ maxLength: 1000, size: "max" }), (bytes) =>
    expect(toHex(sha1(bytes))).toBe(createHash("sha1").update(bytes).digest("hex")),
  );
});

test("md5Hex is Node's, of the text's UTF-8", () => {
  for (const text of ["键", "😀", "p\u0000q"]) expect(md5Hex(text)).toBe(createHash("md5").update(text).digest("hex"));
  forAll(anyText, (text) => expect(md5Hex(text)).toBe(createHash("md5").update(text).digest("hex")));
});
