import { expect, test } from "vitest";
import { readInput, textOf } from "./input.ts";

test("what never ends is given up, and not held in memory", async () => {
  const chunk = new Uint8Array(2 ** 24);
  let taken = 0;
  async function* endless() {
    for (;;) {
      taken += chunk.length;
      yield chunk;
    }
  }
  await expect(readInput({ stdin: endless() }, "-")).rejects.toMatchObject({
    code: "CLI_USAGE",
    message: "[CLI_USAGE] stdin has more than 256 MiB",
  });
  expect(taken).toBe(2 ** 28 + chunk.length);
});

test("a folder is no file", async () => {
  await expect(readInput({ stdin: undefined }, "/")).rejects.toThrow("[CLI_FILE] / cannot be read: it is a folder");
});

test("text of Windows has a mark in front, and may be UTF-16", () => {
  const text = "group,symbol\n科技,700.HK\n";
  expect(textOf(Buffer.from(`\ufeff${text}`))).toBe(text);
  expect(textOf(Buffer.from(`\ufeff${text}`, "utf16le"))).toBe(text);
  expect(textOf(Buffer.from(text))).toBe(text);
});
