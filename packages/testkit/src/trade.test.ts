import {
  Currency,
  OrderStatus,
  TrdCategory,
  TrdFlowSummary,
  TrdGetAccList,
  TrdGetFunds,
  TrdGetHistoryOrderFillList,
  TrdGetHistoryOrderList,
  TrdGetMarginRatio,
  TrdGetMaxTrdQtys,
  TrdGetOrderFillList,
  TrdGetOrderList,
  TrdGetPositionList,
  TrdMarket,
  TrdModifyOrder,
  TrdPlaceOrder,
  TrdSecMarket,
  TrdSubAccPush,
  TrdUnlockTrade,
  TrdUpdateOrder,
} from "@tickwire/codec/trade";
import { md5Hex, RetType } from "@tickwire/session";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { emptyAccount, hongKongInvestor, usOptionsTrader } from "./built-in-fixtures.ts";
import { FakeOpenD } from "./fake-opend.ts";
import type { Fixture } from "./fixture.ts";
import { parseFixture } from "./fixtures.ts";
import { RawClient } from "./test-support/raw-client.ts";
import type { FixtureAccount } from "./trade-fixture.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});

function start(fixture: Fixture, language: "en" | "zh" = "en") {
  const opend = new FakeOpenD({ fixture, clock, language });
  return { opend, client: new RawClient(opend, "tcp").login() };
}

const headerOf = ({ accID, trdEnv, trdMarketAuthList }: FixtureAccount) => ({
  accID,
  trdEnv,
  trdMarket: trdMarketAuthList[0]!,
});
const [universal, futures, paper] = hongKongInvestor.accounts!;
const header = headerOf(universal!);
const usHeader = headerOf(usOptionsTrader.accounts![0]!);

describe("accounts", () => {
  test.each<[c2s: { trdCategory?: TrdCategory; needGeneralSecAccount?: boolean }, accounts: unknown[]]>([
    [{}, [futures, paper]],
    [{ needGeneralSecAccount: true }, [universal, futures, paper]],
    [{ trdCategory: TrdCategory.Security, needGeneralSecAccount: true }, [universal, paper]],
    [{ trdCategory: TrdCategory.Future }, [futures]],
    [{ trdCategory: TrdCategory.Crypto }, []],
  ])("are listed as asked: %j", (c2s, accounts) => {
    const { s2c } = start(hongKongInvestor).client.ask(TrdGetAccList, { userID: 0n, ...c2s });
    expect(s2c?.accList.map(({ accID }) => accID)).toEqual(
      accounts.map((account) => (account as FixtureAccount).accID),
    );
  });

  test("have what OpenD tells of them, and nothing of the fixture beside", () => {
    const { s2c } = start(hongKongInvestor).client.ask(TrdGetAccList, { userID: 0n, needGeneralSecAccount: true });
    expect(s2c?.accList[0]).toEqual({
      accID: 281_756_000_000_000_101n,
      trdEnv: 1,
      trdMarketAuthList: [1, 2, 4],
      accType: 2,
      cardNum: "1001000000000101",
      uniCardNum: "1001000000000100",
      securityFirm: 1,
      simAccType: undefined,
      accStatus: 0,
      accRole: 1,
      jpAccType: [],
      competitionAccName: undefined,
    });
  });

  test.each<[language: "en" | "zh", password: string, refusal: string]>([
    ["en", "", "Missing necessary parameter: pwdMD5"],
    ["zh", "", "缺少必要的参数: pwdMD5"],
    ["en", md5Hex("wrong"), "Unlocking is refused: the trade password is wrong"],
    ["zh", md5Hex("wrong"), "解锁失败，交易密码错误"],
    ["en", md5Hex("not-a-real-password").toUpperCase(), "Unlocking is refused: the trade password is wrong"],
  ])("are not unlocked by a wrong password (%s, %j)", (language, pwdMD5, retMsg) => {
    const { client } = start(hongKongInvestor, language);
    expect(client.ask(TrdUnlockTrade, { unlock: true, pwdMD5 })).toMatchObject({ retType: RetType.Failed, retMsg });
  });

  test("are unlocked by the right one, and locked by none", () => {
    const { client } = start(hongKongInvestor);
    const pwdMD5 = md5Hex("not-a-real-password");
    expect(client.ask(TrdUnlockTrade, { unlock: true, pwdMD5 }).retType).toBe(0);
    expect(client.ask(TrdUnlockTrade, { unlock: true, pwdMD5, securityFirm: 1 }).retType).toBe(0);
    expect(client.ask(TrdUnlockTrade, { unlock: true, pwdMD5, securityFirm: 2 })).toMatchObject({
      retType: -1,
      retMsg: "Something wrong with the specified securities firm ",
    });
    expect(client.ask(TrdUnlockTrade, { unlock: false }).retType).toBe(0);
    const free = start({ ...hongKongInvestor, gateway: { ...hongKongInvestor.gateway, tradePassword: undefined } });
    expect(free.client.ask(TrdUnlockTrade, { unlock: true, pwdMD5: md5Hex("any") }).retType).toBe(0);
  });

  const wrong: [what: string, header: { accID: bigint; trdEnv: number; trdMarket: number }, en: string, zh: string][] =
    [
      ["account", { ...header, accID: 7n }, "Unknown account: 7", "未知账户：7"],
      ["environment", { ...header, trdEnv: 0 }, "not of the trading environment 0", "不属于交易环境0"],
      ["market", { ...header, trdMarket: 5 }, "may not trade in the market 5", "没有市场5的交易权限"],
    ];
  test.each(wrong)("refuse every question with a wrong %s", (_, header, en, zh) => {
    const times = { beginTime: "2025-01-01 00:00:00", endTime: "2026-12-31 00:00:00" };
    for (const [language, text] of [["en", en] as const, ["zh", zh] as const]) {
      const { client } = start(hongKongInvestor, language);
      const replies = [
        client.ask(TrdGetFunds, { header }),
        client.ask(TrdGetPositionList, { header }),
        client.ask(TrdGetOrderList, { header }),
        client.ask(TrdGetOrderFillList, { header }),
        client.ask(TrdGetHistoryOrderList, { header, filterConditions: times }),
        client.ask(TrdGetHistoryOrderFillList, { header, filterConditions: times }),
        client.ask(TrdGetMaxTrdQtys, { header, orderType: 1, code: "00700", price: 1 }),
        client.ask(TrdGetMarginRatio, { header }),
        client.ask(TrdFlowSummary, { header, clearingDate: "2026-01-05" }),
      ];
      for (const { retType, retMsg } of replies) {
        expect(retType).toBe(-1);
        expect(retMsg).toContain(text);
      }
    }
  });

  test("are read-only", () => {
    const { client } = start(hongKongInvestor);
    const packetID = { connID: 1n, serialNo: 1 };
    const order = { packetID, header, trdSide: 1, orderType: 1, code: "00700", qty: 100 };
    const noAnswer = (id: number) => ({ retType: -1, retMsg: `Protocol ID ${id} has no answer in this fake` });
    expect(client.ask(TrdPlaceOrder, order)).toMatchObject(noAnswer(2202));
    const change = { packetID, header, orderID: 1n, modifyOrderOp: 2 };
    expect(client.ask(TrdModifyOrder, change)).toMatchObject(noAnswer(2205));
  });

  test("push orders to the connections that asked for them", () => {
    const { opend, client } = start(hongKongInvestor);
    const other = new RawClient(opend, "ws").login();
    const order = { trdSide: 1, orderType: 1, orderStatus: 5, orderID: 1n, orderIDEx: "1", code: "00700", name: "T" };
    const times = { createTime: "2026-01-05 09:30:00", updateTime: "2026-01-05 09:30:00" };
    const push = () => opend.push(TrdUpdateOrder, { header, order: { ...order, qty: 1, ...times } });
    push();
    expect(client.ask(TrdSubAccPush, { accIDList: [7n] })).toMatchObject({ retMsg: "Unknown account: 7" });
    expect(client.ask(TrdSubAccPush, { accIDList: [header.accID] }).retType).toBe(0);
    push();
    expect([client, other].map((each) => each.pushes(TrdUpdateOrder).length)).toEqual([1, 0]);
    // The list replaces the one before.
    client.ask(TrdSubAccPush, { accIDList: [] });
    push();
    expect(client.pushes(TrdUpdateOrder)).toHaveLength(1);
    // One that names no account is for all.
    opend.push(TrdUpdateOrder, {});
    expect([client, other].map((each) => each.pushes(TrdUpdateOrder).length)).toEqual([2, 1]);
  });
});

describe("positions", () => {
  const positions = (c2s: object = {}) =>
    start(hongKongInvestor).client.ask(TrdGetPositionList, { header, ...c2s }).s2c!.positionList;

  test("are at the price of now", () => {
    expect(positions()[0]).toMatchObject({
      positionSide: 0,
      code: "00700",
      name: "Tencent",
      qty: 600,
      canSellQty: 600,
      price: 599,
      averageCostPrice: 388.2,
      val: 359_400,
      unrealizedPL: 126_480,
      realizedPL: 8420,
      plVal: 134_900,
      secMarket: TrdSecMarket.HK,
      trdMarket: TrdMarket.HK,
      currency: Currency.HKD,
      // 400 shares since the last close, 200 for what they were bought at.
      td_plVal: 1150,
      td_buyQty: 200,
      td_buyVal: 119_650,
    });
    // A fraction: Python's client makes 54.3 % of it.
    expect(positions()[0]?.averagePlRatio).toBeCloseTo(0.543, 3);
    // What a working order sells cannot be sold again.
    expect(positions({ filterConditions: { codeList: ["01810"] } })[0]).toMatchObject({ qty: 3200, canSellQty: 2000 });
  });

  test("follow the price", async () => {
    const { client } = start(hongKongInvestor);
    const prices = new Set<number>();
    for (let i = 0; i < 10; i++) {
      await clock.advance(60_000);
      const [position] = client.ask(TrdGetPositionList, { header }).s2c!.positionList;
      expect(position?.val).toBeCloseTo(600 * position!.price);
      prices.add(position!.price);
    }
    expect(prices.size).toBeGreaterThan(2);
  });

  test.each<[what: string, c2s: object, codes: string[]]>([
    ["codes", { filterConditions: { codeList: ["00700", "FUTU", "nope"] } }, ["00700", "FUTU"]],
    ["ids", { filterConditions: { idList: [6_596_101_776_300_029n] } }, ["00700"]],
    ["a market", { filterConditions: { filterMarket: TrdMarket.HKCC } }, ["600519"]],
    ["both, of which one does not hold", { filterConditions: { filterMarket: 2, codeList: ["00700"] } }, []],
    [
      "times, which are ignored",
      { filterConditions: { codeList: ["00700"], beginTime: "2030-01-01 00:00:00" } },
      ["00700"],
    ],
    ["profit", { filterPLRatioMin: 0.58 }, ["00700", "00005"]],
    ["loss", { filterPLRatioMax: -0.08 }, ["03690", "00823"]],
    ["both bounds", { filterPLRatioMin: 0.1, filterPLRatioMax: 0.4 }, ["02800", "58127"]],
  ])("are filtered by %s", (_, c2s, codes) => {
    expect(positions(c2s).map(({ code }) => code)).toEqual(codes);
  });

  test("can be short: then quantity and value are negative, and a lower price is a profit", () => {
    const { client } = start(usOptionsTrader);
    const all = client.ask(TrdGetPositionList, { header: usHeader }).s2c!.positionList;
    const short = all.find(({ code }) => code === "NVDA260116C195000")!;
    expect(short).toMatchObject({ positionSide: 1, qty: -3, canSellQty: 3, currency: Currency.USD });
    expect(short.val).toBeCloseTo(-3 * 100 * short.price);
    expect(short.plVal).toBeCloseTo(3 * 100 * (short.averageCostPrice! - short.price));
    expect(short.plRatio).toBeGreaterThan(0);
  });
});

describe("orders", () => {
  const { client } = start(hongKongInvestor);
  const orders = (c2s: object = {}) => client.ask(TrdGetOrderList, { header, ...c2s }).s2c!.orderList;
  const past = { beginTime: "2025-11-01 00:00:00", endTime: "2025-12-31 23:59:59" };

  test("tell what their fills make of them", () => {
    expect(orders()[0]).toMatchObject({
      orderStatus: OrderStatus.Filled_All,
      qty: 200,
      fillQty: 200,
      fillAvgPrice: 598.25,
      createTime: "2026-01-05 09:31:12.204",
      updateTime: "2026-01-05 09:31:14.027",
      createTimestamp: Date.parse("2026-01-05T01:31:12.204Z") / 1000,
      trdMarket: TrdMarket.HK,
      currency: Currency.HKD,
    });
  });

  test.each<[what: string, c2s: object, codes: string[]]>([
    ["nothing", {}, ["00700", "01810", "03690", "02020", "00388", "14321"]],
    ["a code", { filterConditions: { codeList: ["00700"] } }, ["00700"]],
    ["an id", { filterConditions: { idList: [7_201_260_105_000_114n] } }, ["01810"]],
    ["an extended id", { filterConditions: { orderIDExList: ["2026105000121EX"] } }, ["03690"]],
    ["a status", { filterStatusList: [OrderStatus.Submitted] }, ["03690", "14321"]],
    ["a beginning", { filterConditions: { beginTime: "2026-01-05 10:06:00" } }, ["00388", "14321"]],
    ["an end", { filterConditions: { endTime: "2026-01-05 09:31:13" } }, ["00700"]],
    ["another market", { filterConditions: { filterMarket: TrdMarket.US } }, []],
    [
      "no market, as Python's client says it",
      { filterConditions: { filterMarket: 0, codeList: ["00700"] } },
      ["00700"],
    ],
  ])("are filtered by %s", (_, c2s, codes) => {
    expect(orders(c2s).map(({ code }) => code)).toEqual(codes);
  });

  test("of days before are the history", () => {
    const { s2c } = client.ask(TrdGetHistoryOrderList, { header, filterConditions: past });
    expect(s2c?.orderList.map(({ code }) => code)).toEqual(["00005", "58127", "FUTU", "600519", "09618"]);
    const filled = { header, filterConditions: past, filterStatusList: [OrderStatus.Cancelled_Part] };
    expect(client.ask(TrdGetHistoryOrderList, filled).s2c?.orderList).toMatchObject([
      {
        code: "600519",
        fillQty: 100,
        trdMarket: TrdMarket.HKCC,
        createTimestamp: Date.parse("2025-12-02T05:40Z") / 1000,
      },
    ]);
  });

  test("have fills, of today and before", () => {
    expect(client.ask(TrdGetOrderFillList, { header }).s2c?.orderFillList).toMatchObject([
      { code: "00700", qty: 100, price: 598, trdSide: 1, orderID: 7_201_260_105_000_107n, counterBrokerID: 5998 },
      { code: "00700", qty: 100, price: 598.5, orderIDEx: "2026105000107EX" },
      { code: "01810", qty: 800, price: 38.6, trdSide: 2 },
    ]);
    const one = { ...past, codeList: ["00005"], beginTime: "2025-12-18 14:03:00" };
    const { s2c } = client.ask(TrdGetHistoryOrderFillList, { header, filterConditions: one });
    expect(s2c?.orderFillList).toMatchObject([{ price: 119.9, createTime: "2025-12-18 14:03:27" }]);
  });

  test("are refused for wrong times", () => {
    const filterConditions = { beginTime: "yesterday" };
    const retMsg = 'beginTime is "yesterday": expected yyyy-MM-dd HH:mm:ss';
    expect(client.ask(TrdGetOrderList, { header, filterConditions })).toMatchObject({ retType: -1, retMsg });
    expect(client.ask(TrdGetOrderFillList, { header, filterConditions })).toMatchObject({ retType: -1, retMsg });
    const half = { header, filterConditions: { beginTime: past.beginTime } };
    const missing = { retType: -1, retMsg: "Missing necessary parameter: endTime" };
    expect(client.ask(TrdGetHistoryOrderList, half)).toMatchObject(missing);
    expect(client.ask(TrdGetHistoryOrderFillList, half)).toMatchObject(missing);
  });
});

describe("funds", () => {
  const fundsOf = (fixture: Fixture, account: FixtureAccount, currency?: Currency) =>
    start(fixture).client.ask(TrdGetFunds, { header: headerOf(account), currency }).s2c!.funds!;

  test("add up", () => {
    const funds = fundsOf(hongKongInvestor, universal!);
    expect(funds.currency).toBe(Currency.HKD);
    // 412,350.75 HKD, 3,250.40 USD at 7.8 and 18,200 CNH at 1.1.
    expect(funds.cash).toBeCloseTo(412_350.75 + 3250.4 * 7.8 + 18_200 * 1.1);
    expect(funds.totalAssets).toBeCloseTo(funds.cash + funds.marketVal);
    // The working order for 500 shares at 98.
    expect(funds.frozenCash).toBe(49_000);
    expect(funds.cashInfoList.find(({ currency }) => currency === Currency.HKD)).toEqual({
      currency: Currency.HKD,
      cash: 412_350.75,
      availableBalance: 363_350.75,
      netCashPower: 363_350.75,
    });
  });

  test("of futures have their profit in the assets, and no value", () => {
    const funds = fundsOf(hongKongInvestor, futures!);
    expect(funds).toMatchObject({
      marketVal: 0,
      unrealizedPL: 230 * 50,
      totalAssets: 250_000 + 230 * 50,
      realizedPL: 1850,
    });
    expect(funds.initialMargin).toBeCloseTo(26_350 * 50 * 0.1);
  });

  test("of a cash account are its cash, and those of an empty one nothing", () => {
    const funds = fundsOf(hongKongInvestor, paper!);
    expect(funds).toMatchObject({ cash: 940_150, power: 940_150, maxPowerShort: 0, totalAssets: 940_150 + 59_900 });
    const empty = fundsOf(emptyAccount, emptyAccount.accounts![0]!);
    expect(empty).toMatchObject({ cash: 0, totalAssets: 0, marketVal: 0, power: 0, cashInfoList: [] });
  });

  test("are refused in a currency without a rate", () => {
    const { client } = start(hongKongInvestor, "zh");
    expect(client.ask(TrdGetFunds, { header, currency: 77 })).toMatchObject({ retType: -1, retMsg: "未知货币：77" });
  });

  test("are consistent, whatever the account holds", () => {
    const qty = fc.integer({ min: 1, max: 5000 });
    const position = fc.record({
      symbol: fc.constantFrom("HK.00700", "HK.14321", "SH.600519", "US.FUTU"),
      positionSide: fc.constantFrom(0, 1),
      qty,
      averageCostPrice: fc.double({ min: 0.01, max: 2000, noNaN: true }),
      realizedPL: fc.integer({ min: -9999, max: 9999 }),
    });
    const arbitrary = fc.record({
      amounts: fc.array(fc.integer({ min: -1_000_000, max: 5_000_000 }), { minLength: 3, maxLength: 3 }),
      positions: fc.array(position, { maxLength: 8 }),
      accType: fc.constantFrom(1, 2),
      currency: fc.constantFrom(Currency.HKD, Currency.USD, Currency.CNH),
    });
    fc.assert(
      fc.property(arbitrary, ({ amounts, positions, accType, currency }) => {
        const account: FixtureAccount = {
          ...universal!,
          accType,
          cash: amounts.map((amount, i) => ({ currency: i + 1, amount })),
          positions: positions.map((each, i) => ({ ...each, positionID: BigInt(i) })),
        };
        const fixture = { ...hongKongInvestor, accounts: [account] };
        const { client } = start(fixture);
        const { header } = { header: headerOf(account) };
        const funds = client.ask(TrdGetFunds, { header, currency }).s2c!.funds!;
        const { positionList } = client.ask(TrdGetPositionList, { header }).s2c!;
        const rates = [Number.NaN, 1, 7.8, 1.1];
        const total = (values: number[]) => values.reduce((sum, each) => sum + each, 0);
        const expected = total(positionList.map((each) => (each.val * rates[each.currency!]!) / rates[currency]!));
        expect(funds.marketVal).toBeCloseTo(expected, 1);
        expect(funds.longMv! + funds.shortMv!).toBeCloseTo(funds.marketVal, 1);
        expect(funds.totalAssets).toBeCloseTo(funds.cash + funds.marketVal, 1);
        expect(total(funds.marketInfoList.map(({ assets }) => assets!))).toBeCloseTo(funds.totalAssets, 1);
        expect(Math.min(funds.power, funds.avlWithdrawalCash, funds.maxPowerShort!)).toBeGreaterThanOrEqual(0);
        expect(funds.avlWithdrawalCash).toBeLessThanOrEqual(funds.netCashPower!);
        expect(funds.maintenanceMargin!).toBeLessThanOrEqual(funds.initialMargin!);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what can be traded", () => {
  test("is what cash, margin and positions allow, in whole lots", () => {
    const { client } = start(hongKongInvestor);
    const ask = (c2s: object) =>
      client.ask(TrdGetMaxTrdQtys, { header, orderType: 1, code: "00700", price: 599, ...c2s }).s2c?.maxTrdQtys;
    const funds = client.ask(TrdGetFunds, { header }).s2c!.funds!;
    const expected = Math.floor(funds.netCashPower! / 599 / 100) * 100;
    expect(ask({})).toMatchObject({ maxCashBuy: expected, maxPositionSell: 600, maxBuyBack: 0 });
    expect(ask({})!.maxCashAndMarginBuy).toBe(Math.floor(funds.power / 599 / 100) * 100);
    // A warrant is paid in full and cannot be sold short.
    const warrant = ask({ code: "14321", price: 0.085 })!;
    expect(warrant).toMatchObject({ maxSellShort: 0, maxPositionSell: 100_000 });
    expect(warrant.maxCashBuy % 10_000).toBe(0);
    // What an order has frozen is free for the order that replaces it.
    const meituan = { code: "03690", price: 98 };
    const [fresh, changed] = [ask(meituan), ask({ ...meituan, orderID: 7_201_260_105_000_121n })];
    expect(changed!.maxCashBuy - fresh!.maxCashBuy).toBe(500);
  });

  test("is counted in contracts, with the margin of one", () => {
    const hk = start(hongKongInvestor).client;
    const future = { header: headerOf(futures!), orderType: 1, code: "HSI2601", price: 26_000 };
    expect(hk.ask(TrdGetMaxTrdQtys, future).s2c?.maxTrdQtys).toMatchObject({
      maxCashBuy: 0,
      longRequiredIM: 130_000,
      shortRequiredIM: 130_000,
    });
    const us = start(usOptionsTrader).client;
    const option = { header: usHeader, orderType: 1, code: "NVDA260116C195000", price: 2, secMarket: TrdSecMarket.US };
    expect(us.ask(TrdGetMaxTrdQtys, option).s2c?.maxTrdQtys).toMatchObject({ longRequiredIM: 200, maxBuyBack: 3 });
  });

  test.each<[retMsg: string, c2s: object]>([
    ["Unknown security: 1", { code: "1" }],
    ["Unknown security: 00700", { secMarket: TrdSecMarket.US }],
    ["Unknown security: FUTU", { code: "FUTU" }],
    ["The price has to be above 0, not 0", { price: 0 }],
  ])("is refused: %s", (retMsg, c2s) => {
    const { client } = start(hongKongInvestor);
    const reply = client.ask(TrdGetMaxTrdQtys, { header, orderType: 1, code: "00700", price: 599, ...c2s });
    expect(reply).toMatchObject({ retType: -1, retMsg });
  });

  test("has margin ratios, for at most a hundred securities", () => {
    const { client } = start(hongKongInvestor);
    const tencent = { market: 1, code: "00700" };
    const ask = (securityList: (typeof tencent)[]) => client.ask(TrdGetMarginRatio, { header, securityList });
    expect(ask([tencent]).s2c?.marginRatioInfoList).toMatchObject([
      { security: tencent, isShortPermit: true, imLongRatio: 50 },
    ]);
    expect(ask([tencent, { market: 1, code: "1" }]).retMsg).toBe("Unknown security: HK.1");
    expect(ask(Array(101).fill(tencent)).retMsg).toBe("securityList takes at most 100");
  });
});

test("cash flows are those of a day and a direction", () => {
  const { client } = start(hongKongInvestor);
  const flows = (clearingDate: string, cashFlowDirection?: number) =>
    client.ask(TrdFlowSummary, { header, clearingDate, cashFlowDirection });
  expect(flows("2026-01-05").s2c?.flowSummaryInfoList).toMatchObject([
    { cashFlowID: 26_010_500_001n, cashFlowDirection: 2, cashFlowAmount: -15, cashFlowRemark: "Platform fee" },
  ]);
  expect(flows("2026-01-05", 1).s2c?.flowSummaryInfoList).toEqual([]);
  expect(flows("2025-12-31", 1).s2c?.flowSummaryInfoList).toHaveLength(1);
  expect(flows("").retMsg).toBe("Missing necessary parameter: clearingDate");
});

test("what an account has and the securities have not is told", () => {
  const lines: string[] = [];
  const opend = new FakeOpenD({
    fixture: { ...hongKongInvestor, securities: [] },
    clock,
    log: (line) => lines.push(line),
  });
  const { retMsg } = new RawClient(opend, "tcp").login().ask(TrdGetFunds, { header });
  for (const text of [retMsg, lines[0]])
    expect(text).toContain("[TESTKIT_FIXTURE] accounts: HK.00700 is none of the securities that can be traded");
});

test("a fixture without accounts has none", () => {
  const { client } = start(parseFixture({ version: 1, securities: [], groups: [] }));
  expect(client.ask(TrdGetAccList, { userID: 0n, needGeneralSecAccount: true }).s2c?.accList).toEqual([]);
});
