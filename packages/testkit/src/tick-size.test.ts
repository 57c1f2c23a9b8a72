import { SecurityType } from "@tickwire/session";
import fc from "fast-check";
import { expect, test } from "vitest";
import { marketTickSize, onTick, tickSizeOf, ticksFrom } from "./tick-size.ts";

const hk = marketTickSize("HK.00700", SecurityType.Eqty);

test.each<[symbol: string, type: SecurityType, price: number, tick: number]>([
  ["HK.00700", SecurityType.Eqty, 599, 0.5],
  ["HK.00700", SecurityType.Eqty, 499.8, 0.2],
  ["HK.00700", SecurityType.Eqty, 200, 0.2],
  ["HK.00700", SecurityType.Eqty, 199.9, 0.1],
  ["HK.00700", SecurityType.Eqty, 49.98, 0.02],
  ["HK.00700", SecurityType.Eqty, 12, 0.01],
  ["HK.00700", SecurityType.Eqty, 6000, 5],
  ["HK.14321", SecurityType.Warrant, 0.085, 0.001],
  ["HK.14321", SecurityType.Warrant, 0.3, 0.005],
  ["HK.800000", SecurityType.Index, 26_340.47, 0.01],
  ["US.FUTU", SecurityType.Eqty, 172.35, 0.01],
  ["US.FUTU", SecurityType.Eqty, 0.5, 0.0001],
  ["US.FUTU260116C175000", SecurityType.Drvt, 0.5, 0.01],
  ["SH.600519", SecurityType.Eqty, 1412.5, 0.01],
  ["SG.D05", SecurityType.Eqty, 50, 0.01],
])("%s of type %i at %d moves by %d", (symbol, type, price, tick) => {
  expect(marketTickSize(symbol, type)(price)).toBe(tick);
});

test("a fixture's step is the market's, and changes with the price, or its own, and stays", () => {
  expect(tickSizeOf("HK.00700", SecurityType.Eqty, 599, 0.5)(499)).toBe(0.2);
  expect(tickSizeOf("HK.00700", SecurityType.Eqty, 599, 1)(499)).toBe(1);
  expect(tickSizeOf("HK.HSImain", SecurityType.Future, 26_350, 1)(20_000)).toBe(1);
});

test("prices round to ticks without dust", () => {
  expect([172.354, 0.1 + 0.2, 11.515].map((price) => onTick(price, () => 0.01))).toEqual([172.35, 0.3, 11.52]);
  expect(onTick(599.3, hk)).toBe(599.5);
  expect(onTick(0.0001, hk)).toBe(0.001);
  expect(onTick(7001, hk)).toBe(7000);
  expect(onTick(1.1, () => 0.3)).toBe(1.2);
});

test("ticks are counted through the bands", () => {
  expect(ticksFrom(500, -1, hk)).toBe(499.8);
  expect(ticksFrom(499.8, 2, hk)).toBe(500.5);
  expect(ticksFrom(0.002, -5, hk)).toBe(0);
});

test("what goes up by ticks comes down by them", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 9000, noNaN: true }), fc.integer({ min: 1, max: 50 }), (price, ticks) => {
      const from = onTick(price, hk);
      const up = ticksFrom(from, ticks, hk);
      expect(up).toBeGreaterThan(from);
      expect(ticksFrom(up, -ticks, hk)).toBe(from);
    }),
  );
});
