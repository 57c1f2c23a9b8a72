// The vendor's own client against our fake, in this process and as a program: what it accepts, the fake does right.
import { createHash } from "node:crypto";
import { TrdUpdateOrder } from "@tickwire/codec/trade";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import ftWebsocket, { type Reply } from "futu-api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startFake } from "./sockets/fake-process.ts";

/** What these tests read of a reply's content. */
interface Content {
  groupList?: { groupName: string; groupType: number }[];
  staticInfoList?: { basic: { security: { code: string } } }[];
  basicQotList?: { curPrice: number }[];
  klList?: { time: string; closePrice: number; volume: string }[];
  orderBookAskList?: { price: number; volume: string; orederCount: number }[];
  orderBookBidList?: { price: number }[];
  tickerList?: { price: number; sequence: string }[];
  rtList?: { minute: number; price: number }[];
  brokerAskList?: { name: string; pos: number }[];
  connSubInfoList?: { subInfoList: unknown[] }[];
  accList?: { accID: string; trdEnv: number; trdMarketAuthList: number[] }[];
  funds?: { totalAssets: number; cash: number; marketVal: number };
  positionList?: { positionID: string; code: string; qty: number; price: number; val: number }[];
  orderList?: { orderID: string; code: string; orderStatus: number }[];
  orderFillList?: { fillID: string; code: string; price: number }[];
  maxTrdQtys?: { maxPositionSell: number };
  marginRatioInfoList?: { imLongRatio: number }[];
  flowSummaryInfoList?: unknown[];
}

const KEY = "the vendor's client hashes it";
/** The fake, where it runs in this process. */
let opend: FakeOpenD;
let server: { readonly port: number; close(): Promise<unknown> };
let client: ftWebsocket;
let pushes: { cmd: number; message: Reply }[];

// It reports every step to the console, also when a test is over.
vi.spyOn(console, "debug").mockReturnValue(undefined);
vi.spyOn(console, "log").mockReturnValue(undefined);

beforeEach(() => {
  client = new ftWebsocket();
  pushes = [];
  client.onPush = (cmd, message) => pushes.push({ cmd, message });
});

afterEach(async () => {
  client.websock?.close();
  await server.close();
});

/** Starts it and tells how its login went. */
const login = (key: string): Promise<{ ok: boolean; message: unknown }> =>
  new Promise((resolve) => {
    client.onlogin = (ok, message) => resolve({ ok, message });
    client.start("127.0.0.1", server.port, false, key);
  });

/** Its messages hold Longs; JSON makes plain values of them, as the vendor's samples print them. */
const plain = (reply: Reply | undefined): Content => JSON.parse(JSON.stringify(reply?.s2c));

/** The contents of the pushes of a protocol. */
const pushed = (id: number): Content[] => pushes.filter(({ cmd }) => cmd === id).map(({ message }) => plain(message));

/** Its real account, as one asks about it. */
async function loginForTrading() {
  await login(KEY);
  const { accList } = plain(
    await client.GetAccList({ c2s: { userID: 0, trdCategory: 1, needGeneralSecAccount: true } }),
  );
  expect(accList?.map(({ accID }) => accID)).toEqual(["281756000000000001", "9000001"]);
  const [{ accID, trdEnv, trdMarketAuthList } = { accID: "", trdEnv: 0, trdMarketAuthList: [0] }] = accList ?? [];
  return { accID, trdEnv, trdMarket: trdMarketAuthList[0] };
}

async function inProcess(): Promise<typeof server> {
  opend = new FakeOpenD({ websocketKey: KEY, quoteIntervalMs: 20 });
  const listening = await listen(opend);
  return { port: listening.ws.port, close: () => listening.close().then(() => opend.close()) };
}

async function asProgram(): Promise<typeof server> {
  const { ports, kill } = await startFake(undefined, ["--websocket-key", KEY, "--quote-interval-ms", "20"]);
  return { port: ports.ws, close: kill };
}

describe.each([
  ["the fake in this process", inProcess],
  ["the program tickwire-fake", asProgram],
])("%s", (_, start) => {
  beforeEach(async () => {
    server = await start();
  });

  test("logs in with the right key", async () => {
    expect(await login(KEY)).toMatchObject({ ok: true });
    expect(String(client.getConnID())).toMatch(/^68\d{17}$/);
  });

  test("is refused with a wrong key", async () => {
    expect(await login("wrong")).toMatchObject({ ok: false });
  });

  test("lists the groups, as the vendor's sample prints them", async () => {
    await login(KEY);
    const reply = await client.GetUserSecurityGroup({ c2s: { groupType: 3 } });
    expect([reply.retType, reply.retMsg, reply.errCode]).toEqual([0, "", 0]);
    expect(plain(reply).groupList).toHaveLength(13);
    expect(plain(reply).groupList?.[0]).toEqual({ groupName: "All", groupType: 2 });
    expect(plain(reply).groupList).toContainEqual({ groupName: "testgroup", groupType: 1 });
  });

  test("lists a group's securities, as the vendor's sample prints them", async () => {
    await login(KEY);
    const reply = await client.GetUserSecurity({ c2s: { groupName: "HK" } });
    expect(plain(reply).staticInfoList?.map((info) => info.basic)).toMatchObject([
      { security: { market: 1, code: "800000" }, id: "800000", lotSize: 0, secType: 6, listTime: "1970-01-01" },
      { security: { market: 1, code: "09988" }, id: "78224239372036", lotSize: 100, name: "BABA-SW" },
      { security: { market: 1, code: "00700" }, id: "54047868453564", listTimestamp: 1087315200 },
    ]);
  });

  test("adds a security to a group and moves it out", async () => {
    await login(KEY);
    const securityList = [{ market: 11, code: "FUTU" }];
    const codes = async () =>
      plain(await client.GetUserSecurity({ c2s: { groupName: "A" } })).staticInfoList?.map(
        (info) => info.basic.security.code,
      );
    expect((await client.ModifyUserSecurity({ c2s: { groupName: "A", op: 1, securityList } })).retType).toBe(0);
    expect(await codes()).toEqual(["HSImain", "00700", "FUTU"]);
    expect((await client.ModifyUserSecurity({ c2s: { groupName: "A", op: 3, securityList } })).retType).toBe(0);
    expect(await codes()).toEqual(["HSImain", "00700"]);
  });

  test("gets a refusal as a reply", async () => {
    await login(KEY);
    // It rejects with the reply itself.
    await expect(client.GetUserSecurity({ c2s: { groupName: "no such group" } })).rejects.toMatchObject({
      retType: -1,
      retMsg: "Unknown watchlists",
    });
    await expect(
      client.ModifyUserSecurity({ c2s: { groupName: "All", op: 1, securityList: [] } }),
    ).rejects.toMatchObject({ retMsg: "The System grouping is not supported" });
  });

  test("subscribes, gets quotes, and unsubscribes", async () => {
    await login(KEY);
    const securityList = [{ market: 1, code: "00700" }];
    const subscription = { securityList, subTypeList: [1] };
    await client.Sub({ c2s: { ...subscription, isSubOrUnSub: true, isRegOrUnRegPush: true } });
    await vi.waitFor(() => expect(pushed(3005).length).toBeGreaterThan(2));
    expect(pushed(3005)[0]?.basicQotList?.[0]).toMatchObject({ security: { market: 1, code: "00700" } });
    // The others tell how much of the quota is used.
    expect(new Set(pushes.map(({ cmd }) => cmd))).toEqual(new Set([1003, 3005]));

    const quote = plain(await client.GetBasicQot({ c2s: { securityList } }));
    expect(quote.basicQotList?.[0]?.curPrice).toBeGreaterThan(0);

    await client.Sub({ c2s: { ...subscription, isSubOrUnSub: false } });
    const { connSubInfoList } = plain(await client.GetSubInfo({ c2s: {} }));
    expect(connSubInfoList?.[0]?.subInfoList ?? []).toEqual([]);
  });

  test("gets K-lines, books, ticks, the price curve and brokers, and their pushes", async () => {
    await login(KEY);
    const security = { market: 1, code: "00700" };
    // Order book, ticks, price curve, K-lines of a minute and of a day, brokers.
    const subTypeList = [2, 4, 5, 11, 6, 14];
    await client.Sub({ c2s: { securityList: [security], subTypeList, isSubOrUnSub: true, isRegOrUnRegPush: true } });

    const days = plain(await client.GetKL({ c2s: { rehabType: 1, klType: 2, security, reqNum: 5 } })).klList;
    expect(days).toHaveLength(5);
    expect(days?.at(-1)?.time).toMatch(/^\d{4}-\d{2}-\d{2} 00:00:00$/);
    const book = plain(await client.GetOrderBook({ c2s: { security, num: 10 } }));
    expect([book.orderBookAskList?.length, book.orderBookBidList?.length]).toEqual([10, 10]);
    expect(book.orderBookAskList?.[0]?.price).toBeGreaterThan(book.orderBookBidList?.[0]?.price ?? Number.NaN);
    expect(plain(await client.GetTicker({ c2s: { security, maxRetNum: 20 } })).tickerList).toHaveLength(20);
    expect(plain(await client.GetRT({ c2s: { security } })).rtList?.at(-1)?.price).toBeGreaterThan(0);
    expect(plain(await client.GetBroker({ c2s: { security } })).brokerAskList?.[0]).toMatchObject({ pos: 1 });

    await vi.waitFor(() => {
      for (const id of [3007, 3009, 3011, 3013, 3015]) expect(pushed(id).length).toBeGreaterThan(1);
    });
    expect(pushed(3011).at(-1)?.tickerList?.[0]?.price).toBeGreaterThan(0);

    const history = {
      rehabType: 1,
      klType: 2,
      security,
      beginTime: "2025-01-01",
      endTime: "2025-12-31",
      maxAckKLNum: 200,
    };
    const first = await client.RequestHistoryKL({ c2s: history });
    const { nextReqKey } = first.s2c as { nextReqKey: Uint8Array };
    const second = await client.RequestHistoryKL({ c2s: { ...history, nextReqKey } });
    expect([plain(first).klList?.length, plain(second).klList?.length]).toEqual([200, 165]);
  });

  describe("trading", () => {
    test("unlocks, and asks for an account's pushes", async () => {
      const { accID } = await loginForTrading();
      const pwdMD5 = createHash("md5").update("any").digest("hex");
      expect(await client.UnlockTrade({ c2s: { unlock: true, pwdMD5, securityFirm: 1 } })).toMatchObject({
        retType: 0,
      });
      expect(await client.SubAccPush({ c2s: { accIDList: [accID] } })).toMatchObject({ retType: 0 });
    });

    test("reads funds, positions, orders and fills", async () => {
      const header = await loginForTrading();
      const { funds } = plain(await client.GetFunds({ c2s: { header, currency: 1 } }));
      expect(funds?.totalAssets).toBeCloseTo(Number(funds?.cash) + Number(funds?.marketVal));
      const { positionList } = plain(await client.GetPositionList({ c2s: { header } }));
      expect(positionList).toMatchObject([
        { positionID: "6596101776200029", code: "00700", qty: 200 },
        { code: "FUTU" },
      ]);
      for (const { val, qty, price } of positionList ?? []) expect(val).toBeCloseTo(qty * price);
      const { orderList } = plain(await client.GetOrderList({ c2s: { header, filterStatusList: [5] } }));
      expect(orderList).toMatchObject([{ orderID: "7201260105000014", code: "09988", orderStatus: 5 }]);
      const { orderFillList } = plain(await client.GetOrderFillList({ c2s: { header } }));
      expect(orderFillList).toMatchObject([{ fillID: "72012601050000070", code: "00700", price: 595 }]);
      const filterConditions = { beginTime: "2025-11-01 00:00:00", endTime: "2025-12-31 00:00:00" };
      const past = { c2s: { header, filterConditions } };
      expect(plain(await client.GetHistoryOrderList(past)).orderList).toMatchObject([
        { code: "00700", orderStatus: 11 },
      ]);
      expect(plain(await client.GetHistoryOrderFillList(past)).orderFillList).toMatchObject([{ price: 365 }]);
    });

    test("reads what can be traded, and is refused to trade", async () => {
      const header = await loginForTrading();
      const order = { header, orderType: 1, code: "00700", price: 599 };
      expect(plain(await client.GetMaxTrdQtys({ c2s: order })).maxTrdQtys).toMatchObject({ maxPositionSell: 200 });
      const securityList = [{ market: 1, code: "00700" }];
      const { marginRatioInfoList } = plain(await client.GetMarginRatio({ c2s: { header, securityList } }));
      expect(marginRatioInfoList).toMatchObject([{ imLongRatio: 50 }]);
      expect((await client.GetFlowSummary({ c2s: { header, clearingDate: "2026-01-05" } })).retType).toBe(0);
      const packetID = { connID: client.getConnID(), serialNo: 1 };
      await expect(client.PlaceOrder({ c2s: { ...order, packetID, trdSide: 1, qty: 100 } })).rejects.toMatchObject({
        retType: -1,
        retMsg: "Protocol ID 2202 has no answer in this fake",
      });
      await expect(client.GetFunds({ c2s: { header: { ...header, accID: "7" } } })).rejects.toMatchObject({
        retMsg: "Unknown account: 7",
      });
    });
  });
});

test("gets the pushes of an account that it asked for", async () => {
  server = await inProcess();
  const { accID } = await loginForTrading();
  await client.SubAccPush({ c2s: { accIDList: [accID] } });
  const order = {
    trdSide: 1,
    orderType: 1,
    orderStatus: 5,
    orderID: 1n,
    orderIDEx: "1",
    code: "00700",
    name: "Tencent",
  };
  const times = { createTime: "2026-01-05 09:30:00", updateTime: "2026-01-05 09:30:00" };
  const header = { trdEnv: 1, accID: BigInt(accID), trdMarket: 1 };
  opend.push(TrdUpdateOrder, { header, order: { ...order, qty: 100, ...times } });
  await vi.waitFor(() => expect(pushes.map(({ cmd }) => cmd)).toEqual([2208]));
});
