import { Notify, NotifyType, QotGetUserSecurity, QotGetUserSecurityGroup, QotUpdateBasicQot } from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let lines: string[];
beforeEach(() => {
  clock = new VirtualClock();
  lines = [];
});
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, log: (line) => lines.push(line), ...options });
const flush = () => new Promise((resolve) => setImmediate(resolve));

describe("handlers", () => {
  test("answer by content, by a whole reply, or later", async () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    const staticInfoList = [
      {
        basic: {
          security: { market: 1, code: "00700" },
          id: 1n,
          lotSize: 1,
          secType: 3,
          name: "TENCENT",
          listTime: "",
        },
      },
    ];
    opend.on(QotGetUserSecurity, ({ c2s }) => (c2s.groupName === "US" ? {} : { staticInfoList }));
    expect(client.ask(QotGetUserSecurity, { groupName: "HK" }).s2c).toMatchObject({ staticInfoList });
    expect(client.ask(QotGetUserSecurity, { groupName: "US" }).s2c).toEqual({ staticInfoList: [] });
    opend.on(QotGetUserSecurity, () => ({ retType: -100, retMsg: "NN_ProtoRet_TimeOut", errCode: 7 }));
    expect(client.ask(QotGetUserSecurity, { groupName: "HK" })).toEqual({
      retType: -100,
      retMsg: "NN_ProtoRet_TimeOut",
      errCode: 7,
      s2c: undefined,
    });
    opend.on(QotGetUserSecurity, async () => ({ staticInfoList: [] }));
    const asked = client.request(QotGetUserSecurity, { groupName: "HK" });
    expect(client.replyTo(QotGetUserSecurity, asked)).toBeUndefined();
    await flush();
    expect(client.replyTo(QotGetUserSecurity, asked)).toMatchObject({ retType: 0 });
  });

  test("the latest wins, until it is disposed of", () => {
    const opend = fake();
    const client = new RawClient(opend, "ws").login();
    const count = () => client.ask(QotGetUserSecurityGroup, { groupType: 3 }).s2c?.groupList.length;
    const group = { groupName: "X", groupType: 1 };
    const first = opend.on(QotGetUserSecurityGroup, () => ({ groupList: [group] }));
    {
      using _second = opend.on(QotGetUserSecurityGroup, () => ({ groupList: [group, group] }));
      expect(count()).toBe(2);
    }
    expect(count()).toBe(1);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(count()).toBe(13);
  });

  test("can use the built-in answer, and know who asks", () => {
    const opend = fake();
    const client = new RawClient(opend, "ws").login();
    const seen: unknown[] = [];
    opend.on(QotGetUserSecurity, ({ connID, dialect, builtIn }) => {
      seen.push(connID, dialect);
      return builtIn();
    });
    expect(client.ask(QotGetUserSecurity, { groupName: "A" }).s2c?.staticInfoList).toHaveLength(2);
    expect(client.ask(QotGetUserSecurity, { groupName: "nope" }).retMsg).toBe("Unknown watchlists");
    expect(seen.slice(0, 2)).toEqual([6_826_787_829_878_316_131n, "ws"]);
  });

  test.each<[what: string, fail: () => never | Promise<never>]>([
    [
      "throws",
      () => {
        throw new Error("a mistake");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a mistake"))],
  ])("one that %s is told in the log and in the reply", async (_, handler) => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    opend.on(QotGetUserSecurity, handler);
    const asked = client.request(QotGetUserSecurity, { groupName: "A" });
    await flush();
    expect(client.replyTo(QotGetUserSecurity, asked)).toMatchObject({
      retType: -1,
      retMsg: "The test's handler of Qot_GetUserSecurity failed: a mistake",
    });
    expect(lines).toEqual(["the handler of Qot_GetUserSecurity failed: a mistake"]);
  });

  test("what cannot be encoded names the field", () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    opend.on(QotGetUserSecurityGroup, () => ({ groupList: [{ groupName: 7 as never }] }));
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).retMsg).toContain("groupList[0].groupName");
  });

  test("a promise that never settles is no answer; one that settles after the end is dropped", async () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    opend.on(QotGetUserSecurityGroup, () => new Promise<never>(() => undefined));
    client.request(QotGetUserSecurityGroup, { groupType: 3 });
    let settle = (_: { staticInfoList: [] }): void => undefined;
    opend.on(QotGetUserSecurity, () => new Promise<{ staticInfoList: [] }>((resolve) => (settle = resolve)));
    client.request(QotGetUserSecurity, { groupName: "A" });
    client.hangUp();
    settle({ staticInfoList: [] });
    await flush();
    expect(client.frames).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  test("need a protocol of the registry", () => {
    expect(() => fake().on({ ...QotGetUserSecurity, id: 9999 }, () => ({}))).toThrow(
      "[TESTKIT_PROTOCOL] Qot_GetUserSecurity (9999) is not in",
    );
  });
});

describe("pushes", () => {
  const notification = { type: NotifyType.ConnStatus, connectStatus: { qotLogined: false, trdLogined: true } };

  test("go to every connection that is logged in, numbered on their own", () => {
    const opend = fake();
    const tcp = new RawClient(opend, "tcp").login();
    const ws = new RawClient(opend, "ws").login();
    const stranger = new RawClient(opend, "tcp");
    opend.push(QotUpdateBasicQot, {});
    opend.push(QotUpdateBasicQot, { basicQotList: [] });
    for (const client of [tcp, ws])
      expect(client.pushes(QotUpdateBasicQot)).toEqual(Array(2).fill({ basicQotList: [] }));
    expect(tcp.frames.slice(-2).map(({ serialNo }) => serialNo)).toEqual([1n, 2n]);
    expect(ws.frames.slice(-2).map(({ serialNo }) => serialNo)).toEqual([0n, 0n]);
    expect(stranger.frames).toEqual([]);
  });

  test("of notifications go over TCP only to who asked for them", () => {
    const opend = fake();
    const clients = [
      new RawClient(opend, "tcp").login({ recvNotify: true }),
      new RawClient(opend, "tcp").login({ recvNotify: false }),
      new RawClient(opend, "ws").login(),
    ];
    opend.push(Notify, notification);
    expect(clients.map((client) => client.pushes(Notify).length)).toEqual([1, 0, 1]);
  });

  test("may leave anything out", () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    opend.push(QotUpdateBasicQot, { basicQotList: [{ security: { code: "00700" }, curPrice: 401 }] });
    expect(client.pushes(QotUpdateBasicQot)[0]?.basicQotList[0]).toMatchObject({
      security: { market: 0, code: "00700" },
      curPrice: 401,
      isSuspended: false,
      volume: 0n,
      updateTime: "",
    });
  });

  test("that have a wrong or an unknown field throw", () => {
    const opend = fake();
    new RawClient(opend, "tcp").login();
    expect(() => opend.push(Notify, { type: "x" as never })).toThrow("CODEC_INVALID_VALUE");
    expect(() => opend.push(Notify, { types: 1 } as never)).toThrow(
      "[TESTKIT_FIELD] Notify.S2C has no field types; it has type, event,",
    );
  });
});
