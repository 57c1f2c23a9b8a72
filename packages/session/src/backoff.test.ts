import fc from "fast-check";
import { expect, test } from "vitest";
import { createBackoff } from "./backoff.ts";

const options = { initialMs: 200, maxMs: 15_000, maxAttempts: Number.POSITIVE_INFINITY };
const highest = () => 1 - Number.EPSILON / 2;

test("the delay may be twice as long each time, up to the cap", () => {
  const backoff = createBackoff(options, highest);
  const delays = Array.from({ length: 9 }, () => backoff.next());
  expect(delays).toEqual([199, 399, 799, 1599, 3199, 6399, 12_799, 14_999, 14_999]);
  expect(backoff.attempt).toBe(9);
});

test("each delay is anything from 0 to what it may be", () => {
  const halves = createBackoff(options, () => 0.5);
  expect([halves.next(), halves.next(), halves.next()]).toEqual([100, 200, 400]);
  const none = createBackoff(options, () => 0);
  expect([none.next(), none.next()]).toEqual([0, 0]);
});

test("after any number of tries it is a whole number below the cap", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(random, fc.integer({ min: 1, max: 3000 }), (value, tries) => {
      const backoff = createBackoff(options, () => value);
      let delay: number | undefined;
      for (let i = 0; i < tries; i++) delay = backoff.next();
      expect(Number.isSafeInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(15_000);
    }),
  );
});

test("it gives up after as many tries as there may be, until it is reset", () => {
  const backoff = createBackoff({ ...options, maxAttempts: 2 }, () => 0.5);
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.attempt]).toEqual([100, 200, undefined, 2]);
  backoff.reset();
  expect([backoff.attempt, backoff.next(), backoff.attempt]).toEqual([0, 100, 1]);
});
