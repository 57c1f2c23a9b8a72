import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./system-clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_767_323_045_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test("tells the time, and the time that has passed", () => {
  const before = systemClock.now();
  expect(systemClock.unixMs()).toBe(1_767_323_045_000);
  vi.advanceTimersByTime(1500);
  expect(systemClock.now() - before).toBe(1500);
  expect(systemClock.unixMs()).toBe(1_767_323_046_500);
});

test("calls back once, unless it was cancelled", () => {
  const calls: string[] = [];
  systemClock.startTimer(() => calls.push("fires"), 100);
  const cancelled = systemClock.startTimer(() => calls.push("cancelled"), 100);
  vi.advanceTimersByTime(99);
  expect(calls).toEqual([]);
  cancelled.cancel();
  cancelled.cancel();
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual(["fires"]);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([Number.POSITIVE_INFINITY, 2 ** 31, 1e12])("does not call back at once after %d ms", (delayMs) => {
  let calls = 0;
  const timer = systemClock.startTimer(() => calls++, delayMs);
  vi.advanceTimersByTime(86_400_000);
  expect(calls).toBe(0);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
