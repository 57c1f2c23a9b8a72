import { QotRequestTradeDate } from "@tickwire/codec/quote";
import {
  type Dialect,
  GetGlobalState,
  InitConnect,
  InitWebSocket,
  KeepAlive,
  ModifyUserSecurityOp,
  md5Hex,
  Notify,
  parseSymbol,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  RetType,
  TradeDateMarket,
} from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { defaultFixture } from "./fixtures.ts";
import { frame, RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

const dialects: Dialect[] = ["tcp", "ws"];
let clock: VirtualClock;
let lines: string[];
beforeEach(() => {
  clock = new VirtualClock();
  lines = [];
});
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, log: (line) => lines.push(line), ...options });

test("lines of the log are short, also where a refusal repeats what was asked", () => {
  const beginTime = "x".repeat(1_000_000);
  const client = new RawClient(fake({ logRequests: true }), "tcp").login();
  const asked = { market: TradeDateMarket.HK, beginTime, endTime: "2026-01-01" };
  expect(client.ask(QotRequestTradeDate, asked).retMsg).toContain(beginTime);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(5000);
});

describe("login", () => {
  test("over TCP tells what OpenD tells", () => {
    const opend = fake();
    const [first, second] = [1, 2].map(() =>
      new RawClient(opend, "tcp").ask(InitConnect, { clientVer: 300, clientID: "test" }),
    );
    expect(first).toMatchObject({ retType: 0, retMsg: "", errCode: 0 });
    const { connAESKey, ...s2c } = first!.s2c!;
    expect(connAESKey).toMatch(/^[0-9A-F]{16}$/);
    expect(s2c).toEqual({
      serverVer: 1011,
      loginUserID: 10_000_001n,
      connID: 6_826_787_829_878_316_131n,
      keepAliveInterval: 10,
      aesCBCiv: undefined,
      userAttribution: 1,
    });
    expect(second!.s2c).not.toMatchObject({ connID: s2c.connID });
    expect(second!.s2c).not.toMatchObject({ connAESKey });
  });

  test("over WebSocket tells the connection's id and the time", () => {
    const client = new RawClient(fake(), "ws");
    expect(client.ask(InitWebSocket, {})).toMatchObject({
      retType: 0,
      s2c: { serverTime: 1_767_576_600n, connID: 6_826_787_829_878_316_131n },
    });
  });

  test("lets the right WebSocket key in", () => {
    new RawClient(fake({ websocketKey: "s3cret" }), "ws").login({ key: "s3cret" });
  });

  test("answers a wrong key with a header error and closes, without logging it", () => {
    const client = new RawClient(fake({ websocketKey: "s3cret" }), "ws");
    client.request(InitWebSocket, { websocketKey: md5Hex("guess") });
    expect(client.frames).toMatchObject([{ protoId: 1, serialNo: 1n, error: -1, errorText: "wrong key" }]);
    expect(client.frames[0]?.body).toHaveLength(0);
    expect(client.closedBy).toBeNull();
    expect(lines.join()).toContain("wrong WebSocket key");
    expect(lines.join()).not.toMatch(new RegExp(`s3cret|guess|${md5Hex("s3cret")}|${md5Hex("guess")}`));
  });

  test("or leaves a wrong key without an answer", () => {
    const opend = fake({ websocketKey: "s3cret", wrongKey: "silence" });
    const client = new RawClient(opend, "ws");
    client.request(InitWebSocket, {});
    expect([client.frames, client.closedBy, opend.connections]).toEqual([[], undefined, 1]);
    expect(client.ask(GetGlobalState, { userID: 0n }).retType).toBe(-1);
  });

  test.each(dialects)("comes first: other requests are refused over %s", (dialect) => {
    const client = new RawClient(fake(), dialect);
    const refusal = client.ask(QotGetUserSecurity, { groupName: "A" });
    expect(refusal.retType).toBe(-1);
    expect(refusal.retMsg).toMatch(/^Qot_GetUserSecurity before login/);
    client.login();
    expect(client.ask(QotGetUserSecurity, { groupName: "A" }).retType).toBe(0);
  });

  test("belongs to its transport, as the keep-alive does", () => {
    const tcp = new RawClient(fake(), "tcp").login();
    expect(tcp.ask(InitWebSocket, {}).retMsg).toContain("does not belong to this transport");
    expect(tcp.ask(KeepAlive, { time: 1n }).s2c).toEqual({ time: 1_767_576_600n });
    const ws = new RawClient(fake(), "ws").login();
    expect(ws.ask(InitConnect, { clientVer: 1, clientID: "" }).retType).toBe(-1);
    expect(ws.ask(KeepAlive, { time: 1n }).retType).toBe(-1);
  });

  test("that a handler refuses is none", () => {
    const opend = fake();
    opend.on(InitConnect, () => ({ retType: -1, retMsg: "not today" }));
    const client = new RawClient(opend, "tcp");
    expect(() => client.login()).toThrow("not today");
    expect(client.ask(GetGlobalState, { userID: 0n }).retType).toBe(-1);
  });
});

describe.each(dialects)("requests over %s", (dialect) => {
  test("the global state is believable", async () => {
    const client = new RawClient(fake(), dialect).login();
    await clock.advance(2500);
    expect(client.ask(GetGlobalState, { userID: 0n }).s2c).toMatchObject({
      marketHK: 3,
      qotLogined: true,
      trdLogined: true,
      serverVer: 1011,
      time: 1_767_576_602n,
      localTime: 1_767_576_602.5,
      programStatus: { type: 10 },
      connID: 6_826_787_829_878_316_131n,
    });
  });

  test("a modified watchlist is answered without content, and stays modified", () => {
    const opend = fake();
    const c2s = { groupName: "C", op: ModifyUserSecurityOp.Add, securityList: [parseSymbol("US.FUTU")] };
    const client = new RawClient(opend, dialect).login();
    expect(client.ask(QotModifyUserSecurity, c2s)).toEqual({ retType: 0, retMsg: "", errCode: 0, s2c: undefined });
    const other = new RawClient(opend, dialect).login();
    expect(other.ask(QotGetUserSecurity, { groupName: "C" }).s2c?.staticInfoList).toHaveLength(3);
  });

  test("an unknown protocol is refused by its number", () => {
    const client = new RawClient(fake(), dialect).login();
    const unknown = { ...QotGetUserSecurity, id: 9999 };
    expect(client.ask(unknown, { groupName: "A" })).toMatchObject({
      retType: -1,
      retMsg: "Protocol ID 9999 has no answer in this fake",
    });
    // A push is no request either.
    expect(client.ask({ ...QotGetUserSecurity, id: 3005 }, { groupName: "A" }).retMsg).toContain("3005");
    expect(lines).toHaveLength(2);
  });

  test("a body that cannot be read is refused as invalid, and the connection goes on", () => {
    const client = new RawClient(fake(), dialect).login();
    const reply = client.ask({ ...QotGetUserSecurity, encodeC2S: (w) => w.bool(7, true) }, { groupName: "A" });
    expect(reply.retType).toBe(RetType.Invalid);
    expect(reply.retMsg).toMatch(/^The request cannot be read: .*Qot_GetUserSecurity/);
    const empty = client.ask({ ...QotGetUserSecurityGroup, encodeC2S: () => undefined }, { groupType: 3 });
    expect(empty.retType).toBe(RetType.Invalid);
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).retType).toBe(0);
  });

  test("the history has all that could be read, typed and in order", async () => {
    const opend = fake();
    const client = new RawClient(opend, dialect).login();
    await clock.advance(5);
    client.ask(QotGetUserSecurity, { groupName: "A" });
    client.ask(QotGetUserSecurity, { groupName: "nope" });
    const asked = opend.requests.of(QotGetUserSecurity);
    expect(asked.map(({ c2s }) => c2s.groupName satisfies string)).toEqual(["A", "nope"]);
    expect(asked[0]).toEqual({
      protocol: { id: 3213, name: "Qot_GetUserSecurity" },
      c2s: { groupName: "A", header: undefined },
      connID: 6_826_787_829_878_316_131n,
      dialect,
      serialNo: 2n,
      atMs: 5,
    });
    expect(opend.requests.all.map(({ protocol }) => protocol.id)).toEqual([dialect === "tcp" ? 1001 : 1, 3213, 3213]);
    opend.requests.clear();
    expect(opend.requests.all).toEqual([]);
  });
});

describe("limits", () => {
  const ask = (client: RawClient) => client.ask(QotGetUserSecurityGroup, { groupType: 3 });

  test("are off unless asked for", () => {
    const client = new RawClient(fake(), "tcp").login();
    for (let i = 0; i < 50; i++) expect(ask(client).retType).toBe(0);
  });

  test("slide, count all connections together, and refused requests not", async () => {
    const opend = fake({ enforceLimits: true });
    const [one, two] = [new RawClient(opend, "tcp").login(), new RawClient(opend, "ws").login()];
    expect(ask(one).retType).toBe(0);
    await clock.advance(10_000);
    for (let i = 0; i < 9; i++) expect(ask(two).retType).toBe(0);
    expect(ask(one)).toMatchObject({
      retType: -1,
      retMsg: "Request frequency too high: Qot_GetUserSecurityGroup takes at most 10 requests in 30 seconds",
    });
    expect(one.ask(QotGetUserSecurity, { groupName: "A" }).retType).toBe(0);
    await clock.advance(20_000);
    expect(ask(one).retType).toBe(-1);
    await clock.advance(1);
    expect(ask(one).retType).toBe(0);
    expect(ask(one).retType).toBe(-1);
  });

  test("are told in Chinese as well, and do not count what comes before login", () => {
    const opend = fake({ enforceLimits: true, language: "zh" });
    const client = new RawClient(opend, "tcp");
    for (let i = 0; i < 20; i++) expect(ask(client).retMsg).toContain("未登录");
    client.login();
    for (let i = 0; i < 10; i++) ask(client);
    expect(ask(client).retMsg).toBe("Qot_GetUserSecurityGroup频率太高，请求失败，每30秒最多10次。");
  });
});

describe("connections", () => {
  test("are 128 at most", () => {
    const opend = fake();
    const clients = Array.from({ length: 128 }, () => new RawClient(opend, "tcp"));
    const oneMore = new RawClient(opend, "ws");
    expect([oneMore.closedBy, opend.connections]).toEqual([null, 128]);
    expect(lines).toEqual([expect.stringContaining("128 connections")]);
    oneMore.send(frame("ws", InitWebSocket, {}, 2));
    expect(oneMore.frames).toEqual([]);
    clients[0]?.hangUp();
    new RawClient(opend, "ws").login();
    expect(opend.connections).toBe(128);
  });

  test("can all be dropped, with a cause or without, and new ones taken", () => {
    const opend = fake();
    const broken = new Error("the cable was pulled");
    const first = new RawClient(opend, "tcp").login();
    opend.disconnect(broken);
    expect([first.closedBy, opend.connections]).toEqual([broken, 0]);
    const second = new RawClient(opend, "ws").login();
    opend.disconnect();
    expect(second.closedBy).toBeNull();
    new RawClient(opend, "ws").login();
  });

  test("can be refused, as many as it is told", () => {
    const opend = fake();
    const open = new RawClient(opend, "tcp").login();
    opend.faults.add({ kind: "refuse", times: 2 });
    expect([1, 2].map(() => new RawClient(opend, "ws").closedBy)).toEqual([null, null]);
    expect(lines).toEqual(Array(2).fill("a new connection: the planned fault refuse"));
    new RawClient(opend, "ws").login();
    expect([open.closedBy, opend.connections]).toEqual([undefined, 2]);
    opend.faults.add({ kind: "refuse", times: 5 })[Symbol.dispose]();
    new RawClient(opend, "tcp").login();
  });

  test("can fall silent and stay open, while new ones are served", () => {
    const opend = fake();
    const silent = dialects.map((dialect) => new RawClient(opend, dialect).login());
    const before = silent.map(({ frames }) => frames.length);
    opend.mute();
    for (const client of silent) client.send(frame(client.dialect, GetGlobalState, { userID: 0n }, 7));
    opend.push(Notify, { type: 1 });
    expect(silent.map(({ frames }) => frames.length)).toEqual(before);
    expect(silent.map(({ closedBy }) => closedBy)).toEqual([undefined, undefined]);
    // It has heard them all the same.
    expect(opend.requests.all.filter(({ protocol }) => protocol.id === GetGlobalState.id)).toHaveLength(2);
    expect(new RawClient(opend, "tcp").login().ask(GetGlobalState, { userID: 0n }).retType).toBe(0);
    opend.disconnect();
    expect(silent.map(({ closedBy }) => closedBy)).toEqual([null, null]);
  });

  test("end with the fake, which then takes no more", () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    opend.close();
    opend.close();
    expect([client.closedBy, opend.connections, opend.isClosed]).toEqual([null, 0, true]);
    expect(new RawClient(opend, "tcp").closedBy).toBeNull();
    expect(lines).toEqual(["a new connection is refused: the fake is closed"]);
  });
});

test("the language and the version are the fixture's, unless told otherwise", () => {
  const fixture = {
    ...defaultFixture,
    gateway: { ...defaultFixture.gateway, language: "zh" as const, serverVer: 1003 },
  };
  const groups = (options: FakeOpenDOptions) =>
    new RawClient(fake(options), "tcp").login().ask(QotGetUserSecurityGroup, { groupType: 2 }).s2c?.groupList;
  expect(groups({ fixture })?.[0]?.groupName).toBe("全部");
  expect(groups({ fixture, language: "en" })?.[0]?.groupName).toBe("All");
  const client = new RawClient(fake({ fixture }), "tcp");
  expect(client.ask(InitConnect, { clientVer: 1, clientID: "" }).s2c?.serverVer).toBe(1003);
});

test("runs on real time without being told", () => {
  const client = new RawClient(new FakeOpenD(), "tcp").login();
  const { time } = client.ask(KeepAlive, { time: 0n }).s2c!;
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(5);
});
