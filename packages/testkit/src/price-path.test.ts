import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bar, join } from "./bar.ts";
import { defaultFixture } from "./fixtures.ts";
import type { MarketHours, TradingDay } from "./market-hours.ts";
import type { PricePath } from "./price-path.ts";
import { instrumentOf, START } from "./test-support/market.ts";

const symbol = fc.constantFrom(...defaultFixture.securities.map((security) => security.symbol));
const world = fc.record({
  symbol,
  seed: fc.nat(1000),
  marketHours: fc.constantFrom<MarketHours>("always", "real"),
  // Any second of a fortnight.
  startUnixMs: fc.nat(14 * 86_400).map((second) => START + second * 1000),
  quoteIntervalMs: fc.constantFrom(20, 700, 1000, 5000),
  /** Trading days from the start. */
  days: fc.integer({ min: -300, max: 300 }),
});
type World = Parameters<Parameters<typeof world.map>[0]>[0];

/** The path, and the trading day that many days from the start. */
function pathOf({ symbol, days, ...options }: World): { path: PricePath; day: TradingDay } {
  const { path } = instrumentOf(symbol, options).tape;
  let { day } = path.start;
  for (let i = 0; i < Math.abs(days); i++)
    day = days > 0 ? path.calendar.after(day.number) : path.calendar.before(day.number);
  return { path, day };
}

/** Within what the money of a bar may be, whose price was always between low and high. */
function expectSound({ high, low, open, close, volume, turnover }: Bar, { multiplier }: PricePath): void {
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThanOrEqual(Math.min(open, close));
  expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
  expect(volume).toBeGreaterThanOrEqual(0);
  expect(turnover).toBeGreaterThanOrEqual(low * volume * multiplier * 0.999999);
  expect(turnover).toBeLessThanOrEqual(high * volume * multiplier * 1.000001);
}

/** The minutes of a day as one bar; of the first day, only those that the fixture does not tell. */
function joined(path: PricePath, day: TradingDay): Bar | undefined {
  let bar: Bar | undefined;
  const isFirst = day.number === path.start.day.number;
  for (let minute = isFirst ? path.start.minute : 0; minute < day.minutes; minute++)
    bar = join(bar, path.minute(day, minute));
  return isFirst ? join(path.opening, bar!) : bar;
}

describe("a price path", () => {
  test("has days that are the sum of their minutes", () => {
    fc.assert(
      fc.property(world, (of) => {
        const { path, day } = pathOf(of);
        const whole = path.day(day);
        const { turnover, ...rest } = joined(path, day)!;
        expect(rest).toEqual({
          open: whole.open,
          high: whole.high,
          low: whole.low,
          close: whole.close,
          volume: whole.volume,
        });
        // A day's money is its volume at its middle price.
        expect(turnover / whole.turnover).toBeCloseTo(1, 1);
      }),
      { numRuns: 60 },
    );
  });

  test("has minutes that are the sum of their slots", () => {
    fc.assert(
      fc.property(world, fc.nat(), (of, any) => {
        const { path, day } = pathOf(of);
        const minute = any % day.minutes;
        const bar = path.minute(day, minute);
        const slots = Array.from({ length: path.slots }, (_, slot) => path.price(day, minute, slot));
        expect([slots[0], slots.at(-1)]).toEqual([bar.open, bar.close]);
        expect([Math.max(...slots), Math.min(...slots)]).toEqual([bar.high, bar.low]);
        let before = 0;
        for (let slot = 0; slot < path.slots; slot++) {
          const volume = path.volume(day, minute, slot);
          expect(volume).toBeGreaterThanOrEqual(before);
          expect(volume % path.lot).toBe(0);
          before = volume;
        }
        expect(before).toBe(bar.volume);
        expectSound(bar, path);
      }),
    );
  });

  test("goes on where it was: each minute opens at the close before it", () => {
    fc.assert(
      fc.property(world, fc.nat(), (of, any) => {
        const { path, day } = pathOf(of);
        const minute = 1 + (any % (day.minutes - 1));
        expect(path.minute(day, minute).open).toBe(path.minute(day, minute - 1).close);
        expect(path.closeBefore(day, minute)).toBe(path.minute(day, minute).open);
        expect(path.day(path.calendar.before(day.number)).close).toBe(path.closeBefore(day, 0));
      }),
    );
  });

  test("is on the ticks of its market, in every slot", () => {
    fc.assert(
      fc.property(world, fc.nat(), fc.nat(), (of, anyMinute, anySlot) => {
        const { path, day } = pathOf(of);
        const price = path.price(day, anyMinute % day.minutes, anySlot % path.slots);
        const ticks = price / path.tickSize(price);
        expect(Math.abs(ticks - Math.round(ticks))).toBeLessThan(1e-6);
        expect(String(price).length).toBeLessThan(10);
      }),
    );
  });

  test("is what the fixture says at the start, and was the close of the day before", () => {
    fc.assert(
      fc.property(world, (of) => {
        const { path } = pathOf({ ...of, days: 0 });
        const { quote } = defaultFixture.securities.find((each) => each.symbol === of.symbol)!;
        const { day, minute } = path.start;
        expect(path.price(day, minute, path.slotOf(path.start))).toBe(quote.curPrice);
        expect(path.close(path.calendar.before(day.number).number)).toBe(quote.lastClosePrice);
      }),
    );
  });

  test("is the same whatever was asked before", () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (of, asked) => {
        const { path, day } = pathOf(of);
        for (const any of asked) path.minute(path.calendar.after(day.number + (any % 9)), any % 100);
        expect(path.minute(day, 3)).toEqual(pathOf(of).path.minute(day, 3));
      }),
    );
  });
});
