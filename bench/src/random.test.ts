import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random.integer(0, 1_000_000));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("numbers stay within their limits and reach both ends", () => {
  const random = seededRandom(7);
  const drawn = new Set(Array.from({ length: 500 }, () => random.integer(-2, 2)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  for (let i = 0; i < 100; i++) {
    const price = random.decimal(1, 2);
    expect(price).toBeGreaterThanOrEqual(1);
    expect(price).toBeLessThanOrEqual(2);
    expect(price).toBe(Number(price.toFixed(3)));
  }
});
