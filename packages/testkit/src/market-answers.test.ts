import {
  QotGetKL,
  QotGetMarketState,
  QotGetSecuritySnapshot,
  QotGetStaticInfo,
  QotRequestHistoryKL,
  type QotRequestHistoryKLC2S,
  QotRequestTradeDate,
} from "@tickwire/codec/quote";
import {
  GetGlobalState,
  KLFields,
  type KLine,
  KLType,
  type MessageInit,
  parseSymbol,
  QotSub,
  RehabType,
  SubType,
  TradeDateMarket,
} from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});
const login = (options: FakeOpenDOptions = {}) => new RawClient(new FakeOpenD({ clock, ...options }), "tcp").login();
const securities = (...symbols: string[]) => symbols.map((symbol) => parseSymbol(symbol));
const [tencent] = securities("HK.00700");

describe("history of K-lines (3103)", () => {
  const history = (client: RawClient, more: Partial<MessageInit<QotRequestHistoryKLC2S>> = {}) =>
    client.ask(QotRequestHistoryKL, {
      rehabType: RehabType.Forward,
      klType: KLType.Day,
      security: tencent!,
      beginTime: "2025-12-01",
      endTime: "2026-01-31",
      ...more,
    });

  test("is without holes or repetitions over its pages", () => {
    const client = login({ marketHours: "real" });
    const whole = history(client).s2c!;
    expect(whole.nextReqKey).toBeUndefined();
    expect(whole.klList.map(({ time }) => time.slice(0, 10))).toEqual(
      client
        .ask(QotRequestTradeDate, { market: TradeDateMarket.HK, beginTime: "2025-12-01", endTime: "2026-01-05" })
        .s2c?.tradeDateList.map(({ time }) => time),
    );
    const paged: KLine[] = [];
    let nextReqKey: Uint8Array | undefined;
    do {
      const page = history(client, { maxAckKLNum: 10, ...(nextReqKey !== undefined && { nextReqKey }) }).s2c!;
      expect(page.klList.length).toBeLessThanOrEqual(10);
      paged.push(...page.klList);
      nextReqKey = page.nextReqKey;
    } while (nextReqKey !== undefined);
    expect(paged).toEqual(whole.klList);
  });

  test("has a thousand in a page at most, also of minutes", () => {
    const client = login();
    const minutes = { klType: KLType._1Min, beginTime: "2026-01-04", endTime: "2026-01-04" };
    const first = history(client, minutes).s2c!;
    const second = history(client, { ...minutes, nextReqKey: first.nextReqKey! }).s2c!;
    expect([first.klList.length, second.klList.length, second.nextReqKey]).toEqual([1000, 440, undefined]);
    expect([first.klList[0]?.time, second.klList.at(-1)?.time]).toEqual(["2026-01-04 00:01:00", "2026-01-05 00:00:00"]);
    expect(second.klList[0]?.lastClosePrice).toBe(first.klList.at(-1)?.closePrice);
  });

  test("is what the subscribed get from the cache", () => {
    const client = login();
    client.ask(QotSub, { securityList: [tencent!], subTypeList: [SubType.KL_Week], isSubOrUnSub: true });
    const cached = { rehabType: RehabType.Forward, klType: KLType.Week, security: tencent!, reqNum: 4 };
    expect(history(client, { klType: KLType.Week }).s2c?.klList.slice(-4)).toEqual(
      client.ask(QotGetKL, cached).s2c?.klList,
    );
  });

  test("has only the fields that were asked for", () => {
    const needKLFieldsFlag = BigInt(KLFields.Close | KLFields.Volume);
    const [line] = history(login(), { needKLFieldsFlag }).s2c!.klList;
    expect(
      Object.keys(JSON.parse(JSON.stringify(line, (_, value) => (typeof value === "bigint" ? 0 : value)))),
    ).toEqual(["time", "isBlank", "closePrice", "volume", "timestamp"]);
  });

  test("refuses what it cannot read", () => {
    const client = login();
    expect(history(client, { beginTime: "yesterday" }).retMsg).toBe(
      'beginTime must be a date yyyy-MM-dd, not "yesterday"',
    );
    expect(history(client, { endTime: "2026-02-30" }).retMsg).toContain("endTime must be a date");
    expect(history(client, { klType: 0 }).retMsg).toBe("Unknown K-line type: 0");
    expect(history(client, { nextReqKey: Uint8Array.of(1, 2) }).retMsg).toContain("nextReqKey");
    expect(history(client, { maxAckKLNum: 0 }).retMsg).toBe("maxAckKLNum must be 1 or more, not 0");
    expect(history(client, { security: { market: 11, code: "NOPE" } }).retMsg).toBe("Unknown security: US.NOPE");
    expect(history(client, { beginTime: "2026-02-01 00:00:00", endTime: "2026-03-01" }).s2c?.klList).toEqual([]);
    expect(history(client, { beginTime: "2026-01-02", endTime: "2026-01-01" }).s2c?.klList).toEqual([]);
  });
});

describe("trading days (3219)", () => {
  const dates = (client: RawClient, market: TradeDateMarket, more = {}) =>
    client
      .ask(QotRequestTradeDate, { market, beginTime: "2026-01-01", endTime: "2026-01-07", ...more })
      .s2c?.tradeDateList.map(({ time }) => time.slice(8));

  test("are without weekends and holidays", () => {
    const client = login({ marketHours: "real", holidays: { HK: ["2026-01-01"] } });
    expect(dates(client, TradeDateMarket.HK)).toEqual(["02", "05", "06", "07"]);
    expect(dates(client, TradeDateMarket.US)).toEqual(["01", "02", "05", "06", "07"]);
    expect(dates(client, TradeDateMarket.Unknown, { security: tencent })).toEqual(["02", "05", "06", "07"]);
    expect(dates(login(), TradeDateMarket.CN)).toHaveLength(7);
  });

  test("are refused of unknown markets and for too long", () => {
    const ask = (more: object) =>
      login().ask(QotRequestTradeDate, { market: 0, beginTime: "2026-01-01", endTime: "2026-01-07", ...more }).retMsg;
    expect(ask({})).toBe("Unknown market: 0");
    expect(ask({ beginTime: "0001-01-01" })).toBe("The range of time is too long: at most 3660 days");
    expect(ask({ beginTime: "x" })).toContain("beginTime");
    expect(ask({ security: { market: 1, code: "99999" } })).toBe("Unknown security: HK.99999");
  });
});

describe("the states of markets", () => {
  test("follow the clock (1002, 3223)", async () => {
    const client = login({ marketHours: "real" });
    const all = () => ({
      global: client.ask(GetGlobalState, { userID: 0n }).s2c,
      single: client
        .ask(QotGetMarketState, { securityList: securities("HK.00700", "HK.HSImain", "US.FUTU", "SZ.000001") })
        .s2c?.marketInfoList.map(({ marketState }) => marketState),
    });
    expect(all()).toMatchObject({
      global: { marketHK: 3, marketHKFuture: 15, marketUS: 6, marketUSFuture: 23, marketSH: 3, marketSZ: 3 },
      single: [3, 15, 6, 3],
    });
    await clock.advance(13 * 3_600_000);
    expect(all()).toMatchObject({ global: { marketHK: 6, marketUS: 5 }, single: [6, 17, 5, 6] });
  });

  test("are told of at most 400 securities", () => {
    const securityList = Array.from({ length: 401 }, () => tencent!);
    expect(login().ask(QotGetMarketState, { securityList }).retMsg).toBe("securityList must be from 1 to 400, not 401");
  });
});

test("static information is told of securities, or of a market and a type (3202)", () => {
  const client = login();
  const codes = (c2s: object) =>
    client.ask(QotGetStaticInfo, c2s).s2c?.staticInfoList.map(({ basic }) => basic.security.code);
  expect(codes({ securityList: securities("US.FUTU", "HK.00700"), market: 21 })).toEqual(["FUTU", "00700"]);
  expect(codes({ market: 1, secType: 3 })).toEqual(["00700", "09626", "09988"]);
  expect(codes({ market: 21 })).toEqual(["600519"]);
  expect(client.ask(QotGetStaticInfo, { securityList: securities("US.NOPE") }).retMsg).toBe(
    "Unknown security: US.NOPE",
  );
});

test("snapshots need no subscription, and have quote, best levels and the year (3203)", () => {
  const { snapshotList } = login().ask(QotGetSecuritySnapshot, { securityList: securities("HK.00700", "HK.800000") })
    .s2c!;
  expect(snapshotList[0]?.basic).toMatchObject({
    curPrice: 599,
    highPrice: 601.5,
    priceSpread: 0.5,
    lotSize: 100,
    type: 3,
    updateTime: "2026-01-05 09:30:00",
    avgPrice: 598,
  });
  const { askPrice, bidPrice, highest52WeeksPrice, lowest52WeeksPrice } = snapshotList[0]!.basic;
  expect(askPrice! - bidPrice!).toBe(0.5);
  expect(highest52WeeksPrice).toBeGreaterThanOrEqual(601.5);
  expect(lowest52WeeksPrice).toBeLessThanOrEqual(595);
  expect(snapshotList[1]?.basic).toMatchObject({ curPrice: 26_340.47, askPrice: undefined });
});
