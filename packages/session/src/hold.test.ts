import { expect, test } from "vitest";
import { hold } from "./hold.ts";
import { watch } from "./testing/harness.ts";
import { ManualClock } from "./testing/manual-clock.ts";

test("a clock whose timers fire early, after 24 days, ends nothing before its deadline", async () => {
  const longestMs = 2 ** 31 - 1;
  class ShortClock extends ManualClock {
    override startTimer(callback: () => void, delayMs: number) {
      return super.startTimer(callback, Math.min(delayMs, longestMs));
    }
  }
  const clock = new ShortClock();
  const held = watch(
    hold(new Promise(() => undefined), {
      clock,
      signal: undefined,
      deadline: clock.now() + 2 * longestMs + 5,
      aborted: () => new Error("aborted"),
      expired: () => new Error("expired"),
    }),
  );
  await clock.advance(2 * longestMs + 4);
  expect(held.state).toBe("pending");
  await clock.advance(1);
  expect(held).toMatchObject({ state: "rejected", error: { message: "expired" } });
  expect(clock.timers).toBe(0);
});
