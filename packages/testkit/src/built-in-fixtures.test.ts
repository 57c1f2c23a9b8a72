import { readFileSync } from "node:fs";
import { parseSymbol, SecurityType, WarrantType } from "@tickwire/codec";
import { OrderStatus, PositionSide } from "@tickwire/codec/trade";
import { describe, expect, test } from "vitest";
import * as builtIn from "./built-in-fixtures.ts";
import { type Fixture, textIn } from "./fixture.ts";
import { defaultFixture, parseFixture } from "./fixtures.ts";
import type { LongPortFixture } from "./longport-fixture.ts";

const { emptyAccount, hongKongInvestor, usOptionsTrader } = builtIn;
const count = ({ securities }: Fixture, type: SecurityType) =>
  securities.filter(({ secType }) => secType === type).length;
const groupsOf = ({ groups }: Fixture, type: "system" | "custom") =>
  groups.filter((group) => group.type === type).map(({ name, members }) => [textIn("en", name), members.length]);

test("the Hong Kong investor has what one has", () => {
  expect(count(hongKongInvestor, SecurityType.Eqty)).toBeGreaterThan(20);
  expect(count(hongKongInvestor, SecurityType.Trust)).toBe(3);
  expect(count(hongKongInvestor, SecurityType.Index)).toBe(2);
  expect(count(hongKongInvestor, SecurityType.Future)).toBe(3);
  const warrants = hongKongInvestor.securities.flatMap(({ warrant }) => warrant?.type ?? []);
  expect(warrants).toEqual([WarrantType.Buy, WarrantType.Bull]);
  const names = groupsOf(hongKongInvestor, "custom").map(([name]) => name);
  expect(names).toEqual(["Tech 科技", "收息股", "ETF", "窩輪牛熊", "Futures only", "新能源车", "To read"]);
  expect(hongKongInvestor.accounts?.map(({ positions }) => positions.length)).toEqual([12, 1, 1]);
});

test("the US options trader has chains, and orders in every state", () => {
  const options = usOptionsTrader.securities.filter(({ secType }) => secType === SecurityType.Drvt);
  expect(options).toHaveLength(80);
  for (const { symbol, option, lotSize } of options) {
    const { owner, strikeTime, strikePrice, type } = option!;
    const letters = `${strikeTime.slice(2).replaceAll("-", "")}${type === 1 ? "C" : "P"}${strikePrice * 1000}`;
    expect(symbol).toBe(`${owner}${letters}`);
    expect(lotSize).toBe(100);
    // Midnight in New York.
    expect(option?.strikeTimestamp).toBe(Date.parse(`${strikeTime}T05:00:00Z`) / 1000);
  }
  const [account] = usOptionsTrader.accounts!;
  const sides = account?.positions.filter(({ symbol }) => /[CP]\d+$/.test(symbol)).map((each) => each.positionSide);
  expect(new Set(sides)).toEqual(new Set([PositionSide.Long, PositionSide.Short]));
  const statuses = account?.orders.map(({ orderStatus }) => orderStatus);
  for (const status of ["Filled_All", "Filled_Part", "Submitted", "Cancelled_All", "Failed"] as const)
    expect(statuses).toContain(OrderStatus[status]);
});

test("the empty account has the system groups, and nothing in them", () => {
  expect(groupsOf(emptyAccount, "system")).toEqual(
    ["All", "Starred", "CN", "HK", "US", "Options", "Futures", "Bonds"].map((name) => [name, 0]),
  );
  expect(groupsOf(emptyAccount, "custom")).toEqual([]);
  expect(emptyAccount.accounts).toMatchObject([{ cash: [], positions: [], orders: [], pastOrders: [] }]);
});

describe.each([
  ["hong-kong-investor", hongKongInvestor, builtIn.hongKongInvestorLongPort],
  ["us-options-trader", usOptionsTrader, builtIn.usOptionsTraderLongPort],
  ["empty-account", emptyAccount, builtIn.emptyAccountLongPort],
] as [string, Fixture, LongPortFixture][])("%s", (name, fixture, longport) => {
  test("is the file that is shipped, which an editor can check", () => {
    const json = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
    expect(json.$schema).toBe("./fixture.schema.json");
    expect(parseFixture(json)).toEqual(fixture);
  });

  test("has ids that are unique, and prices on their steps", () => {
    const ids = fixture.securities.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { symbol, quote } of fixture.securities) {
      const steps = quote.curPrice / quote.priceSpread;
      expect(Math.abs(steps - Math.round(steps)), symbol).toBeLessThan(1e-6);
      expect(quote.highPrice, symbol).toBeGreaterThanOrEqual(Math.max(quote.openPrice, quote.curPrice));
      expect(quote.lowPrice, symbol).toBeLessThanOrEqual(Math.min(quote.openPrice, quote.curPrice));
    }
  });

  test("has no option or future at LongPort, and no stock that OpenD's does not know", () => {
    const known = new Set(
      fixture.securities
        .filter(({ secType }) => secType !== SecurityType.Index)
        .map(({ symbol }) => {
          const [market] = symbol.split(".");
          return `${parseSymbol(symbol).code.replace(/^0+(?=\d)/, market === "HK" ? "" : "$&")}.${market}`;
        }),
    );
    for (const { symbol } of longport.securities)
      if (!/^(\.SPX|HSI|HSTECH)\./.test(symbol)) expect(known).toContain(symbol);
  });
});

test("the default fixture has an account, so that trade contexts start", () => {
  expect(defaultFixture.accounts?.map(({ accID }) => accID)).toEqual([281_756_000_000_000_001n, 9_000_001n]);
});
