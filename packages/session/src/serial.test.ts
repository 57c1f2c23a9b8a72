import { expect, test } from "vitest";
import { SerialNumbers } from "./serial.ts";

test("counts from 1", () => {
  const serials = new SerialNumbers();
  expect([serials.next(), serials.next(), serials.next()]).toEqual([1, 2, 3]);
});

test("begins again with 1 after the largest u32, and never gives 0", () => {
  const serials = new SerialNumbers(4_294_967_293);
  expect([serials.next(), serials.next(), serials.next(), serials.next()]).toEqual([
    4_294_967_294, 4_294_967_295, 1, 2,
  ]);
});
