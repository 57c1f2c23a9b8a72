import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { PaceRefusal, Pacer } from "./pacer.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";

/** A pacer, and when each of its turns was given. */
function pacing(pace: ConstructorParameters<typeof Pacer>[1]) {
  const clock = new ManualClock();
  const begin = clock.now();
  const pacer = new Pacer(clock, pace);
  const started: string[] = [];
  const leaves: (() => void)[] = [];
  const ask = (name: string, options: Parameters<Pacer["turn"]>[0] = {}) => {
    const turn = pacer.turn(options).then((leave) => {
      started.push(`${name}@${clock.now() - begin}`);
      leaves.push(leave);
    });
    // Whoever awaits it still sees the rejection.
    turn.catch(() => undefined);
    return turn;
  };
  return { clock, begin, pacer, started, leaves, ask };
}

describe("the window", () => {
  test("gives so many turns at once, and the next when the first has left the window", async () => {
    const { clock, pacer, started, ask } = pacing({ requests: 2, windowMs: 1000 });
    for (const name of ["a", "b", "c", "d", "e"]) void ask(name);
    await settle();
    expect(started).toEqual(["a@0", "b@0"]);
    expect(pacer.waiting).toBe(3);
    await clock.advance(999);
    expect(started).toHaveLength(2);
    await clock.advance(1001);
    expect(started).toEqual(["a@0", "b@0", "c@1000", "d@1000", "e@2000"]);
    expect([pacer.waiting, clock.timers]).toEqual([0, 0]);
  });

  test("slides: each start makes room for one, a window later", async () => {
    const { clock, started, ask } = pacing({ requests: 2, windowMs: 1000 });
    await ask("a");
    await clock.advance(600);
    await ask("b");
    void ask("c");
    void ask("d");
    await clock.advance(5000);
    expect(started).toEqual(["a@0", "b@600", "c@1000", "d@1600"]);
  });

  test("one timer serves all that wait", async () => {
    const { clock, ask } = pacing({ requests: 1, windowMs: 1000 });
    for (let i = 0; i < 100; i++) void ask(String(i));
    await settle();
    expect(clock.timers).toBe(1);
  });

  test("a timer that fires early gives no turn early", async () => {
    const { clock, started, ask } = pacing({ requests: 1, windowMs: 1000 });
    const start = clock.startTimer.bind(clock);
    vi.spyOn(clock, "startTimer").mockImplementation((callback, delayMs) => start(callback, delayMs / 2));
    await ask("a");
    void ask("b");
    await clock.advance(999);
    expect(started).toEqual(["a@0"]);
    await clock.advance(1);
    expect(started).toHaveLength(2);
  });
});

describe("calls at once", () => {
  test("the next turn comes when a call is over, and being over counts once", async () => {
    const { started, leaves, ask } = pacing({ requests: 100, windowMs: 1000, concurrent: 2 });
    for (const name of ["a", "b", "c", "d"]) void ask(name);
    await settle();
    expect(started).toEqual(["a@0", "b@0"]);
    leaves[0]?.();
    leaves[0]?.();
    await settle();
    expect(started).toEqual(["a@0", "b@0", "c@0"]);
  });

  test("a call that is over does not open a full window", async () => {
    const { clock, started, leaves, ask } = pacing({ requests: 1, windowMs: 1000, concurrent: 1 });
    void ask("a");
    void ask("b");
    await settle();
    leaves[0]?.();
    await clock.advance(999);
    expect(started).toEqual(["a@0"]);
    await clock.advance(1);
    expect(started).toEqual(["a@0", "b@1000"]);
  });

  test("a window with room does not help while too many calls are under way; then no timer runs", async () => {
    const { clock, started, ask } = pacing({ requests: 1, windowMs: 1000, concurrent: 1 });
    await ask("a");
    void ask("b");
    await clock.advance(10_000);
    expect(started).toEqual(["a@0"]);
    expect(clock.timers).toBe(0);
  });
});

describe("giving up", () => {
  test("who aborts leaves the queue, and the others move up", async () => {
    const { clock, pacer, started, ask } = pacing({ requests: 1, windowMs: 1000 });
    const controller = new AbortController();
    void ask("a");
    const given = ask("b", { signal: controller.signal });
    void ask("c");
    controller.abort("enough");
    await expect(given).rejects.toBe("enough");
    expect(pacer.waiting).toBe(1);
    await clock.advance(1000);
    expect(started).toEqual(["a@0", "c@1000"]);
  });

  test("when the last one leaves, the timer stops", async () => {
    const { clock, ask } = pacing({ requests: 1, windowMs: 1000 });
    const controller = new AbortController();
    void ask("a");
    const given = ask("b", { signal: controller.signal });
    expect(clock.timers).toBe(1);
    controller.abort("enough");
    await expect(given).rejects.toBe("enough");
    expect(clock.timers).toBe(0);
  });

  test("an aborted signal gets no turn and takes no room", async () => {
    const { started, ask } = pacing({ requests: 1, windowMs: 1000 });
    await expect(ask("a", { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    void ask("b");
    await settle();
    expect(started).toEqual(["b@0"]);
  });

  test("no listener stays at a signal, whether a turn came or not", async () => {
    const { clock, ask } = pacing({ requests: 1, windowMs: 1000 });
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    void ask("a", { signal: controller.signal });
    void ask("b", { signal: controller.signal });
    await clock.advance(1000);
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed).toHaveBeenCalledTimes(2);
  });
});

describe("a deadline", () => {
  test("that the window cannot meet refuses at once, and says when there is room", async () => {
    const { clock, begin, pacer, ask } = pacing({ requests: 2, windowMs: 1000 });
    for (const name of ["a", "b", "c", "d"]) void ask(name);
    await clock.advance(400);
    const refused = pacer.turn({ deadline: begin + 1999 });
    await expect(refused).rejects.toBeInstanceOf(PaceRefusal);
    await expect(refused).rejects.toMatchObject({
      retryAfterMs: 1600,
      message: "no room for another call for 1600 ms",
    });
    expect(pacer.waiting).toBe(2);
    const inTime = ask("e", { deadline: begin + 2000 });
    await clock.advance(1600);
    await inTime;
  });

  test("that the window can meet changes nothing", async () => {
    const { started, begin, ask } = pacing({ requests: 1, windowMs: 1000 });
    await ask("a", { deadline: begin });
    expect(started).toEqual(["a@0"]);
  });
});

test.each([
  [{ requests: 0, windowMs: 1 }, "requests must be a whole number, at least 1; it is 0"],
  [{ requests: 1.5, windowMs: 1 }, "requests must be a whole number, at least 1; it is 1.5"],
  [{ requests: 1, windowMs: 0 }, "windowMs must be more than 0 and finite; it is 0"],
  [{ requests: 1, windowMs: Number.NaN }, "windowMs must be more than 0 and finite; it is NaN"],
  [{ requests: 1, windowMs: 1, concurrent: 0 }, "concurrent must be at least 1; it is 0"],
])("refuses the pace %o", (pace, message) => {
  expect(() => new Pacer(new ManualClock(), pace)).toThrow(new RangeError(message));
});

test("whatever is asked, when, for how long and with which numbers, both limits hold, in order, and nobody starves", async () => {
  const calls = fc.array(
    fc.record({
      afterMs: fc.double({ min: 0, max: 700, noNaN: true }),
      takesMs: fc.double({ min: 0, max: 900, noNaN: true }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const paces = fc.record({
    requests: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.double({ min: 0.1, max: 1000, noNaN: true }),
    concurrent: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(paces, calls, async (pace, asked) => {
      const clock = new ManualClock();
      const pacer = new Pacer(clock, pace);
      const starts: { readonly index: number; readonly at: number }[] = [];
      let running = 0;
      for (const [index, { afterMs, takesMs }] of asked.entries()) {
        await clock.advance(afterMs);
        void pacer.turn().then((leave) => {
          starts.push({ index, at: clock.now() });
          running += 1;
          expect(running).toBeLessThanOrEqual(pace.concurrent);
          clock.startTimer(() => {
            running -= 1;
            leave();
          }, takesMs);
        });
        await settle();
      }
      await clock.advance(100_000);
      expect(starts.map(({ index }) => index)).toEqual(asked.map((_, index) => index));
      for (const [i, { at }] of starts.entries())
        expect(starts[i + pace.requests]?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(at + pace.windowMs);
      expect([clock.timers, pacer.waiting]).toEqual([0, 0]);
    }),
    { numRuns: 100 },
  );
});
