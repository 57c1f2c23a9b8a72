import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../testing/bytes.ts";
import { forAll } from "../testing/for-all.ts";
import { sha1 } from "./sha1.ts";

test("sha1 is Node's, around every block boundary", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7);
    expect(toHex(sha1(bytes))).toBe(createHash("sha1").update(bytes).digest("hex"));
  }
  forAll(fc.uint8Array({ maxLength: 1000, size: "max" }), (bytes) =>
    expect(toHex(sha1(bytes))).toBe(createHash("sha1").update(bytes).digest("hex")),
  );
});
