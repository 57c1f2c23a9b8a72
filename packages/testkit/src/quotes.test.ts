import { parseSymbol, type Security } from "@tickwire/session";
import { expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";
import { defaultFixture } from "./fixtures.ts";
import { Quotes } from "./quotes.ts";

const START = Date.UTC(2026, 0, 5, 1, 30);
const quotes = (seed = 1, fixture: Fixture = defaultFixture) =>
  new Quotes(fixture, { language: "en", seed, startUnixMs: START });
const [tencent, futu] = ["HK.00700", "US.FUTU"].map((symbol) => parseSymbol(symbol)) as [Security, Security];

function path(of: Quotes, security: Security, steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => {
    of.move(security, START + i * 1000);
    return of.basicQot(security)!.curPrice;
  });
}

test("starts from the fixture, with every required field", () => {
  expect(quotes().basicQot(tencent)).toEqual({
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
  const all = quotes();
  all.move(futu, START + 61_000);
  expect(all.basicQot(futu)).toMatchObject({
    updateTime: "2026-01-04 20:31:01",
    updateTimestamp: 1_767_576_661,
  });
});

test("moves the same way for the same seed, and another way for another", () => {
  expect(path(quotes(7), tencent, 200)).toEqual(path(quotes(7), tencent, 200));
  expect(path(quotes(7), tencent, 200)).not.toEqual(path(quotes(8), tencent, 200));
});

test("a security's path does not depend on the others", () => {
  const both = quotes();
  path(both, futu, 50);
  expect(path(both, tencent, 50)).toEqual(path(quotes(), tencent, 50));
});

test.each(defaultFixture.securities.map(({ symbol }) => symbol))("%s moves believably", (symbol) => {
  const all = quotes();
  const security = parseSymbol(symbol);
  const start = all.basicQot(security)!;
  const prices = new Set<number>();
  let before = start;
  for (let i = 1; i <= 1000; i++) {
    all.move(security, START + i * 1000);
    const quote = all.basicQot(security)!;
    prices.add(quote.curPrice);
    expect(quote.curPrice).toBeGreaterThan(0);
    expect(Math.abs(quote.curPrice - before.curPrice)).toBeLessThanOrEqual(quote.priceSpread * 6.01);
    const inSpreads = quote.curPrice / quote.priceSpread;
    expect(Math.abs(inSpreads - Math.round(inSpreads))).toBeLessThan(1e-3);
    expect(quote.lowPrice).toBeLessThanOrEqual(quote.curPrice);
    expect(quote.highPrice).toBeGreaterThanOrEqual(quote.curPrice);
    expect(quote.volume).toBeGreaterThanOrEqual(before.volume);
    expect(quote.turnover).toBeGreaterThanOrEqual(before.turnover);
    before = quote;
  }
  expect(Math.abs(before.curPrice - start.curPrice) / start.curPrice).toBeLessThan(0.15);
  expect(prices.size).toBeGreaterThan(5);
});

test("a suspended security stands still, and says so", () => {
  const [, security] = defaultFixture.securities;
  const suspended = { ...security!, quote: { ...security!.quote, isSuspended: true } };
  const all = quotes(1, { ...defaultFixture, securities: [suspended] });
  expect(new Set(path(all, tencent, 50))).toEqual(new Set([599]));
  expect(all.basicQot(tencent)).toMatchObject({ isSuspended: true, secStatus: 9, updateTime: "2026-01-05 09:30:00" });
});

test("knows only the fixture's securities", () => {
  const nobody = { market: 11, code: "NOPE" };
  const all = quotes();
  all.move(nobody, START);
  expect([all.has(tencent), all.has(nobody), all.basicQot(nobody)]).toEqual([true, false, undefined]);
});
