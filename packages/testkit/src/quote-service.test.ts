import { QotUpdateKL, QotUpdateTicker } from "@tickwire/codec/quote";
import {
  formatSymbol,
  type MessageInit,
  parseSymbol,
  QotGetBasicQot,
  QotGetSubInfo,
  QotSub,
  type QotSubC2S,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { defaultFixture } from "./fixtures.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, ...options });

const securities = (symbols: string[]) => symbols.map((symbol) => parseSymbol(symbol));
const sub = (client: RawClient, symbols: string[], more: Partial<MessageInit<QotSubC2S>> = {}) =>
  client.ask(QotSub, {
    securityList: securities(symbols),
    subTypeList: [SubType.Basic],
    isSubOrUnSub: true,
    isRegOrUnRegPush: true,
    ...more,
  });
const unsub = (client: RawClient, symbols: string[]) => sub(client, symbols, { isSubOrUnSub: false });
const pushed = (client: RawClient) =>
  client.pushes(QotUpdateBasicQot).map(({ basicQotList }) => basicQotList.map((q) => formatSymbol(q.security)).join());
const used = (client: RawClient) => client.ask(QotGetSubInfo, {}).s2c?.totalUsedQuota;

describe("pushes of basic quotes", () => {
  test("come right after the reply, and then once per interval", async () => {
    const client = new RawClient(fake(), "tcp").login();
    expect(sub(client, ["HK.00700", "US.FUTU"])).toEqual({ retType: 0, retMsg: "", errCode: 0, s2c: undefined });
    expect(pushed(client)).toEqual([]);
    await clock.advance(0);
    expect(pushed(client)).toEqual(["HK.00700,US.FUTU"]);
    await clock.advance(999);
    expect(pushed(client)).toHaveLength(1);
    await clock.advance(2001);
    expect(pushed(client)).toEqual(Array(4).fill("HK.00700,US.FUTU"));
    const quotes = client.pushes(QotUpdateBasicQot).map(({ basicQotList }) => basicQotList[0]!);
    expect(new Set(quotes.map((quote) => quote.curPrice)).size).toBeGreaterThan(1);
    expect(quotes.map((quote) => quote.updateTime.slice(-2))).toEqual(["00", "01", "02", "03"]);
  });

  test("the interval can be set", async () => {
    const client = new RawClient(fake({ quoteIntervalMs: 50 }), "ws").login();
    sub(client, ["HK.00700"]);
    await clock.advance(200);
    expect(pushed(client)).toHaveLength(5);
  });

  test("the first one can be left out", async () => {
    const client = new RawClient(fake(), "tcp").login();
    sub(client, ["HK.00700"], { isFirstPush: false });
    await clock.advance(999);
    expect(pushed(client)).toEqual([]);
    await clock.advance(1);
    expect(pushed(client)).toHaveLength(1);
  });

  test("come only to registered connections; registering can follow, and be taken back", async () => {
    const opend = fake();
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "ws").login()];
    sub(one, ["HK.00700"], { isRegOrUnRegPush: undefined });
    sub(two, ["US.FUTU"]);
    await clock.advance(1000);
    expect([pushed(one), pushed(two).length]).toEqual([[], 2]);
    sub(one, ["HK.00700"]);
    await clock.advance(1000);
    expect(pushed(one)).toHaveLength(2);
    sub(one, ["HK.00700"], { isRegOrUnRegPush: undefined });
    await clock.advance(1000);
    expect(pushed(one)).toHaveLength(3);
    sub(one, ["HK.00700"], { isRegOrUnRegPush: false });
    await clock.advance(1000);
    expect(pushed(one)).toHaveLength(3);
  });

  test("end with the subscription, and so does the timer", async () => {
    const client = new RawClient(fake(), "tcp").login();
    expect(clock.pendingTimers).toBe(0);
    sub(client, ["HK.00700", "US.FUTU"]);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(0);
    unsub(client, ["HK.00700"]);
    await clock.advance(1000);
    expect(pushed(client)).toEqual(["HK.00700,US.FUTU", "US.FUTU"]);
    unsub(client, ["US.FUTU", "US.FUTU"]);
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(5000);
    expect(pushed(client)).toHaveLength(2);
  });

  test("are of what is subscribed: other types come in pushes of their own", async () => {
    const client = new RawClient(fake(), "tcp").login();
    sub(client, ["HK.00700"], { subTypeList: [SubType.Ticker, SubType.KL_Day] });
    await clock.advance(3000);
    expect([pushed(client), used(client), clock.pendingTimers]).toEqual([[], 2, 1]);
    expect([client.pushes(QotUpdateTicker).length, client.pushes(QotUpdateKL).length]).toEqual([4, 4]);
  });

  test.each(["hangUp", "disconnect", "close"])("end with the connection: %s leaves no timer", async (how) => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    sub(client, ["HK.00700"]);
    if (how === "hangUp") client.hangUp();
    else if (how === "disconnect") opend.disconnect();
    else opend.close();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(2000);
    expect(pushed(client)).toEqual([]);
  });

  test("are the same for the same seed at the same time", async () => {
    const run = async (seed: number) => {
      clock = new VirtualClock();
      const client = new RawClient(fake({ seed }), "tcp").login();
      sub(client, ["HK.00700"]);
      await clock.advance(20_000);
      return client.pushes(QotUpdateBasicQot).map(({ basicQotList }) => basicQotList[0]!.curPrice);
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });
});

describe("getting basic quotes (3004)", () => {
  test("needs a subscription to basic quotes, on that connection", () => {
    const opend = fake();
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "tcp").login()];
    sub(one, ["HK.00700"]);
    sub(two, ["HK.00700"], { subTypeList: [SubType.Ticker] });
    const get = (client: RawClient, symbols: string[]) =>
      client.ask(QotGetBasicQot, { securityList: securities(symbols) });
    expect(get(one, ["HK.00700"]).s2c?.basicQotList[0]).toMatchObject({ curPrice: 599, name: "Tencent" });
    expect(get(one, ["HK.00700", "US.FUTU"])).toMatchObject({ retType: -1, s2c: undefined });
    expect(get(one, ["US.FUTU"]).retMsg).toContain("US.FUTU is not subscribed");
    expect(get(two, ["HK.00700"]).retMsg).toContain("HK.00700 is not subscribed");
    expect(get(one, ["US.NOPE"]).retMsg).toBe("Unknown security: US.NOPE");
  });
});

describe("quota", () => {
  const withQuota = (subscriptionQuota: number): FakeOpenDOptions => ({
    fixture: { ...defaultFixture, gateway: { ...defaultFixture.gateway, subscriptionQuota } },
  });

  test("is one unit per security and type, whatever the number of connections", () => {
    const opend = fake();
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "ws").login()];
    sub(one, ["HK.00700", "US.FUTU"], { subTypeList: [SubType.Basic, SubType.Ticker] });
    sub(two, ["HK.00700", "HK.00700"]);
    expect(two.ask(QotGetSubInfo, {}).s2c).toMatchObject({
      totalUsedQuota: 4,
      remainQuota: 296,
      connSubInfoList: [
        {
          subInfoList: [{ subType: SubType.Basic, securityList: [{ market: 1, code: "00700" }] }],
          usedQuota: 1,
          isOwnConnData: true,
        },
      ],
    });
    const all = two.ask(QotGetSubInfo, { isReqAllConn: true }).s2c?.connSubInfoList;
    expect(all?.map(({ usedQuota, isOwnConnData }) => [usedQuota, isOwnConnData])).toEqual([
      [4, false],
      [1, true],
    ]);
    one.hangUp();
    expect(used(two)).toBe(1);
    expect(new RawClient(opend, "tcp").login().ask(QotGetSubInfo, {}).s2c?.connSubInfoList).toEqual([
      { subInfoList: [], usedQuota: 0, isOwnConnData: true },
    ]);
  });

  test("that does not suffice refuses the whole request", () => {
    const client = new RawClient(fake(withQuota(2)), "tcp").login();
    sub(client, ["HK.00700"]);
    expect(sub(client, ["HK.00700", "US.FUTU", "HK.09626"])).toMatchObject({
      retType: -1,
      retMsg: "Insufficient subscription quota: 1/2 used",
    });
    expect(used(client)).toBe(1);
    expect(sub(client, ["HK.00700", "US.FUTU"]).retType).toBe(0);
  });

  test("is told in Chinese in the known words", () => {
    const client = new RawClient(fake({ ...withQuota(0), language: "zh" }), "tcp").login();
    expect(sub(client, ["HK.00700"]).retMsg).toBe("订阅额度不足，订阅失败，已用订阅额度：0/0");
  });
});

describe("subscribing", () => {
  test("refuses unknown securities and types as a whole", () => {
    const client = new RawClient(fake(), "tcp").login();
    expect(sub(client, ["HK.00700", "US.NOPE"]).retMsg).toBe("Unknown security: US.NOPE");
    expect(sub(client, ["HK.00700"], { subTypeList: [1, 3] }).retMsg).toBe("Unknown subscription type: 3");
    expect(sub(client, ["HK.00700"], { subTypeList: [SubType.None] }).retType).toBe(-1);
    expect(used(client)).toBe(0);
  });

  test("isUnsubAll ends everything of this connection, and nothing of another", () => {
    const opend = fake();
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "tcp").login()];
    sub(one, ["HK.00700", "US.FUTU"]);
    sub(two, ["HK.09626"]);
    expect(sub(one, ["US.NOPE"], { isUnsubAll: true }).retType).toBe(0);
    expect(used(two)).toBe(1);
    expect(unsub(one, ["HK.00700"]).retType).toBe(0);
  });

  test("may be ended at once, unless limits are enforced", () => {
    const client = new RawClient(fake(), "tcp").login();
    sub(client, ["HK.00700"]);
    expect(unsub(client, ["HK.00700"]).retType).toBe(0);
  });

  test("with limits lasts a minute at least; an early end changes nothing", async () => {
    const client = new RawClient(fake({ enforceLimits: true }), "tcp").login();
    sub(client, ["HK.00700"]);
    await clock.advance(30_000);
    sub(client, ["US.FUTU", "HK.00700"]);
    await clock.advance(29_999);
    expect(unsub(client, ["HK.00700"])).toMatchObject({
      retType: -1,
      retMsg: "Unsubscribing is refused: a subscription lasts at least 1 minute",
    });
    await clock.advance(1);
    expect(unsub(client, ["HK.00700", "US.FUTU"]).retType).toBe(-1);
    expect(sub(client, [], { isUnsubAll: true }).retType).toBe(-1);
    expect(used(client)).toBe(2);
    expect(unsub(client, ["HK.00700"]).retType).toBe(0);
    await clock.advance(30_000);
    expect(sub(client, [], { isUnsubAll: true }).retType).toBe(0);
    expect([used(client), clock.pendingTimers]).toEqual([0, 0]);
  });

  test("with limits keeps the quota of a closed connection until the minute is over", async () => {
    const opend = fake({ enforceLimits: true, language: "zh" });
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "tcp").login()];
    sub(one, ["HK.00700"]);
    await clock.advance(20_000);
    one.hangUp();
    expect([used(two), clock.pendingTimers]).toEqual([1, 0]);
    sub(two, ["HK.00700"]);
    expect(used(two)).toBe(1);
    expect(unsub(two, ["HK.00700"]).retMsg).toContain("订阅时间过短，至少需要订阅1分钟");
    await clock.advance(60_000);
    unsub(two, ["HK.00700"]);
    expect(used(two)).toBe(0);
  });

  test("with limits frees the quota of a closed connection exactly when the minute is over", async () => {
    const opend = fake({ enforceLimits: true });
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "tcp").login()];
    sub(one, ["HK.00700"]);
    one.hangUp();
    await clock.advance(59_999);
    expect(used(two)).toBe(1);
    await clock.advance(1);
    expect(used(two)).toBe(0);
  });
});
