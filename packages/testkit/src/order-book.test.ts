import { OrderBookType } from "@tickwire/session";
import fc from "fast-check";
import { expect, test } from "vitest";
import { brokerQueue } from "./broker-queue.ts";
import { defaultFixture } from "./fixtures.ts";
import { orderBook } from "./order-book.ts";
import { basicQot } from "./quotes.ts";
import { instrumentOf, START } from "./test-support/market.ts";

const traded = defaultFixture.securities.filter(({ lotSize }) => lotSize > 0).map(({ symbol }) => symbol);
const world = fc.record({ symbol: fc.constantFrom(...traded), seed: fc.nat(100), laterMs: fc.nat(90 * 86_400_000) });
const at = ({ symbol, seed, laterMs }: { symbol: string; seed: number; laterMs: number }) => {
  const instrument = instrumentOf(symbol, { seed });
  return { instrument, moment: instrument.at(START + laterMs) };
};

test("bids are below asks, levels a tick apart and on ticks, and the price is the best of one side", () => {
  fc.assert(
    fc.property(world, (of) => {
      const { instrument, moment } = at(of);
      const { orderBookBidList: bids, orderBookAskList: asks } = orderBook(instrument, moment);
      const { tickSize } = instrument.tape.path;
      const { curPrice } = basicQot(instrument, moment);
      expect([bids[0]?.price, asks[0]?.price]).toContain(curPrice);
      // Fewer bids only where prices end.
      expect(asks).toHaveLength(10);
      expect(bids.length === 10 || bids.at(-1)!.price === tickSize(0)).toBe(true);
      const prices = [...bids.map(({ price }) => price).reverse(), ...asks.map(({ price }) => price)];
      for (const [index, price] of prices.entries()) {
        expect(Math.abs(price / tickSize(price) - Math.round(price / tickSize(price)))).toBeLessThan(1e-6);
        if (index > 0) expect(price - prices[index - 1]!).toBeCloseTo(tickSize(prices[index - 1]!), 6);
      }
      for (const { volume, orederCount } of [...bids, ...asks]) {
        expect(volume % BigInt(instrument.tape.path.lot)).toBe(0n);
        expect(orederCount).toBeGreaterThan(0);
      }
    }),
  );
});

test("is the same for the same time, and has as many levels as are asked for", () => {
  const one = at({ symbol: "HK.00700", seed: 1, laterMs: 5000 });
  const two = at({ symbol: "HK.00700", seed: 1, laterMs: 5000 });
  expect(orderBook(one.instrument, one.moment)).toEqual(orderBook(two.instrument, two.moment));
  expect(orderBook(one.instrument, one.moment)).toMatchObject({
    svrRecvTimeAsk: "2026-01-05 09:30:05",
    orderBookType: 0,
  });
  expect(orderBook(one.instrument, one.moment, OrderBookType.Normal, 3).orderBookBidList).toHaveLength(3);
  expect(orderBook(one.instrument, one.moment, OrderBookType.Normal, 50).orderBookBidList).toHaveLength(10);
});

test("of odd lots has less than a lot", () => {
  const { instrument, moment } = at({ symbol: "HK.00700", seed: 1, laterMs: 0 });
  for (const { volume } of orderBook(instrument, moment, OrderBookType.Odd).orderBookAskList) {
    expect(volume).toBeGreaterThan(0n);
    expect(volume).toBeLessThan(100n);
  }
  const future = at({ symbol: "HK.HSImain", seed: 1, laterMs: 0 });
  expect(orderBook(future.instrument, future.moment, OrderBookType.Odd).orderBookAskList).toEqual([]);
});

test("is empty for an index", () => {
  const instrument = instrumentOf("HK.800000");
  expect(orderBook(instrument, instrument.at(START))).toMatchObject({ orderBookAskList: [], orderBookBidList: [] });
});

test("brokers stand behind the orders of the book, level by level, in Hong Kong", () => {
  fc.assert(
    fc.property(world, (of) => {
      const { instrument, moment } = at(of);
      const { brokerAskList } = brokerQueue(instrument, moment);
      if (!of.symbol.startsWith("HK.")) expect(brokerAskList).toEqual([]);
      else {
        expect(brokerAskList.length).toBeLessThanOrEqual(40);
        const first = brokerAskList.filter(({ pos }) => pos === 1);
        expect(first).toHaveLength(orderBook(instrument, moment).orderBookAskList[0]!.orederCount);
        expect(brokerAskList.map(({ pos }) => pos)).toEqual(brokerAskList.map(({ pos }) => pos).sort((a, b) => a - b));
      }
    }),
  );
});
