import { QotGetReference } from "@tickwire/codec/quote";
import { TechnicalUnusual } from "@tickwire/codec/research";
import { TrdGetFunds } from "@tickwire/codec/trade";
import {
  type Dialect,
  GetGlobalState,
  InitConnect,
  KeepAlive,
  Notify,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { type ReplayOptions, replay } from "./replay.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { recordingText } from "./test-support/recording-text.ts";
import { VirtualClock } from "./virtual-clock.ts";

const hk700 = { market: 1, code: "00700" };
const login = [
  {
    event: "request",
    n: 1,
    id: 1001,
    name: "InitConnect",
    message: { clientVer: 900, clientID: "recorded", recvNotify: true, packetEncAlgo: -1 },
  },
  {
    event: "reply",
    n: 1,
    id: 1001,
    name: "InitConnect",
    message: {
      retType: 0,
      s2c: { serverVer: 906, loginUserID: "77", connID: "5", connAESKey: "redacted", keepAliveInterval: 9 },
    },
  },
] as const;
const group = (n: number, groupName: string, name: string) =>
  [
    { event: "request", n, id: 3213, name: "Qot_GetUserSecurity", message: { groupName } },
    {
      event: "reply",
      n,
      id: 3213,
      name: "Qot_GetUserSecurity",
      message: {
        retType: 0,
        s2c: {
          staticInfoList: [
            { basic: { security: hk700, id: "9007199254740993", lotSize: 1, secType: 3, name, listTime: "" } },
          ],
        },
      },
    },
  ] as const;
const quote = (curPrice: number) => ({
  retType: 0,
  s2c: {
    basicQotList: [
      {
        ...{
          security: hk700,
          isSuspended: false,
          listTime: "",
          priceSpread: 1,
          updateTime: "",
          highPrice: 1,
          openPrice: 1,
        },
        ...{ lowPrice: 1, lastClosePrice: 1, volume: "1", turnover: 1, turnoverRate: 1, amplitude: 1, curPrice },
      },
    ],
  },
});
const subscribe = { securityList: [hk700], subTypeList: [SubType.Basic], isSubOrUnSub: true };

const text = recordingText([
  ...login,
  ...group(2, "A", "first"),
  ...group(3, "B", "second"),
  ...group(4, "A", "third"),
]);
const nameIn = (client: RawClient, groupName: string) =>
  client.ask(QotGetUserSecurity, { groupName }).s2c?.staticInfoList[0]?.basic.name;
const open = (recorded: string, options: ReplayOptions = {}, dialect: Dialect = "tcp") => {
  const opend = replay(recorded, options);
  return { opend, client: new RawClient(opend, dialect) };
};

describe.each<Dialect>(["tcp", "ws"])("strict, over %s", (dialect) => {
  test("the same requests get the same replies", () => {
    const { opend, client } = open(text, {}, dialect);
    client.login();
    expect(["A", "B", "A"].map((each) => nameIn(client, each))).toEqual(["first", "second", "third"]);
    client.hangUp();
    opend.assertClean();
    expect(opend.unused).toEqual([]);
  });

  test("another request is refused, and both are told; the expected one is still expected", () => {
    const lines: string[] = [];
    const { opend, client } = open(text, { log: (line) => lines.push(line) }, dialect);
    client.login();
    const problem =
      'expected Qot_GetUserSecurity {"groupName":"A"} (line 4); got Qot_GetUserSecurity {"groupName":"B"}';
    expect(client.ask(QotGetUserSecurity, { groupName: "B" })).toMatchObject({
      retType: -1,
      retMsg: `the replay ${problem}`,
    });
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).retMsg).toContain("got Qot_GetUserSecurityGroup");
    expect(nameIn(client, "A")).toBe("first");
    expect(lines[0]).toBe(`the replay ${problem}`);
    expect(opend.unused).toEqual([
      'Qot_GetUserSecurity {"groupName":"B"} (line 6)',
      'Qot_GetUserSecurity {"groupName":"A"} (line 8)',
    ]);
    client.hangUp();
    expect(() => opend.assertClean()).toThrow(
      expect.objectContaining({
        code: "TESTKIT_NOT_CLEAN",
        problems: [
          { kind: "replay-mismatch", message: problem },
          { kind: "replay-mismatch", message: expect.stringContaining("got Qot_GetUserSecurityGroup") },
          { kind: "replay-unused", message: 'nobody has asked Qot_GetUserSecurity {"groupName":"B"} (line 6)' },
          { kind: "replay-unused", message: expect.stringContaining("(line 8)") },
        ],
      }),
    );
  });
});

test("after the last request none is expected, and a connection too many has none", () => {
  const { opend, client } = open(recordingText([...login, ...group(2, "A", "only")]));
  client.login();
  nameIn(client, "A");
  expect(client.ask(QotGetUserSecurity, { groupName: "A" }).retMsg).toContain("expected no more requests");
  const second = new RawClient(opend, "tcp");
  expect(second.ask(InitConnect, { clientVer: 1, clientID: "" }).retMsg).toContain(
    "expected no more requests; got login",
  );
});

test("each connection plays one of the recorded ones, in their order", () => {
  const other = [...login, ...group(2, "B", "of the second")].map((each) => ({ ...each, conn: 2, n: each.n + 10 }));
  const recorded = recordingText([...login, ...other, ...group(2, "A", "of the first")]);
  const { opend, client } = open(recorded);
  client.login();
  const second = new RawClient(opend, "ws").login();
  expect(nameIn(second, "B")).toBe("of the second");
  expect(nameIn(client, "A")).toBe("of the first");
  expect(opend.unused).toEqual([]);
});

test("what belongs to a connection is new: its id, its key, the replies' numbers", () => {
  const state = {
    ...{ marketHK: 1, marketUS: 1, marketSH: 1, marketSZ: 1, marketHKFuture: 1, qotLogined: true, trdLogined: true },
    ...{ serverVer: 906, serverBuildNo: 1, time: "5", connID: "5" },
  };
  const { client } = open(
    recordingText([
      ...login,
      { event: "request", n: 2, id: 1002, name: "GetGlobalState", message: { userID: "0" } },
      { event: "reply", n: 2, id: 1002, name: "GetGlobalState", message: { retType: 0, s2c: state } },
    ]),
  );
  const hello = client.ask(InitConnect, { clientVer: 1, clientID: "another" }).s2c;
  expect(hello).toMatchObject({ serverVer: 906, loginUserID: 77n, keepAliveInterval: 9 });
  expect(hello?.connID).toBeGreaterThan(5n);
  expect(hello?.connAESKey).toHaveLength(16);
  expect(client.ask(GetGlobalState, { userID: 0n }).s2c).toMatchObject({ serverVer: 906, connID: hello?.connID });
});

test("keep-alives and looks at the global state come when they like, or not at all", () => {
  const upkeep = [
    { event: "request", n: 8, id: 1004, name: "KeepAlive", message: { time: "1" } },
    { event: "reply", n: 8, id: 1004, name: "KeepAlive", message: { retType: 0, s2c: { time: "1" } } },
    { event: "request", n: 9, id: 1002, name: "GetGlobalState", message: { userID: "0" } },
  ] as const;
  const { opend, client } = open(recordingText([...login, ...upkeep, ...group(2, "A", "first")]));
  client.login();
  expect(client.ask(KeepAlive, { time: 3n }).retType).toBe(0);
  expect(client.ask(GetGlobalState, { userID: 7n }).retType).toBe(0);
  expect(nameIn(client, "A")).toBe("first");
  expect(opend.unused).toEqual([]);
});

test("a packet's id is not compared, nor are lists that are empty", () => {
  const { client } = open(
    recordingText([
      ...login,
      { event: "request", n: 2, id: 3214, name: "Qot_ModifyUserSecurity", message: { groupName: "A", op: 1 } },
      { event: "reply", n: 2, id: 3214, name: "Qot_ModifyUserSecurity", message: { retType: 0 } },
    ]),
  );
  client.login();
  expect(client.ask(QotModifyUserSecurity, { groupName: "A", op: 1, securityList: [] }).retType).toBe(0);
});

describe("redacted fields", () => {
  const funds = (n: number, accID: string) =>
    [
      { event: "request", n, id: 2101, name: "Trd_GetFunds", message: { header: { trdEnv: 1, accID, trdMarket: 1 } } },
      { event: "reply", n, id: 2101, name: "Trd_GetFunds", message: { retType: -1, retMsg: `of ${accID}` } },
    ] as const;
  const recorded = recordingText([...login, ...funds(2, "100"), ...funds(3, "200")], { redacted: ["accID"] });
  const ask = (client: RawClient, accID: bigint, trdMarket = 1) =>
    client.ask(TrdGetFunds, { header: { trdEnv: 1, accID, trdMarket } }).retMsg;

  test("a stand-in means what it stands for", () => {
    const { client } = open(recorded);
    client.login();
    expect(ask(client, 200n)).toMatch(/^the replay expected/);
    expect(ask(client, 100n)).toBe("of 100");
    expect(ask(client, 200n)).toBe("of 200");
  });

  test("a client's own value fits any, and is in no text", () => {
    const { opend, client } = open(recorded);
    client.login();
    expect(ask(client, 281756455988247915n)).toBe("of 100");
    const problem = ask(client, 281756455988247915n, 2);
    expect(problem).toBe(
      'the replay expected Trd_GetFunds {"header":{"trdEnv":1,"accID":"…","trdMarket":1}} (line 6); got Trd_GetFunds {"header":{"trdEnv":1,"accID":"…","trdMarket":2}}',
    );
    expect(() => opend.assertClean()).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("2817") }),
    );
  });
});

describe("lenient", () => {
  test("any order, the first that is like it, then the last again, else the fake", () => {
    const { opend, client } = open(text, { mode: "lenient" });
    client.login();
    expect(["B", "A", "A", "A", "B"].map((each) => nameIn(client, each))).toEqual([
      "second",
      "first",
      "third",
      "third",
      "second",
    ]);
    expect(nameIn(client, "HK")).not.toBeUndefined();
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).s2c?.groupList).toHaveLength(13);
    expect(opend.unused).toEqual([]);
  });

  test("a request that neither the recording nor the fake answers is told", () => {
    const { opend, client } = open(text, { mode: "lenient" });
    client.login();
    expect(client.ask(QotGetReference, { security: hk700, referenceType: 1 }).retType).toBe(-1);
    expect(opend.problems[0]).toMatchObject({ kind: "unhandled-request", message: expect.stringContaining("(3206)") });
  });

  test("tells what nobody has asked, and does not mind", () => {
    const { opend, client } = open(text, { mode: "lenient" });
    client.login();
    nameIn(client, "A");
    expect(opend.unused).toHaveLength(2);
    client.hangUp();
    opend.assertClean();
  });
});

describe("pushes", () => {
  const recorded = recordingText([
    ...login,
    { event: "request", at: 100, n: 2, id: 3001, name: "Qot_Sub", message: subscribe },
    { event: "push", at: 110, id: 3005, name: "Qot_UpdateBasicQot", message: quote(1) },
    { event: "reply", at: 120, n: 2, id: 3001, name: "Qot_Sub", message: { retType: 0, s2c: {} } },
    ...group(3, "A", "a read").map((each) => ({ ...each, at: 130 })),
    { event: "push", at: 620, id: 3005, name: "Qot_UpdateBasicQot", message: quote(2) },
    { event: "push", at: 1120, id: 3005, name: "Qot_UpdateBasicQot", message: quote(3) },
    { event: "push", at: 1120, id: 1003, name: "Notify", message: { retType: 0, s2c: { type: 1 } } },
  ]);
  const prices = (client: RawClient) => client.pushes(QotUpdateBasicQot).map((each) => each.basicQotList[0]?.curPrice);

  test("come as long after the subscription's reply as they did", async () => {
    const clock = new VirtualClock();
    const { opend, client } = open(recorded, { clock });
    client.login();
    await clock.advance(60_000);
    client.ask(QotSub, subscribe);
    expect(prices(client)).toEqual([]);
    await clock.advance(0);
    expect(prices(client)).toEqual([1]);
    await clock.advance(499);
    expect(prices(client)).toEqual([1]);
    await clock.advance(1);
    expect(prices(client)).toEqual([1, 2]);
    await clock.advance(500);
    expect(prices(client)).toEqual([1, 2, 3]);
    expect(client.pushes(Notify)).toEqual([expect.objectContaining({ type: 1 })]);
    expect(clock.pendingTimers).toBe(0);
    opend.close();
  });

  test("go to the connection that asked, and end with the fake", async () => {
    const clock = new VirtualClock();
    const { opend, client } = open(recorded, { clock, mode: "lenient" });
    client.login();
    const other = new RawClient(opend, "ws").login();
    other.ask(QotSub, subscribe);
    client.ask(QotSub, subscribe);
    await clock.advance(500);
    expect([prices(client), prices(other)]).toEqual([[], [1, 2]]);
    opend.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

test("a request without an answer gets none, and a relay's error is a refusal", () => {
  const { client } = open(
    recordingText(
      [
        ...login,
        { event: "request", n: 2, id: 3213, name: "Qot_GetUserSecurity", message: { groupName: "A" } },
        { event: "request", n: 3, id: 3213, name: "Qot_GetUserSecurity", message: { groupName: "B" } },
        { event: "reply", n: 3, id: 3213, name: "Qot_GetUserSecurity", error: 1, errorText: "timeout" },
      ],
      { dialect: "ws" },
    ),
  );
  client.login();
  expect(client.replyTo(QotGetUserSecurity, client.request(QotGetUserSecurity, { groupName: "A" }))).toBeUndefined();
  expect(client.ask(QotGetUserSecurity, { groupName: "B" })).toMatchObject({ retType: -1, retMsg: "timeout" });
});

test("a message that has no envelope on the wire is replayed too", () => {
  const { client, opend } = open(
    recordingText([
      ...login,
      { event: "request", n: 2, id: TechnicalUnusual.id, name: "TechnicalUnusual", message: { stock_symbol: "00700" } },
      {
        ...{ event: "reply", n: 2, id: TechnicalUnusual.id, name: "TechnicalUnusual" },
        message: { retType: 0, retMsg: "", s2c: { retType: 0, retMsg: "", content: "calm" } },
      },
    ]),
  );
  client.login();
  expect(client.ask(TechnicalUnusual, { stock_symbol: "00700" })).toMatchObject({
    retType: 0,
    s2c: { content: "calm" },
  });
  expect(opend.unused).toEqual([]);
});

test("handlers go before the recording", () => {
  const { opend, client } = open(text);
  client.login();
  {
    using _ = opend.on(QotGetUserSecurity, () => ({}));
    expect(nameIn(client, "Z")).toBeUndefined();
  }
  expect(nameIn(client, "A")).toBe("first");
});

test("faults go before the recording, which then waits", () => {
  const { opend, client } = open(text);
  client.login();
  opend.faults.add({ kind: "reject", protocol: QotGetUserSecurity.name }, { kind: "rate-limit" });
  expect(["A", "A", "A"].map((each) => nameIn(client, each))).toEqual([undefined, undefined, "first"]);
});

test("a handler's built-in answer is the recorded one, and a refusal where none was recorded", () => {
  const unanswered = {
    event: "request",
    n: 3,
    id: 3213,
    name: "Qot_GetUserSecurity",
    message: { groupName: "A" },
  } as const;
  const { opend, client } = open(recordingText([...login, ...group(2, "A", "kept"), unanswered]));
  client.login();
  opend.on(QotGetUserSecurity, ({ builtIn }) => builtIn());
  expect(nameIn(client, "A")).toBe("kept");
  expect(client.ask(QotGetUserSecurity, { groupName: "A" })).toMatchObject({ retType: -1 });
  expect(opend.unused).toEqual([]);
});

test("what no version knows, and what was left out, is passed over", () => {
  const { opend, client } = open(
    recordingText([
      ...login,
      { event: "request", n: 2, id: 9999, bytes: 5 },
      { event: "reply", n: 2, id: 9999, bytes: 5 },
      { event: "push", id: 9998, bytes: 5 },
      { event: "note", text: "protocol 9999 is not known to this version: its body is left out" },
    ]),
  );
  client.login();
  expect(opend.unused).toEqual([]);
});

test("a message that does not fit the schema is refused, with its line", () => {
  const wrong = { event: "reply", n: 2, id: 3213, name: "Qot_GetUserSecurity" } as const;
  const recorded = recordingText([...login, group(2, "A", "")[0], { ...wrong, message: { retType: "no" } }]);
  expect(() => replay(recorded)).toThrow(
    expect.objectContaining({
      code: "TESTKIT_RECORDING",
      message: expect.stringMatching(/line 5 of the recording: .*retType/),
    }),
  );
});

test("a recording of LongPort is sent to the right place", () => {
  expect(() => replay(recordingText([], { dialect: "http" }))).toThrow("replay it by replayLongPort");
});
