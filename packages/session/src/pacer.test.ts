import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type Pace, PaceRefusal, Pacer, type TurnOptions } from "./pacer.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";

/** A pacer, and when each of its turns was given. A call is over at once, unless it is asked to stay under way. */
function pacing(pace: Pace) {
  const clock = new ManualClock();
  const begin = clock.now();
  const pacer = new Pacer(clock, pace);
  const started: string[] = [];
  const leaves: (() => void)[] = [];
  const ask = (name: string, options: TurnOptions & { readonly stays?: boolean } = {}): void | Promise<void> => {
    const start = (leave: () => void) => {
      started.push(`${name}@${clock.now() - begin}`);
      if (options.stays) leaves.push(leave);
      else leave();
    };
    const turn = pacer.turn(options);
    return typeof turn === "function" ? start(turn) : turn.then(start);
  };
  return { clock, begin, pacer, started, leaves, ask };
}

describe("a turn", () => {
  test("that there is comes at once, without a promise", () => {
    const pacer = new Pacer(new ManualClock(), { requests: 2, windowMs: 1000 });
    const onWait = vi.fn();
    expect(pacer.turn({ onWait })).toBeTypeOf("function");
    expect(pacer.turn({ onWait })).toBeTypeOf("function");
    expect(pacer.turn({ onWait })).toBeInstanceOf(Promise);
    expect(onWait).toHaveBeenCalledOnce();
  });

  test("that must be waited for tells the least time that it will take", async () => {
    const { clock, pacer, leaves, ask } = pacing({ requests: 2, windowMs: 1000, marginMs: 10 });
    const delays: number[] = [];
    const onWait = (delayMs: number) => delays.push(delayMs);
    await ask("a");
    await clock.advance(400);
    void ask("b", { stays: true });
    for (const name of ["c", "d", "e"]) void ask(name, { onWait });
    // In 610 ms the place of a; if b ended now, its place; then that of c.
    expect(delays).toEqual([610, 1010, 1620]);
    await clock.advance(100);
    leaves[0]?.();
    void pacer.turn({ onWait });
    // Behind d, which now comes in 1010 ms.
    expect(delays.at(-1)).toBe(2020);
  });
});

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

  test("slides: each call makes room for one, a window later", async () => {
    const { clock, started, ask } = pacing({ requests: 2, windowMs: 1000 });
    await ask("a");
    await clock.advance(600);
    await ask("b");
    void ask("c");
    void ask("d");
    await clock.advance(5000);
    expect(started).toEqual(["a@0", "b@600", "c@1000", "d@1600"]);
  });

  test("begins at the end of a call, and the margin comes on top", async () => {
    const { clock, started, leaves, ask } = pacing({ requests: 1, windowMs: 1000, marginMs: 50 });
    void ask("a", { stays: true });
    void ask("b");
    await clock.advance(700);
    leaves[0]?.();
    await clock.advance(1049);
    expect(started).toEqual(["a@0"]);
    await clock.advance(1);
    expect(started).toEqual(["a@0", "b@1750"]);
  });

  test("holds the place of a call that is not over, without a timer", async () => {
    const { clock, started, leaves, ask } = pacing({ requests: 2, windowMs: 1000 });
    void ask("a", { stays: true });
    for (const name of ["b", "c", "d"]) void ask(name, { stays: true });
    await clock.advance(100_000);
    expect(started).toEqual(["a@0", "b@0"]);
    expect(clock.timers).toBe(0);
    leaves[1]?.();
    leaves[1]?.();
    await clock.advance(100_000);
    expect(started).toEqual(["a@0", "b@0", "c@101000"]);
  });

  test("one timer serves all that wait", async () => {
    const { clock, begin, ask } = pacing({ requests: 1, windowMs: 1000 });
    for (let i = 0; i < 100; i++) void ask(String(i), { deadline: begin + 200_000 });
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

describe("the gap", () => {
  test("counts from start to start, with the margin", async () => {
    const { clock, started, ask } = pacing({ requests: 10, windowMs: 1000, minGapMs: 20, marginMs: 5 });
    const onWait = vi.fn();
    void ask("a", { stays: true });
    for (const name of ["b", "c"]) void ask(name, { stays: true, onWait });
    await clock.advance(1000);
    expect(started).toEqual(["a@0", "b@25", "c@50"]);
    expect(onWait.mock.calls).toEqual([[25], [50]]);
  });

  test("is none without a least time, whatever the margin", async () => {
    const { started, ask } = pacing({ requests: 10, windowMs: 1000, marginMs: 50 });
    void ask("a");
    void ask("b");
    await settle();
    expect(started).toEqual(["a@0", "b@0"]);
  });
});

describe("calls at once", () => {
  test("the next turn comes when a call is over, and being over counts once", async () => {
    const { started, leaves, ask } = pacing({ requests: 100, windowMs: 1000, concurrent: 2 });
    for (const name of ["a", "b", "c", "d"]) void ask(name, { stays: true });
    await settle();
    expect(started).toEqual(["a@0", "b@0"]);
    leaves[0]?.();
    leaves[0]?.();
    await settle();
    expect(started).toEqual(["a@0", "b@0", "c@0"]);
  });

  test("a window with room does not help while too many calls are under way; then no timer runs", async () => {
    const { clock, started, ask } = pacing({ requests: 2, windowMs: 1000, concurrent: 1 });
    void ask("a", { stays: true });
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
    await ask("a");
    const given = ask("b", { signal: controller.signal });
    expect(clock.timers).toBe(1);
    controller.abort("enough");
    await expect(given).rejects.toBe("enough");
    expect(clock.timers).toBe(0);
  });

  test("an aborted signal gets no turn and takes no room", async () => {
    const { started, ask } = pacing({ requests: 1, windowMs: 1000 });
    await expect(ask("a", { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    await ask("b");
    expect(started).toEqual(["b@0"]);
  });

  test("no listener stays at a signal, whether a turn came, was refused or there at once", async () => {
    const { clock, begin, leaves, ask } = pacing({ requests: 1, windowMs: 1000 });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await ask("a", { signal });
    void ask("b", { signal, stays: true });
    const refused = expect(ask("c", { signal, deadline: begin + 2500 })).rejects.toBeInstanceOf(PaceRefusal);
    await clock.advance(2500);
    await refused;
    expect(leaves).toHaveLength(1);
    expect([added, removed].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);
  });
});

describe("a deadline", () => {
  test("that cannot be met refuses at once, and says when there is room", async () => {
    const { clock, begin, pacer, ask } = pacing({ requests: 2, windowMs: 1000 });
    for (const name of ["a", "b", "c", "d"]) void ask(name);
    await clock.advance(400);
    const onWait = vi.fn();
    const refused = pacer.turn({ deadline: begin + 1999, onWait });
    await expect(refused).rejects.toBeInstanceOf(PaceRefusal);
    await expect(refused).rejects.toMatchObject({
      retryAfterMs: 1600,
      message: "no room for another call for 1600 ms",
    });
    expect(pacer.waiting).toBe(2);
    expect(onWait).not.toHaveBeenCalled();
    const inTime = ask("e", { deadline: begin + 2000 });
    await clock.advance(1600);
    await inTime;
  });

  test("that can be met changes nothing", async () => {
    const { started, begin, ask } = pacing({ requests: 1, windowMs: 1000 });
    await ask("a", { deadline: begin });
    expect(started).toEqual(["a@0"]);
  });

  test("that has passed refuses even where there is room", async () => {
    const { begin, pacer } = pacing({ requests: 1, windowMs: 1000 });
    await expect(pacer.turn({ deadline: begin - 1 })).rejects.toMatchObject({ retryAfterMs: 0 });
  });

  test("that passes during the wait refuses then, and the others move up", async () => {
    const { clock, begin, pacer, started, leaves, ask } = pacing({ requests: 1, windowMs: 1000 });
    void ask("a", { stays: true });
    // If a ended now there would be room in time.
    const late = ask("b", { deadline: begin + 1500 });
    void ask("c");
    const seen = expect(late).rejects.toMatchObject({ name: "PaceRefusal", retryAfterMs: 2000 });
    await clock.advance(1500);
    await seen;
    expect([pacer.waiting, clock.timers]).toEqual([1, 0]);
    leaves[0]?.();
    await clock.advance(1000);
    expect(started).toEqual(["a@0", "c@2500"]);
  });

  test("of one that came later wakes in time, and may be the moment of the turn itself", async () => {
    const { clock, begin, started, leaves, ask } = pacing({ requests: 1, windowMs: 1000 });
    void ask("a", { stays: true });
    void ask("b", { deadline: begin + 1000 });
    leaves[0]?.();
    const late = expect(ask("c", { deadline: begin + 2000 })).resolves.toBe(undefined);
    await clock.advance(2000);
    await late;
    expect(started).toEqual(["a@0", "b@1000", "c@2000"]);
  });

  test("that a late timer missed refuses, though there is room", async () => {
    const { clock, begin, started, ask } = pacing({ requests: 1, windowMs: 1000 });
    const start = clock.startTimer.bind(clock);
    vi.spyOn(clock, "startTimer").mockImplementation((callback, delayMs) => start(callback, delayMs + 300));
    await ask("a");
    const late = expect(ask("b", { deadline: begin + 1200 })).rejects.toMatchObject({ retryAfterMs: 1000 });
    void ask("c");
    await clock.advance(1300);
    await late;
    expect(started).toEqual(["a@0", "c@1300"]);
  });
});

test("it is idle when neither a call, nor a place, nor a gap is left", async () => {
  const { clock, pacer, leaves, ask } = pacing({ requests: 2, windowMs: 10, minGapMs: 1000 });
  expect(pacer.isIdle).toBe(true);
  void ask("a", { stays: true });
  await clock.advance(1000);
  expect(pacer.isIdle).toBe(false);
  leaves[0]?.();
  await clock.advance(9);
  expect(pacer.isIdle).toBe(false);
  await clock.advance(1);
  expect(pacer.isIdle).toBe(true);
  await ask("b");
  await clock.advance(999);
  expect(pacer.isIdle).toBe(false);
  await clock.advance(1);
  expect(pacer.isIdle).toBe(true);
});

test.each<[Pace, string]>([
  [{ requests: 0, windowMs: 1 }, "requests must be a whole number, at least 1; it is 0"],
  [{ requests: 1.5, windowMs: 1 }, "requests must be a whole number, at least 1; it is 1.5"],
  [{ requests: 1, windowMs: 0 }, "windowMs must be more than 0 and finite; it is 0"],
  [{ requests: 1, windowMs: Number.NaN }, "windowMs must be more than 0 and finite; it is NaN"],
  [{ requests: 1, windowMs: 1, concurrent: 0 }, "concurrent must be at least 1; it is 0"],
  [{ requests: 1, windowMs: 1, marginMs: -1 }, "marginMs must be 0 or more and finite; it is -1"],
  [{ requests: 1, windowMs: 1, minGapMs: Number.NaN }, "minGapMs must be 0 or more and finite; it is NaN"],
])("refuses the pace %o", (pace, message) => {
  expect(() => new Pacer(new ManualClock(), pace)).toThrow(new RangeError(message));
});

describe("whatever is asked, when, for how long and with which numbers", () => {
  const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });
  /** A call arrives at some part of the time that it takes. */
  const calls = fc.array(fc.record({ afterMs: ms(700), takesMs: ms(900), arrives: ms(1) }), {
    minLength: 1,
    maxLength: 40,
  });
  const paces = fc.record({
    requests: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.double({ min: 0.1, max: 1000, noNaN: true }),
    concurrent: fc.integer({ min: 1, max: 6 }),
    marginMs: fc.double({ min: 1, max: 100, noNaN: true }),
    minGapMs: fc.oneof(fc.constant(0), ms(200)),
  });
  type Asked = typeof calls extends fc.Arbitrary<infer T> ? T : never;

  /** Lets it happen. */
  async function run(pace: Pace, asked: Asked) {
    const clock = new ManualClock();
    const pacer = new Pacer(clock, pace);
    const done: { index: number; askedAt: number; start: number; arrival: number; end: number }[] = [];
    for (const [index, { afterMs, takesMs, arrives }] of asked.entries()) {
      await clock.advance(afterMs);
      const askedAt = clock.now();
      void Promise.resolve(pacer.turn()).then((leave) => {
        const start = clock.now();
        done.push({ index, askedAt, start, arrival: start + arrives * takesMs, end: start + takesMs });
        clock.startTimer(leave, takesMs);
      });
      await settle();
    }
    await clock.advance(200_000);
    expect(done.map(({ index }) => index)).toEqual(asked.map((_, index) => index));
    expect([clock.timers, pacer.waiting, pacer.isIdle]).toEqual([0, 0, true]);
    return done;
  }

  test("no window of the server holds more calls than it may", async () => {
    await fc.assert(
      fc.asyncProperty(paces, calls, async (pace, asked) => {
        const arrivals = (await run(pace, asked)).map(({ arrival }) => arrival).sort((a, b) => a - b);
        for (const [i, arrival] of arrivals.entries())
          expect(arrivals[i + pace.requests] ?? Number.POSITIVE_INFINITY).toBeGreaterThan(arrival + pace.windowMs);
      }),
      { numRuns: 100 },
    );
  });

  test("each call starts in its order at the very first moment that all limits allow", async () => {
    await fc.assert(
      fc.asyncProperty(paces, calls, async (pace, asked) => {
        const done = await run(pace, asked);
        for (const [i, { askedAt, start }] of done.entries()) {
          const ends = done.slice(0, i).map(({ end }) => end);
          const latest = ends.sort((a, b) => b - a);
          const bounds = [
            askedAt,
            (latest[pace.requests - 1] ?? Number.NEGATIVE_INFINITY) + pace.windowMs + pace.marginMs,
            latest[pace.concurrent - 1] ?? Number.NEGATIVE_INFINITY,
            (done[i - 1]?.start ?? Number.NEGATIVE_INFINITY) +
              (pace.minGapMs === 0 ? 0 : pace.minGapMs + pace.marginMs),
          ];
          expect(start).toBeCloseTo(Math.max(...bounds), 6);
        }
      }),
      { numRuns: 100 },
    );
  });
});
