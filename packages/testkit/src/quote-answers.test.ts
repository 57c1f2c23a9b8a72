import {
  QotGetBroker,
  QotGetKL,
  QotGetOrderBook,
  QotGetRT,
  QotGetTicker,
  QotUpdateBroker,
  QotUpdateKL,
  QotUpdateOrderBook,
  QotUpdateRT,
  QotUpdateTicker,
} from "@tickwire/codec/quote";
import {
  KLType,
  type MessageInit,
  Notify,
  OrderBookType,
  parseSymbol,
  QotGetBasicQot,
  QotRegQotPush,
  type QotRegQotPushC2S,
  QotSub,
  type QotSubC2S,
  QotUpdateBasicQot,
  RehabType,
  SubType,
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
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, ...options });
const login = (opend = fake()) => new RawClient(opend, "tcp").login();
const tencent = parseSymbol("HK.00700");
const sub = (client: RawClient, subTypeList: SubType[], more: Partial<MessageInit<QotSubC2S>> = {}) =>
  client.ask(QotSub, { securityList: [tencent], subTypeList, isSubOrUnSub: true, isRegOrUnRegPush: true, ...more });
const register = (client: RawClient, subTypeList: SubType[], more: Partial<MessageInit<QotRegQotPushC2S>> = {}) =>
  client.ask(QotRegQotPush, { securityList: [tencent], subTypeList, isRegOrUnReg: true, ...more });

describe("answers to who is subscribed", () => {
  const kl = { rehabType: RehabType.Forward, klType: KLType._5Min, security: tencent, reqNum: 3 };

  test.each([
    ["SubType_KL_5Min", QotGetKL, kl],
    ["SubType_RT", QotGetRT, { security: tencent }],
    ["SubType_Ticker", QotGetTicker, { security: tencent, maxRetNum: 5 }],
    ["SubType_OrderBook", QotGetOrderBook, { security: tencent, num: 5 }],
    ["SubType_OrderBook_Odd", QotGetOrderBook, { security: tencent, num: 5, orderBookType: OrderBookType.Odd }],
    ["SubType_Broker", QotGetBroker, { security: tencent }],
  ] as const)("need a subscription to %s, on that connection", (name, protocol, c2s) => {
    const opend = fake();
    const [one, two] = [login(opend), login(opend)];
    const subType = SubType[name.slice(8) as keyof typeof SubType];
    sub(one, [subType]);
    sub(
      two,
      Object.values(SubType).filter((type) => type !== subType && type !== SubType.None),
    );
    expect(one.ask(protocol as typeof QotGetRT, c2s)).toMatchObject({ retType: 0, s2c: { name: "Tencent" } });
    expect(two.ask(protocol as typeof QotGetRT, c2s)).toMatchObject({
      retType: -1,
      retMsg: `HK.00700 is not subscribed: call Qot_Sub with ${name} first`,
    });
    const unknown = { ...c2s, security: parseSymbol("US.NOPE") };
    expect(one.ask(protocol as typeof QotGetRT, unknown).retMsg).toBe("Unknown security: US.NOPE");
  });

  test("agree with each other", async () => {
    const client = login();
    sub(client, [SubType.Basic, SubType.KL_1Min, SubType.KL_Day, SubType.Ticker, SubType.RT, SubType.OrderBook]);
    await clock.advance(3_723_000);
    const quote = client.ask(QotGetBasicQot, { securityList: [tencent] }).s2c!.basicQotList[0]!;
    const last = quote.curPrice;
    const lines = (klType: KLType) => client.ask(QotGetKL, { ...kl, klType, reqNum: 1 }).s2c?.klList;
    expect(lines(KLType._1Min)).toMatchObject([{ closePrice: last, time: "2026-01-05 10:33:00", isBlank: false }]);
    expect(lines(KLType.Day)).toMatchObject([
      { closePrice: last, highPrice: quote.highPrice, lowPrice: quote.lowPrice, volume: quote.volume },
    ]);
    expect(client.ask(QotGetTicker, { security: tencent, maxRetNum: 1 }).s2c?.tickerList).toMatchObject([
      { price: last, time: quote.updateTime },
    ]);
    expect(client.ask(QotGetRT, { security: tencent }).s2c?.rtList.at(-1)).toMatchObject({ price: last, minute: 632 });
    const book = client.ask(QotGetOrderBook, { security: tencent, num: 1 }).s2c!;
    expect([book.orderBookAskList[0]?.price, book.orderBookBidList[0]?.price]).toContain(last);
  });

  test("are refused when they ask for too much, or for what there is not", () => {
    const client = login();
    sub(client, [SubType.KL_Day, SubType.Ticker, SubType.OrderBook]);
    expect(client.ask(QotGetOrderBook, { security: tencent, num: 0 }).retMsg).toBe("num must be 1 or more, not 0");
    expect(client.ask(QotGetOrderBook, { security: tencent, num: 1000 }).s2c?.orderBookAskList).toHaveLength(10);
    expect(client.ask(QotGetKL, { ...kl, klType: 99 }).retMsg).toBe("Unknown K-line type: 99");
    expect(client.ask(QotGetKL, { ...kl, reqNum: 1001 }).retMsg).toBe("reqNum must be from 1 to 1000, not 1001");
    expect(client.ask(QotGetTicker, { security: tencent, maxRetNum: 0 }).retMsg).toContain("maxRetNum must be from 1");
    const lines = client.ask(QotGetKL, { ...kl, klType: KLType.Day, reqNum: 1000 }).s2c!.klList;
    expect(lines).toHaveLength(1000);
  });
});

describe("pushes", () => {
  test("of all kinds come at once, and then with every interval", async () => {
    const client = login();
    sub(client, [SubType.OrderBook, SubType.Ticker, SubType.RT, SubType.KL_1Min, SubType.Broker]);
    await clock.advance(3000);
    const protocols = [QotUpdateOrderBook, QotUpdateTicker, QotUpdateRT, QotUpdateKL, QotUpdateBroker] as const;
    expect(protocols.map((protocol) => client.pushes<unknown>(protocol).length)).toEqual([4, 4, 4, 4, 4]);
    expect(client.pushes(QotUpdateTicker).map(({ tickerList }) => tickerList.length)).toEqual([10, 1, 1, 1]);
    expect(client.pushes(QotUpdateKL)[0]).toMatchObject({
      rehabType: RehabType.Forward,
      klType: KLType._1Min,
      security: tencent,
      klList: [{ time: "2026-01-05 09:31:00", openPrice: 599 }],
    });
  });

  test("of ticks bring each tick once, however rare pushes are", async () => {
    const client = login(fake({ quoteIntervalMs: 5000 }));
    sub(client, [SubType.Ticker], { isFirstPush: false });
    await clock.advance(60_000);
    const sequences = client
      .pushes(QotUpdateTicker)
      .flatMap(({ tickerList }) => tickerList.map((tick) => tick.sequence));
    expect(sequences).toHaveLength(60);
    expect(new Set(sequences).size).toBe(60);
  });

  test("bring a minute that has ended for a last time", async () => {
    const client = login(fake({ quoteIntervalMs: 7000 }));
    sub(client, [SubType.KL_1Min, SubType.RT], { isFirstPush: false });
    await clock.advance(63_000);
    const times = client
      .pushes(QotUpdateKL)
      .at(-1)
      ?.klList.map(({ time }) => time);
    expect(times).toEqual(["2026-01-05 09:31:00", "2026-01-05 09:32:00"]);
    expect(
      client
        .pushes(QotUpdateRT)
        .at(-1)
        ?.rtList.map(({ minute }) => minute),
    ).toEqual([570, 571]);
    const [ended] = client.pushes(QotUpdateKL).at(-1)!.klList;
    const asked = client.ask(QotGetKL, { rehabType: 1, klType: KLType._1Min, security: tencent, reqNum: 2 });
    expect(asked.s2c?.klList[0]).toEqual(ended);
  });

  test("of K-lines come once per price adjustment that was registered", async () => {
    const client = login();
    sub(client, [SubType.KL_Day], { regPushRehabTypeList: [RehabType.None, RehabType.Backward, RehabType.None] });
    await clock.advance(0);
    expect(client.pushes(QotUpdateKL).map(({ rehabType }) => rehabType)).toEqual([RehabType.None, RehabType.Backward]);
  });

  test("of what is not traded, or has no brokers, do not come", async () => {
    const client = login();
    const securityList = [parseSymbol("HK.800000"), parseSymbol("US.FUTU")];
    sub(client, [SubType.Broker], { securityList });
    sub(client, [SubType.OrderBook, SubType.Ticker], { securityList: securityList.slice(0, 1) });
    await clock.advance(3000);
    expect(client.frames.filter(({ protoId }) => [3011, 3013, 3015].includes(protoId))).toEqual([]);
  });

  test("can be registered and unregistered later (3002)", async () => {
    const client = login();
    expect(register(client, [SubType.Ticker]).retMsg).toContain("HK.00700 is not subscribed");
    sub(client, [SubType.Ticker], { isRegOrUnRegPush: false });
    await clock.advance(2000);
    expect([client.pushes(QotUpdateTicker).length, clock.pendingTimers]).toEqual([0, 0]);
    expect(register(client, [SubType.Ticker], { isFirstPush: false }).retType).toBe(0);
    await clock.advance(2000);
    expect(client.pushes(QotUpdateTicker)).toHaveLength(2);
    register(client, [SubType.Ticker]);
    await clock.advance(0);
    expect(client.pushes(QotUpdateTicker)).toHaveLength(3);
    register(client, [SubType.Ticker], { isRegOrUnReg: false });
    expect(clock.pendingTimers).toBe(0);
    expect(register(client, [99]).retMsg).toBe("Unknown subscription type: 99");
  });

  test("rest while the market is closed", async () => {
    const client = login(fake({ marketHours: "real", quoteIntervalMs: 60_000 }));
    sub(client, [SubType.Basic, SubType.Ticker, SubType.KL_1Min], { isFirstPush: false });
    const perHour: number[] = [];
    for (let hour = 0; hour < 23; hour++) {
      const before = client.pushes(QotUpdateBasicQot).length;
      await clock.advance(3_600_000);
      perHour.push(client.pushes(QotUpdateBasicQot).length - before);
    }
    // The last price of a session is told when the session is over.
    expect(perHour).toEqual([60, 60, 30, 31, 60, 60, 30, ...Array(16).fill(0)]);
    expect(client.pushes(QotUpdateKL)).toHaveLength(331);
    const day = client.pushes(QotUpdateBasicQot).at(-1)!.basicQotList[0]!;
    expect(day.updateTime).toBe("2026-01-05 15:59:59");
  });
});

describe("the quota in use", () => {
  test("is told to those who get notifications, when it changes", async () => {
    const opend = fake();
    const [one, two] = [login(opend), new RawClient(opend, "tcp").login({ recvNotify: false })];
    const told = () => one.pushes(Notify).map(({ usedQuota }) => usedQuota?.usedSubQuota);
    sub(two, [SubType.Basic, SubType.Ticker]);
    await clock.advance(0);
    sub(one, [SubType.Basic]);
    await clock.advance(0);
    expect(told()).toEqual([2]);
    two.hangUp();
    await clock.advance(0);
    expect([told(), two.pushes(Notify)]).toEqual([[2, 1], []]);
  });
});
