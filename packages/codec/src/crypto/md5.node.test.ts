import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { forAll } from "../testing/for-all.ts";
import { anyText } from "../testing/text.ts";
import { md5Hex } from "./md5.ts";

const byNode = (text: string): string => createHash("md5").update(text).digest("hex");

test("md5Hex is Node's, around every block boundary", () => {
  for (let length = 0; length < 300; length++) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode((i * 7) & 0x7f)).join("");
    expect(md5Hex(text)).toBe(byNode(text));
  }
  const long = "0123456789".repeat(10_000);
  expect(md5Hex(long)).toBe(byNode(long));
});

test("md5Hex is Node's, of the text's UTF-8", () => {
  for (const text of ["键", "😀", "p\u0000q"]) expect(md5Hex(text)).toBe(byNode(text));
  forAll(anyText, (text) => expect(md5Hex(text)).toBe(byNode(text)));
});
