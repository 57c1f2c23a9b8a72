import { describe, expect, test } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

test("starts when the Hong Kong market opens, unless told otherwise", () => {
  expect(new Date(new VirtualClock().unixMs()).toISOString()).toBe("2026-01-05T01:30:00.000Z");
  expect(new VirtualClock({ startUnixMs: 5 }).unixMs()).toBe(5);
});

test("stands still until it is moved", async () => {
  const clock = new VirtualClock({ startUnixMs: 1000 });
  expect([clock.now(), clock.unixMs()]).toEqual([0, 1000]);
  await clock.advance(250);
  expect([clock.now(), clock.unixMs()]).toEqual([250, 1250]);
});

test("fires by due time, then by start, each at its own time", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.startTimer(note("late"), 30);
  clock.startTimer(note("first"), 10);
  clock.startTimer(note("second"), 10);
  clock.startTimer(note("never"), 31);
  clock.startTimer(note("negative"), -5);
  await clock.advance(30);
  expect(fired).toEqual(["negative@0", "first@10", "second@10", "late@30"]);
  expect(clock.pendingTimers).toBe(1);
});

test("fires what the fired timers start", async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const again = () => {
    times.push(clock.now());
    clock.startTimer(again, 10);
  };
  clock.startTimer(again, 10);
  await clock.advance(35);
  expect(times).toEqual([10, 20, 30]);
});

test("a cancelled timer does not fire, and counts no more", async () => {
  const clock = new VirtualClock();
  let fired = 0;
  const timer = clock.startTimer(() => fired++, 10);
  clock.startTimer(() => timer.cancel(), 10).cancel();
  timer.cancel();
  timer.cancel();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(100);
  expect(fired).toBe(0);
});

test("a timer can cancel another one of the same time", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.startTimer(() => other.cancel(), 10);
  const other = clock.startTimer(() => fired.push("other"), 10);
  await clock.advance(10);
  expect(fired).toEqual([]);
});

test("chains of awaits settle before, between and after the timers", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const long = async (name: string) => {
    for (let i = 0; i < 5000; i++) await Promise.resolve();
    seen.push(`${name}@${clock.now()}`);
  };
  const chains = [long("before")];
  for (const delayMs of [10, 20]) clock.startTimer(() => chains.push(long("after the timer")), delayMs);
  await clock.advance(20);
  expect(seen).toEqual(["before@0", "after the timer@10", "after the timer@20"]);
  await Promise.all(chains);
});

test("an error of a callback ends advance with it, and the clock goes on afterwards", async () => {
  const clock = new VirtualClock();
  let fired = 0;
  clock.startTimer(() => {
    throw new Error("a mistake");
  }, 10);
  clock.startTimer(() => fired++, 20);
  await expect(clock.advance(50)).rejects.toThrow("a mistake");
  expect(clock.now()).toBe(10);
  await clock.advance(10);
  expect(fired).toBe(1);
});

test("refuses to go back, to the end of time, and to run twice at once", async () => {
  const clock = new VirtualClock();
  await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  await expect(clock.advance(Number.POSITIVE_INFINITY)).rejects.toThrow(RangeError);
  const running = clock.advance(1);
  await expect(clock.advance(1)).rejects.toThrow("still moving");
  await running;
  expect(clock.now()).toBe(1);
});

describe("a computer that sleeps", () => {
  test("fires late, each timer once, in order, at the time of waking", async () => {
    const clock = new VirtualClock({ startUnixMs: 1000 });
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${clock.now()}/${clock.unixMs()}`);
    clock.startTimer(note("second"), 20);
    clock.startTimer(() => {
      note("first")();
      clock.startTimer(note("again"), 10);
    }, 10);
    clock.startTimer(note("on time"), 500);
    clock.startTimer(note("not yet"), 501);
    await clock.sleep(500);
    expect(fired).toEqual(["first@500/1500", "second@500/1500", "on time@500/1500"]);
    await clock.advance(10);
    expect(fired.slice(3)).toEqual(["not yet@501/1501", "again@510/1510"]);
  });

  test("first ends what it was at, at the old time", async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const atWork = (async () => {
      await undefined;
      seen.push(clock.now());
    })();
    await clock.sleep(100);
    await atWork;
    expect(seen).toEqual([0]);
    expect(clock.now()).toBe(100);
  });

  test("does not sleep backwards, nor twice at once", async () => {
    const clock = new VirtualClock();
    await expect(clock.sleep(-1)).rejects.toThrow(RangeError);
    await expect(clock.sleep(Number.NaN)).rejects.toThrow(RangeError);
    const asleep = clock.sleep(1);
    await expect(clock.advance(1)).rejects.toThrow("still moving");
    await asleep;
    expect(clock.now()).toBe(1);
  });
});

describe("a wake-up", () => {
  test("is told to all who listen, each time, until they cancel", () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const tell = () => void told.push("same");
    const [first, second] = [clock.onWake(tell), clock.onWake(tell)];
    clock.onWake(() => first.cancel());
    clock.wake();
    expect(told).toEqual(["same", "same"]);
    clock.wake();
    expect(told).toHaveLength(3);
    second.cancel();
    second.cancel();
    expect(clock.wakeListeners).toBe(1);
    clock.wake();
    expect(told).toHaveLength(3);
  });

  test("comes at no move of the clock", async () => {
    const clock = new VirtualClock();
    let wakes = 0;
    clock.onWake(() => wakes++);
    await clock.advance(1000);
    await clock.sleep(1000);
    expect(wakes).toBe(0);
  });
});
