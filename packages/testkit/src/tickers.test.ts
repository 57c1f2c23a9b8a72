import { PushDataType, TickerDirection } from "@tickwire/session";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bar, join } from "./bar.ts";
import { defaultFixture } from "./fixtures.ts";
import { basicQot } from "./quotes.ts";
import { instrumentOf, START } from "./test-support/market.ts";
import { tickers } from "./tickers.ts";
import { timeShares } from "./time-shares.ts";

const traded = defaultFixture.securities.filter(({ lotSize }) => lotSize > 0).map(({ symbol }) => symbol);
const pushDataType = PushDataType.Cache;

test("ticks are where the quotes are, and add up to their volume", () => {
  fc.assert(
    fc.property(fc.constantFrom(...traded), fc.nat(1000), fc.integer({ min: 1, max: 900 }), (symbol, seed, seconds) => {
      const instrument = instrumentOf(symbol, { seed });
      const [start, end] = [instrument.at(START), instrument.at(START + seconds * 1000)];
      const after = instrument.tape.path.slotNumber(start);
      const ticks = tickers(instrument, end, { count: 1000, after, pushDataType });
      expect(ticks).toHaveLength(seconds);
      const [before, now] = [basicQot(instrument, start), basicQot(instrument, end)];
      expect(ticks.at(-1)).toMatchObject({ price: now.curPrice, time: now.updateTime });
      expect(ticks.reduce((sum, { volume }) => sum + volume, 0n)).toBe(now.volume - before.volume);
      const prices = ticks.map(({ price }) => price);
      expect(Math.max(before.highPrice, ...prices)).toBe(now.highPrice);
      expect(Math.min(before.lowPrice, ...prices)).toBe(now.lowPrice);
      for (const [index, { sequence, dir, price }] of ticks.entries()) {
        if (index === 0) continue;
        expect(sequence).toBeGreaterThan(ticks[index - 1]!.sequence);
        if (dir === TickerDirection.Bid) expect(price).toBeGreaterThan(ticks[index - 1]!.price);
      }
    }),
  );
});

test("ticks go back as far as asked, over days, but not beyond the listing", () => {
  const tencent = instrumentOf("HK.00700", { marketHours: "real" });
  const ticks = tickers(tencent, tencent.at(START + 10_000), { count: 1000, pushDataType });
  expect(ticks).toHaveLength(1000);
  expect(ticks[0]!.time).toMatch(/^2026-01-02 15:4/);
  const listedToday = { ...defaultFixture.securities[1]!, listTime: "2026-01-05" };
  const young = instrumentOf("HK.00700", { marketHours: "real" }, { ...defaultFixture, securities: [listedToday] });
  expect(tickers(young, young.at(START + 10_000), { count: 1000, pushDataType })).toHaveLength(10);
});

test("an index has no ticks", () => {
  const index = instrumentOf("HK.800000");
  expect(tickers(index, index.at(START + 10_000), { count: 10, pushDataType })).toEqual([]);
});

test("the price curve has a point a minute, and ends with the quote", () => {
  fc.assert(
    fc.property(fc.constantFrom(...traded), fc.nat(86_400 * 3), (symbol, seconds) => {
      const instrument = instrumentOf(symbol, { marketHours: "real" });
      const until = instrument.at(START + seconds * 1000);
      const points = timeShares(instrument, until);
      expect(points).toHaveLength(until.minute + 1);
      expect(points.at(-1)).toMatchObject({ price: basicQot(instrument, until).curPrice, isBlank: false });
      let sum: Bar | undefined;
      for (const [minute, { volume, avgPrice }] of points.entries()) {
        const bar = instrument.tape.minutes(until.day, minute, minute + 1, until);
        sum = join(sum, bar);
        expect(volume).toBe(BigInt(bar.volume));
        expect(avgPrice).toBeGreaterThan(sum.low * 0.99);
        expect(avgPrice).toBeLessThan(sum.high * 1.01);
      }
    }),
    { numRuns: 30 },
  );
  const tencent = instrumentOf("HK.00700", { marketHours: "real" });
  expect(timeShares(tencent, tencent.at(START))).toMatchObject([{ time: "2026-01-05 09:30:00", minute: 570 }]);
});
