import { expect, test } from "vitest";
import { defaultFixture } from "./fixtures.ts";
import type { Instrument } from "./market.ts";
import { basicQot } from "./quotes.ts";
import { instrumentOf, marketOf, START } from "./test-support/market.ts";

const at = (instrument: Instrument, unixMs: number) => basicQot(instrument, instrument.at(unixMs));
const path = (instrument: Instrument, steps: number, stepMs = 1000): number[] =>
  Array.from({ length: steps }, (_, i) => at(instrument, START + i * stepMs).curPrice);

test("starts from the fixture, with every required field", () => {
  expect(at(instrumentOf("HK.00700"), START)).toEqual({
    security: { market: 1, code: "00700" },
    name: "Tencent",
    isSuspended: false,
    listTime: "2004-06-16",
    listTimestamp: 1_087_315_200,
    priceSpread: 0.5,
    updateTime: "2026-01-05 09:30:00",
    updateTimestamp: 1_767_576_600,
    curPrice: 599,
    lastClosePrice: 596.5,
    openPrice: 597,
    highPrice: 601.5,
    lowPrice: 595,
    volume: 1_843_200n,
    turnover: 1_102_233_600,
    turnoverRate: 0.02,
    amplitude: 1.09,
    secStatus: 1,
  });
});

test("tells the time in the market's zone", () => {
  expect(at(instrumentOf("US.FUTU"), START + 61_000)).toMatchObject({
    updateTime: "2026-01-04 20:31:01",
    updateTimestamp: 1_767_576_661,
  });
});

test("moves the same way for the same seed, and another way for another", () => {
  const tencent = (seed: number) => path(instrumentOf("HK.00700", { seed }), 200);
  expect(tencent(7)).toEqual(tencent(7));
  expect(tencent(7)).not.toEqual(tencent(8));
});

test("does not depend on what else is asked, nor on when", () => {
  const market = marketOf();
  for (const other of market.all) path(other, 50);
  const asked = market.find({ market: 1, code: "00700" })!;
  at(asked, START + 90 * 86_400_000);
  expect(path(asked, 50)).toEqual(path(instrumentOf("HK.00700"), 50));
});

test("moves with every quote, when quotes come more often than once a second", () => {
  expect(new Set(path(instrumentOf("US.FUTU", { quoteIntervalMs: 50 }), 20, 50)).size).toBeGreaterThan(2);
});

test.each(defaultFixture.securities.map(({ symbol }) => symbol))("%s moves believably", (symbol) => {
  const instrument = instrumentOf(symbol);
  const start = at(instrument, START);
  const prices = new Set<number>();
  let before = start;
  for (let i = 1; i <= 1000; i++) {
    const quote = at(instrument, START + i * 1000);
    prices.add(quote.curPrice);
    expect(quote.curPrice).toBeGreaterThan(0);
    expect(Math.abs(quote.curPrice - before.curPrice)).toBeLessThan(start.curPrice * 0.005 + quote.priceSpread * 4);
    expect(quote.lowPrice).toBeLessThanOrEqual(quote.curPrice);
    expect(quote.highPrice).toBeGreaterThanOrEqual(quote.curPrice);
    expect(quote.volume).toBeGreaterThanOrEqual(before.volume);
    expect(quote.turnover).toBeGreaterThanOrEqual(before.turnover);
    before = quote;
  }
  expect(Math.abs(before.curPrice - start.curPrice) / start.curPrice).toBeLessThan(0.15);
  expect(prices.size).toBeGreaterThan(5);
});

test("a new day begins at the market's midnight", () => {
  const instrument = instrumentOf("HK.00700");
  const midnight = Date.UTC(2026, 0, 5, 16);
  const [last, first] = [at(instrument, midnight - 1), at(instrument, midnight)];
  expect(first).toMatchObject({ updateTime: "2026-01-06 00:00:00", lastClosePrice: last.curPrice });
  expect(first.volume).toBeLessThan(last.volume / 100n);
  expect([first.highPrice, first.lowPrice]).toEqual([first.curPrice, first.curPrice]);
});

test("a market that was closed at the start opens with a new day", () => {
  const saturday = START + 5 * 86_400_000;
  const instrument = instrumentOf("HK.00700", { marketHours: "real", startUnixMs: saturday });
  expect(at(instrument, saturday)).toMatchObject({ curPrice: 599, updateTime: "2026-01-09 15:59:59" });
  const monday = saturday + 2 * 86_400_000;
  expect(at(instrument, monday - 1)).toEqual(at(instrument, saturday));
  const opened = at(instrument, monday + 1000);
  expect(opened).toMatchObject({ lastClosePrice: 599, updateTime: "2026-01-12 09:30:01" });
  expect(opened.volume).toBeGreaterThan(0n);
});

test("a suspended security stands still, and says so", () => {
  const [, security] = defaultFixture.securities;
  const suspended = { ...security!, quote: { ...security!.quote, isSuspended: true } };
  const instrument = instrumentOf("HK.00700", {}, { ...defaultFixture, securities: [suspended] });
  expect(new Set(path(instrument, 50))).toEqual(new Set([599]));
  expect(at(instrument, START + 99_999)).toMatchObject({
    isSuspended: true,
    secStatus: 9,
    updateTime: "2026-01-05 09:30:00",
  });
});

test("an index has a turnover, but no volume", () => {
  const instrument = instrumentOf("HK.800000");
  const quote = at(instrument, START + 3_600_000);
  expect(quote.volume).toBe(0n);
  expect(quote.turnover).toBeGreaterThan(at(instrument, START).turnover);
});

test("a quote with a number that is none is refused, with its place", () => {
  const securities = defaultFixture.securities.map((each) =>
    each.symbol === "HK.00700" ? { ...each, quote: { ...each.quote, turnover: Number.NaN } } : each,
  );
  expect(() => marketOf({}, { ...defaultFixture, securities })).toThrow(
    "HK.00700: quote.turnover: expected a number, not NaN",
  );
});
