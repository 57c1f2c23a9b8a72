import { expect, test } from "vitest";
import { geometricMean, median, ratios, spread } from "./statistics.ts";

test("the median is the middle one, or between the middle two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow();
});

test("a ratio is made of the two numbers of one round", () => {
  // The second round was disturbed, and both numbers with it.
  expect(ratios([10, 5, 10], [5, 2.5, 5])).toEqual([2, 2, 2]);
  expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
});

test("the geometric mean does not care which of two is the numerator", () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1);
  expect(geometricMean([4, 4])).toBeCloseTo(4);
});
