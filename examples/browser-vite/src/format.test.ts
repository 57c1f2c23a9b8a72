import { expect, test } from "vitest";
import { digitsOf, duration, languageOf } from "./format.ts";

test.each([
  [1, 2],
  [0.5, 2],
  [0.01, 2],
  [0.001, 3],
])("prices in steps of %d have %d digits", (spread, digits) => {
  expect(digitsOf(spread)).toBe(digits);
});

test.each([
  [-5, "0 s"],
  [59_400, "59 s"],
  [60_000, "1 min"],
  [185_000, "3 min 5 s"],
  [7_800_000, "2 h 10 min"],
])("%d ms are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("Chinese names are marked as such", () => {
  expect([languageOf("腾讯控股"), languageOf("Tencent")]).toEqual(["zh", undefined]);
});
