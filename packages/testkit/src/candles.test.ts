import { KLType } from "@tickwire/session";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bar, join } from "./bar.ts";
import type { Candle } from "./candles.ts";
import { defaultFixture } from "./fixtures.ts";
import type { Instrument } from "./market.ts";
import type { MarketHours } from "./market-hours.ts";
import { basicQot } from "./quotes.ts";
import { instrumentOf, START } from "./test-support/market.ts";

const DAY_MS = 86_400_000;
const within = [
  [KLType._1Min, 1],
  [KLType._3Min, 3],
  [KLType._5Min, 5],
  [KLType._10Min, 10],
  [KLType._15Min, 15],
  [KLType._30Min, 30],
  [KLType._60Min, 60],
  [KLType._120Min, 120],
  [KLType._180Min, 180],
  [KLType._240Min, 240],
] as const;
const periods = [KLType.Day, KLType.Week, KLType.Month, KLType.Quarter, KLType.Year];
const types = [...within.map(([type]) => type), ...periods];

/** A security, and a time up to 30 days after its start. */
const world = fc
  .record({
    symbol: fc.constantFrom(...defaultFixture.securities.map((security) => security.symbol)),
    seed: fc.nat(1000),
    marketHours: fc.constantFrom<MarketHours>("always", "real"),
    startUnixMs: fc.nat(14 * 86_400).map((second) => START + second * 1000),
    laterMs: fc.oneof(
      fc.nat(600).map((second) => second * 1000),
      fc.nat(30 * 86_400).map((second) => second * 1000),
    ),
  })
  .map(({ symbol, laterMs, ...options }) => {
    const instrument = instrumentOf(symbol, options);
    return { instrument, until: instrument.at(options.startUnixMs + laterMs) };
  });

const merged = (candles: readonly Candle[]): Bar => candles.map(({ bar }) => bar).reduce((a, b) => join(a, b));
/** The same but for the order in which money was added up. */
function expectSame({ turnover, ...bar }: Bar, { turnover: other, ...same }: Bar): void {
  expect(bar).toEqual(same);
  expect(Math.abs(turnover - other)).toBeLessThanOrEqual(1e-9 * turnover);
}

describe("K-lines", () => {
  test("end with the price of the quote, and so does the day's", () => {
    fc.assert(
      fc.property(world, ({ instrument, until }) => {
        const quote = basicQot(instrument, until);
        for (const type of types) expect(instrument.candles.current(type, until).bar.close).toBe(quote.curPrice);
        const { bar, lastClose } = instrument.candles.current(KLType.Day, until);
        expect(lastClose).toBe(quote.lastClosePrice);
        expect([bar.open, bar.high, bar.low]).toEqual([quote.openPrice, quote.highPrice, quote.lowPrice]);
      }),
    );
  });

  test("nest: the longer ones are what their minutes are together", () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...within), ({ instrument, until }, [type, minutes]) => {
        const { candles } = instrument;
        const begun = until.minute % minutes;
        const ones = candles.latest(KLType._1Min, begun + 1, until);
        expectSame(candles.current(type, until).bar, merged(ones));
        // A whole one: the last minute of the one before.
        if (until.minute < minutes) return;
        const past = { ...until, minute: until.minute - begun - 1, ms: 59_999 };
        const whole = candles.current(type, past);
        expectSame(whole.bar, merged(candles.latest(KLType._1Min, minutes, past)));
        expectSame(candles.latest(type, 2, until)[0]!.bar, whole.bar);
      }),
    );
  });

  test("nest: weeks, months and years are what their days are together", () => {
    fc.assert(
      fc.property(world, fc.constantFrom(KLType.Week, KLType.Month, KLType.Quarter, KLType.Year), (of, type) => {
        const { instrument, until } = of;
        const [last] = instrument.candles.latest(type, 1, until);
        const days = instrument.candles.latest(KLType.Day, 400, until).filter(({ unixMs }) => unixMs >= last!.unixMs);
        expect(days[0]!.unixMs).toBe(last!.unixMs);
        expectSame(last!.bar, merged(days));
      }),
      { numRuns: 40 },
    );
  });

  test("follow each other: times grow, and each knows the close before it", () => {
    fc.assert(
      fc.property(
        world,
        fc.constantFrom(...types),
        fc.integer({ min: 2, max: 400 }),
        ({ instrument, until }, type, n) => {
          const found = instrument.candles.latest(type, n, until);
          for (const [index, { bar, lastClose, unixMs }] of found.entries()) {
            expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
            expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
            if (index === 0) continue;
            expect(lastClose).toBe(found[index - 1]!.bar.close);
            expect(unixMs).toBeGreaterThan(found[index - 1]!.unixMs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("are the same forwards and backwards", () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...types), ({ instrument, until }, type) => {
        const { candles, tape } = instrument;
        const all = candles.latest(type, 200, until);
        const { zone } = tape.path.calendar;
        const from = zone.dayAt(all[0]!.unixMs - 1);
        expect([...candles.between(type, from, until.day.number, all[0]!.unixMs, until)]).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  test("that have changed since are those from then on", () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...types), fc.nat(4000), ({ instrument, until }, type, second) => {
        const before = instrument.at(instrument.tape.path.calendar.startOf(until.day, until.minute) - second * 1000);
        const since = instrument.candles.since(type, before, until);
        const all = instrument.candles.latest(type, 100, until);
        expect(since).toEqual(all.slice(-since.length));
        expect(since.length === 100 || since[0]!.unixMs <= instrument.candles.current(type, before).unixMs).toBe(true);
      }),
    );
  });

  test("have the times that OpenD writes: of minutes their end, of days their midnight", () => {
    const tencent = instrumentOf("HK.00700", { marketHours: "real" });
    const times = (instrument: Instrument, type: KLType, count: number, unixMs: number) =>
      instrument.candles
        .latest(type, count, instrument.at(unixMs))
        .map((candle) => instrument.zone.text(candle.unixMs));
    expect(times(tencent, KLType._1Min, 3, START + 90_000)).toEqual([
      "2026-01-02 16:00:00",
      "2026-01-05 09:31:00",
      "2026-01-05 09:32:00",
    ]);
    expect(times(tencent, KLType._60Min, 6, START + DAY_MS - 3600_000)).toEqual([
      "2026-01-05 10:30:00",
      "2026-01-05 11:30:00",
      "2026-01-05 13:30:00",
      "2026-01-05 14:30:00",
      "2026-01-05 15:30:00",
      "2026-01-05 16:00:00",
    ]);
    expect(times(tencent, KLType.Day, 2, START)).toEqual(["2026-01-02 00:00:00", "2026-01-05 00:00:00"]);
    expect(times(tencent, KLType.Week, 2, START)).toEqual(["2025-12-29 00:00:00", "2026-01-05 00:00:00"]);
    expect(times(tencent, KLType.Month, 2, START)).toEqual(["2025-12-01 00:00:00", "2026-01-01 00:00:00"]);
    expect(times(tencent, KLType.Quarter, 2, START)).toEqual(["2025-10-01 00:00:00", "2026-01-01 00:00:00"]);
    expect(times(tencent, KLType.Year, 2, START)).toEqual(["2025-01-01 00:00:00", "2026-01-01 00:00:00"]);
  });

  test("begin with the listing", () => {
    const warrant = instrumentOf("HK.14321");
    const days = warrant.candles.latest(KLType.Day, 1000, warrant.at(START));
    expect([days.length, warrant.zone.text(days[0]!.unixMs)]).toEqual([55, "2025-11-12 00:00:00"]);
  });
});
