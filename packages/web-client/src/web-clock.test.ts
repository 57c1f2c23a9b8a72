import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { webClock } from "./web-clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_767_323_045_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test("tells the time, and the time that has passed", () => {
  const before = webClock.now();
  expect(webClock.unixMs()).toBe(1_767_323_045_000);
  vi.advanceTimersByTime(1500);
  expect(webClock.now() - before).toBe(1500);
  expect(webClock.unixMs()).toBe(1_767_323_046_500);
});

test("calls back once, unless it was cancelled", () => {
  const calls: string[] = [];
  webClock.startTimer(() => calls.push("fires"), 100);
  const cancelled = webClock.startTimer(() => calls.push("cancelled"), 100);
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
  const timer = webClock.startTimer(() => calls++, delayMs);
  vi.advanceTimersByTime(86_400_000);
  expect(calls).toBe(0);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
