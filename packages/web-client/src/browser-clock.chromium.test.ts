import { afterEach, expect, test, vi } from "vitest";
import { browserClock } from "./browser-clock.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Listens, and counts. */
function listen() {
  let wakes = 0;
  const listening = browserClock().onWake?.(() => wakes++);
  if (listening === undefined) throw new Error("this clock tells no wake-ups");
  return { wakes: () => wakes, cancel: () => listening.cancel() };
}

test("tells the real time", () => {
  expect(Math.abs(browserClock().unixMs() - Date.now())).toBeLessThan(60_000);
});

test.each<[event: string, at: () => EventTarget]>([
  ["visibilitychange", () => document],
  ["resume", () => document],
  ["pageshow", () => window],
  ["online", () => window],
])("tells a wake-up at %s", (event, at) => {
  const { wakes, cancel } = listen();
  at().dispatchEvent(new Event(event));
  expect(wakes()).toBe(1);
  cancel();
  at().dispatchEvent(new Event(event));
  expect(wakes()).toBe(1);
});

test("tells nothing when the page goes out of sight", () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const { wakes, cancel } = listen();
  document.dispatchEvent(new Event("visibilitychange"));
  expect(wakes()).toBe(0);
  cancel();
});

test("adds no listener before it is asked, and leaves none", () => {
  const kept = new Set<AbortSignal>();
  for (const target of [document, window])
    vi.spyOn(target, "addEventListener").mockImplementation((_type: string, _listener: unknown, options: unknown) => {
      kept.add((options as AddEventListenerOptions).signal as AbortSignal);
    });
  const clock = browserClock();
  expect(kept.size).toBe(0);
  const [first, second] = [clock.onWake?.(() => undefined), clock.onWake?.(() => undefined)];
  expect([...kept].map(({ aborted }) => aborted)).toEqual([false, false]);
  first?.cancel();
  first?.cancel();
  expect([...kept].map(({ aborted }) => aborted)).toEqual([true, false]);
  second?.cancel();
  expect([...kept].every(({ aborted }) => aborted)).toBe(true);
});
