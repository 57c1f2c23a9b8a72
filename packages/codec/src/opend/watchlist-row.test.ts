import { describe, expect, test } from "vitest";
import { OptionType, QotMarket, type SecurityStaticInfo, SecurityType, WarrantType } from "../gen/core.ts";
import { toWatchlistRow } from "./watchlist-row.ts";

const { HK_Security, US_Security } = QotMarket;

function info(
  basic: Partial<SecurityStaticInfo["basic"]>,
  more: Omit<SecurityStaticInfo, "basic"> = {},
): SecurityStaticInfo {
  return {
    basic: {
      security: { market: HK_Security, code: "00700" },
      id: 54047868453564n,
      lotSize: 100,
      secType: SecurityType.Eqty,
      name: "Tencent Holdings",
      listTime: "2004-06-16",
      delisting: false,
      ...basic,
    },
    ...more,
  };
}

/** What does not apply to a stock. */
const stock = {
  stockChildType: undefined,
  stockOwner: undefined,
  optionType: undefined,
  strikeTime: undefined,
  strikePrice: undefined,
  suspension: undefined,
  mainContract: undefined,
  lastTradeTime: undefined,
};

describe("the rows that the vendor's Python sample prints", () => {
  test("0  HK.HSImain  HSI Future Main(NOV0)  50  FUTURE  …  71000662  False  True", () => {
    const future = info(
      {
        security: { market: HK_Security, code: "HSImain" },
        id: 71000662n,
        lotSize: 50,
        secType: SecurityType.Future,
        name: "HSI Future Main(NOV0)",
        listTime: "",
      },
      { futureExData: { lastTradeTime: "", isMainContract: true } },
    );
    expect(toWatchlistRow(future)).toStrictEqual({
      ...stock,
      code: "HK.HSImain",
      name: "HSI Future Main(NOV0)",
      lotSize: 50,
      stockType: SecurityType.Future,
      listingDate: undefined,
      stockId: 71000662n,
      delisting: false,
      mainContract: true,
      timeZone: "Asia/Shanghai",
    });
  });

  test("1  HK.00700  Tencent Holdings  100  STOCK  …  2004-06-16  54047868453564  False", () => {
    expect(toWatchlistRow(info({}))).toStrictEqual({
      ...stock,
      code: "HK.00700",
      name: "Tencent Holdings",
      lotSize: 100,
      stockType: SecurityType.Eqty,
      listingDate: "2004-06-16",
      stockId: 54047868453564n,
      delisting: false,
      timeZone: "Asia/Shanghai",
    });
  });
});

describe("other kinds", () => {
  test("a warrant tells its type and its underlying", () => {
    const warrant = info(
      { security: { market: HK_Security, code: "13000" }, secType: SecurityType.Warrant, name: "TENCENT CALL" },
      { warrantExData: { type: WarrantType.Buy, owner: { market: HK_Security, code: "00700" } } },
    );
    expect(toWatchlistRow(warrant)).toMatchObject({
      ...stock,
      code: "HK.13000",
      stockType: SecurityType.Warrant,
      stockChildType: WarrantType.Buy,
      stockOwner: "HK.00700",
    });
  });

  test("an option tells its underlying, type, strike and suspension", () => {
    const option = info(
      {
        security: { market: US_Security, code: "AAPL210115C185000" },
        secType: SecurityType.Drvt,
        name: "AAPL 210115 185.00C",
        listTime: "",
      },
      {
        optionExData: {
          type: OptionType.Call,
          owner: { market: US_Security, code: "AAPL" },
          strikeTime: "2021-01-15",
          strikePrice: 185,
          suspend: false,
          market: "US",
        },
      },
    );
    expect(toWatchlistRow(option)).toStrictEqual({
      ...stock,
      code: "US.AAPL210115C185000",
      name: "AAPL 210115 185.00C",
      lotSize: 100,
      stockType: SecurityType.Drvt,
      stockOwner: "US.AAPL",
      optionType: OptionType.Call,
      strikeTime: "2021-01-15",
      strikePrice: 185,
      suspension: false,
      listingDate: undefined,
      stockId: 54047868453564n,
      delisting: false,
      timeZone: "America/New_York",
    });
  });

  test("a future with a last day of trading", () => {
    const future = info({}, { futureExData: { lastTradeTime: "2026-03-30", isMainContract: false } });
    expect(toWatchlistRow(future)).toMatchObject({ mainContract: false, lastTradeTime: "2026-03-30" });
  });

  test("an id beyond 2^53 is exact; an unknown kind keeps its number; delisting may be unknown", () => {
    const { delisting: _, ...basic } = info({ id: 2n ** 63n - 1n, secType: 999 }).basic;
    expect(toWatchlistRow({ basic })).toMatchObject({ stockId: 2n ** 63n - 1n, stockType: 999, delisting: undefined });
  });

  test.each([
    [QotMarket.HK_Security, "Asia/Shanghai"],
    [QotMarket.HK_Future, "Asia/Shanghai"],
    [QotMarket.CNSH_Security, "Asia/Shanghai"],
    [QotMarket.CNSZ_Security, "Asia/Shanghai"],
    [QotMarket.US_Security, "America/New_York"],
    [QotMarket.SG_Security, undefined],
    [12345, undefined],
  ])("the dates of market %d are in %s", (market, timeZone) => {
    expect(toWatchlistRow(info({ security: { market, code: "X" } })).timeZone).toBe(timeZone);
  });
});
