import { expect, test } from "vitest";
import { serialNumbers } from "./serial.ts";

test("counts from 1", () => {
  const next = serialNumbers();
  expect([next(), next(), next()]).toEqual([1, 2, 3]);
});

test("begins again with 1 after the largest u32, and never gives 0", () => {
  const next = serialNumbers(4_294_967_293);
  expect([next(), next(), next(), next()]).toEqual([4_294_967_294, 4_294_967_295, 1, 2]);
});
