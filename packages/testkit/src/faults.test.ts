import {
  type Dialect,
  GetGlobalState,
  InitConnect,
  InitWebSocket,
  ModifyUserSecurityOp,
  Notify,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
  RetType,
  SubType,
  TickwireError,
} from "@tickwire/session";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import type { OpenDFault } from "./faults.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let lines: string[];
let opend: FakeOpenD;
beforeEach(() => {
  clock = new VirtualClock();
  lines = [];
  opend = fake();
});
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, log: (line) => lines.push(line), ...options });

const tencent = { market: 1, code: "00700" };
const group = { groupName: "C" };
const adds = { ...group, op: ModifyUserSecurityOp.Add, securityList: [{ market: 11, code: "FUTU" }] };
const subscribes = {
  securityList: [tencent],
  subTypeList: [SubType.Basic],
  isSubOrUnSub: true,
  isRegOrUnRegPush: true,
};
const codes = (client: RawClient) =>
  client.ask(QotGetUserSecurity, group).s2c?.staticInfoList.map(({ basic }) => basic.security.code);
/** The chunks that a client's link brings, beside the frames in them. */
const chunksOf = (client: RawClient) => client.chunks.map(({ length }) => length);

describe.each<Dialect>(["tcp", "ws"])("over %s", (dialect) => {
  const login = () => new RawClient(opend, dialect).login();

  test("refuse: the next connections are closed at once", () => {
    opend.faults.add({ kind: "refuse", times: 2 });
    expect([1, 2].map(() => new RawClient(opend, dialect).closedBy)).toEqual([null, null]);
    expect(lines).toEqual(Array(2).fill("a new connection: the planned fault refuse"));
    expect(login().closedBy).toBeUndefined();
    expect(opend.faults.planned).toEqual([]);
  });

  test("drop: in place of the reply, when the request has had its effect", () => {
    const client = login();
    opend.faults.add({ kind: "drop", protocol: "Qot_ModifyUserSecurity" });
    client.ask(GetGlobalState, { userID: 0n });
    const before = client.chunks.length;
    client.request(QotModifyUserSecurity, adds);
    expect([client.closedBy, client.chunks.length - before, opend.connections]).toEqual([null, 0, 0]);
    expect(codes(login())).toContain("FUTU");
    expect(lines).toEqual(["Qot_ModifyUserSecurity: the planned fault drop"]);
  });

  test("drop at the request: it has no effect, and is in the history", () => {
    const client = login();
    opend.faults.add({ kind: "drop", at: "request", broken: true });
    client.request(QotModifyUserSecurity, adds);
    expect(client.closedBy?.message).toBe("the connection broke, by a planned fault");
    expect(codes(login())).not.toContain("FUTU");
    expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(1);
  });

  test("drop in the frame: half of it comes, or so many bytes; of a WebSocket message, which is one piece, none", () => {
    opend.faults.add({ kind: "drop", at: "frame" }, { kind: "drop", at: "frame", afterBytes: 7 });
    opend.faults.add({ kind: "drop", at: "frame", afterBytes: 10_000 });
    const came = [1, 2, 3].map(() => {
      const client = new RawClient(opend, dialect);
      client.request(dialect === "tcp" ? InitConnect : InitWebSocket, { clientVer: 1, clientID: "", websocketKey: "" });
      return [client.closedBy, client.chunks.reduce((sum, { length }) => sum + length, 0)];
    });
    const whole = new RawClient(opend, dialect).login().chunks[0]!.length;
    expect(came).toEqual([
      [null, dialect === "tcp" ? whole >> 1 : 0],
      [null, dialect === "tcp" ? 7 : 0],
      [null, whole],
    ]);
  });

  test("stall: nothing comes any more, pushes included, and the connection stays open", async () => {
    const client = login();
    const before = client.chunks.length;
    opend.faults.add({ kind: "stall", protocol: QotSub.id });
    client.request(QotSub, subscribes);
    await clock.advance(5000);
    client.request(GetGlobalState, { userID: 0n });
    expect([client.chunks.length - before, client.closedBy]).toEqual([0, undefined]);
    expect(opend.requests.of(GetGlobalState)).toHaveLength(1);
  });

  test("stall for a while, in the frame: then all comes, in order", async () => {
    const client = login();
    const before = client.frames.length;
    opend.faults.add({ kind: "stall", at: "frame", afterBytes: 50, forMs: 1000 });
    // A stall within the stall begins when that one ends.
    opend.faults.add({ kind: "stall", forMs: 500 });
    for (const groupName of ["A", "B"]) client.request(QotGetUserSecurity, { groupName });
    client.request(GetGlobalState, { userID: 0n });
    const came = () => client.frames.slice(before).map(({ serialNo }) => serialNo);
    await clock.advance(999);
    expect(came()).toEqual([]);
    await clock.advance(1);
    expect(came()).toEqual([2n]);
    await clock.advance(500);
    expect(came()).toEqual([2n, 3n, 4n]);
    client.hangUp();
    expect(clock.pendingTimers).toBe(0);
  });

  test("fragment: the TCP stream comes in chunks, a WebSocket message in one piece", () => {
    const client = login();
    opend.faults.add({ kind: "fragment", chunkBytes: 20, protocol: GetGlobalState.id });
    opend.faults.add({ kind: "fragment", protocol: Notify.name });
    const before = client.chunks.length;
    const { s2c } = client.ask(GetGlobalState, { userID: 0n });
    expect(s2c?.qotLogined).toBe(true);
    opend.push(Notify, { type: 1 });
    expect(client.pushes(Notify)).toHaveLength(1);
    const sizes = chunksOf(client).slice(before);
    if (dialect === "ws") expect(sizes).toHaveLength(2);
    else {
      const rest = sizes.findIndex((size) => size < 20);
      expect(sizes.slice(0, rest)).toEqual(Array(rest).fill(20));
      expect(new Set(sizes.slice(rest + 1))).toEqual(new Set([1]));
    }
  });

  test("duplicate: a reply, or a push, comes twice", () => {
    const client = login();
    opend.faults.add({ kind: "duplicate", protocol: "Qot_GetUserSecurity" }, { kind: "duplicate", protocol: "Notify" });
    const serialNo = client.request(QotGetUserSecurity, group);
    opend.push(Notify, { type: 1 });
    expect(client.frames.filter((frame) => frame.protoId === QotGetUserSecurity.id)).toMatchObject([
      { serialNo },
      { serialNo },
    ]);
    expect(client.pushes(Notify)).toHaveLength(2);
  });

  test("reorder: a reply comes after the next message", () => {
    const client = login();
    opend.faults.add({ kind: "reorder", times: 2 });
    const asked = ["A", "B", "C"].map((groupName) => client.request(QotGetUserSecurity, { groupName }));
    // One waits at a time: the second came where it belongs, and lets the first go.
    expect(client.frames.slice(1).map(({ serialNo }) => serialNo)).toEqual([asked[1], asked[0], asked[2]]);
  });

  test("late: a reply comes later, and overtakes nothing", async () => {
    const client = login();
    opend.faults.add({ kind: "late", delayMs: 300, protocol: QotModifyUserSecurity.id });
    const serialNo = client.request(QotModifyUserSecurity, adds);
    expect(codes(client)).toContain("FUTU");
    await clock.advance(299);
    expect(client.replyTo(QotModifyUserSecurity, serialNo)).toBeUndefined();
    await clock.advance(1);
    expect(client.replyTo(QotModifyUserSecurity, serialNo)?.retType).toBe(0);
  });

  test("late without a delay: a reply never comes, and the next one does", () => {
    const client = login();
    opend.faults.add({ kind: "late" });
    const lost = client.request(QotModifyUserSecurity, adds);
    expect(codes(client)).toContain("FUTU");
    expect([client.replyTo(QotModifyUserSecurity, lost), clock.pendingTimers]).toEqual([undefined, 0]);
  });

  test("late and stall leave no timer when the connection ends", () => {
    const client = login();
    opend.faults.add({ kind: "late", delayMs: 300 }, { kind: "stall", forMs: 300 });
    client.request(GetGlobalState, { userID: 0n });
    client.request(GetGlobalState, { userID: 0n });
    expect(clock.pendingTimers).toBe(2);
    opend.disconnect();
    expect(clock.pendingTimers).toBe(0);
  });

  test("reject: with the words, and with the effect when that is wanted", () => {
    const client = login();
    opend.faults.add(
      { kind: "reject", protocol: 3222 },
      { kind: "reject", applied: true, retType: -100, retMsg: "x", errCode: 7 },
    );
    expect(client.ask(QotModifyUserSecurity, adds)).toMatchObject({ retType: -100, retMsg: "x", errCode: 7 });
    expect(codes(client)).toContain("FUTU");
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 })).toMatchObject({
      retType: RetType.Failed,
      retMsg: "Refused by a planned fault",
    });
  });

  test("reject waits for a handler that takes its time", async () => {
    const client = login();
    let isDone = false;
    opend.on(QotGetUserSecurity, async ({ builtIn }) => {
      await Promise.resolve();
      isDone = true;
      return builtIn();
    });
    opend.faults.add({ kind: "reject", applied: true });
    const serialNo = client.request(QotGetUserSecurity, group);
    await clock.advance(0);
    expect([isDone, client.replyTo(QotGetUserSecurity, serialNo)?.retType]).toEqual([true, -1]);
  });

  test("rate-limit: in the fake's language, of the next request that has a limit", () => {
    opend = fake({ language: "zh" });
    const client = login();
    opend.faults.add({ kind: "rate-limit" });
    expect(client.ask(GetGlobalState, { userID: 0n }).retType).toBe(0);
    expect(client.ask(QotModifyUserSecurity, adds)).toMatchObject({
      retType: -1,
      retMsg: expect.stringContaining("频率太高"),
    });
    expect(codes(client)).not.toContain("FUTU");
  });

  test("limits: enforced as long as it is planned, or until so many were refused", () => {
    const client = login();
    const ask = (count: number) => Array.from({ length: count }, () => client.ask(QotGetUserSecurity, group).retType);
    ask(15);
    {
      using _ = opend.faults.add({ kind: "limits" });
      expect(ask(12)).toEqual([...Array(10).fill(0), -1, -1]);
      expect(opend.faults.planned).toEqual([{ kind: "limits" }]);
    }
    expect(ask(3)).toEqual([0, 0, 0]);
    opend.faults.add({ kind: "limits", times: 1 });
    expect(ask(3)).toEqual([-1, 0, 0]);
  });

  test("burst: one push of quotes becomes many, which move, in one chunk of the TCP stream", async () => {
    const client = login();
    client.ask(QotSub, { ...subscribes, isFirstPush: false });
    await clock.advance(0);
    opend.faults.add({ kind: "burst", count: 50 });
    const before = client.chunks.length;
    await clock.advance(1000);
    expect(client.chunks.length - before).toBe(dialect === "tcp" ? 1 : 50);
    const prices = client.pushes(QotUpdateBasicQot).map(({ basicQotList: [quote] }) => quote?.curPrice);
    expect(prices).toHaveLength(50);
    expect(new Set(prices).size).toBeGreaterThan(2);
    await clock.advance(1000);
    expect(client.pushes(QotUpdateBasicQot)).toHaveLength(51);
  });

  test("late-push: what was unsubscribed comes once more", async () => {
    const client = login();
    client.ask(QotSub, { ...subscribes, isFirstPush: false });
    opend.faults.add({ kind: "late-push" });
    client.ask(QotSub, { ...subscribes, securityList: [{ market: 11, code: "FUTU" }], isSubOrUnSub: false });
    client.ask(QotSub, { ...subscribes, isSubOrUnSub: false });
    expect(client.pushes(QotUpdateBasicQot)).toEqual([]);
    await clock.advance(5000);
    expect(client.pushes(QotUpdateBasicQot)).toMatchObject([{ basicQotList: [{ security: tencent }] }]);
    const isReply = ({ protoId }: { protoId: number }) => protoId === QotSub.id;
    const lastReply = client.frames.findLastIndex(isReply);
    expect(client.frames.findIndex(({ protoId }) => protoId === QotUpdateBasicQot.id)).toBeGreaterThan(lastReply);
  });

  test("wrong-key: the next login is refused, or not answered", () => {
    opend.faults.add({ kind: "wrong-key" }, { kind: "wrong-key", answer: "silence" });
    const [refused, silent] = [1, 2].map(() => {
      const client = new RawClient(opend, dialect);
      client.request(dialect === "tcp" ? InitConnect : InitWebSocket, { clientVer: 1, clientID: "", websocketKey: "" });
      return client;
    });
    expect([refused?.closedBy, silent?.closedBy]).toEqual([null, undefined]);
    expect(refused?.frames).toMatchObject(dialect === "tcp" ? [] : [{ error: -1, errorText: "wrong key" }]);
    expect(silent?.frames).toEqual([]);
    login();
  });

  test("upstream-lost: everybody is told, what the servers answer is refused, and then all is well again", async () => {
    const client = login();
    client.ask(QotSub, { ...subscribes, isFirstPush: false });
    await clock.advance(0);
    const before = client.pushes(Notify).length;
    opend.faults.add({ kind: "upstream-lost", forMs: 3500, event: 7 });
    expect(client.ask(GetGlobalState, { userID: 0n }).s2c).toMatchObject({
      qotLogined: false,
      trdLogined: false,
      programStatus: { type: 2 },
    });
    expect(client.ask(QotGetUserSecurity, group)).toMatchObject({
      retType: -1,
      retMsg: "Qot_GetUserSecurity is refused: OpenD is not logged in to the quote server",
    });
    await clock.advance(3499);
    expect([client.pushes(QotUpdateBasicQot), opend.faults.planned.length]).toEqual([[], 1]);
    await clock.advance(1);
    expect(opend.faults.planned).toEqual([]);
    expect(client.pushes(Notify).slice(before)).toMatchObject([
      { type: 1, event: { eventType: 7 } },
      { type: 2, programStatus: { programStatus: { type: 2 } } },
      { type: 3, connectStatus: { qotLogined: false, trdLogined: false } },
      { type: 2, programStatus: { programStatus: { type: 10 } } },
      { type: 3, connectStatus: { qotLogined: true, trdLogined: true } },
    ]);
    expect(client.ask(GetGlobalState, { userID: 0n }).s2c?.qotLogined).toBe(true);
    await clock.advance(500);
    expect(client.pushes(QotUpdateBasicQot)).toHaveLength(1);
    opend.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("upstream-lost ends after so many refusals, or when it is disposed of", () => {
    const client = login();
    const ask = () => client.ask(QotGetUserSecurity, group).retType;
    opend.faults.add({ kind: "upstream-lost", times: 2, forMs: 9000 });
    expect([ask(), ask(), ask()]).toEqual([-1, -1, 0]);
    expect(clock.pendingTimers).toBe(0);
    {
      using _ = opend.faults.add({ kind: "upstream-lost" });
      expect([ask(), ask(), ask()]).toEqual([-1, -1, -1]);
    }
    expect(ask()).toBe(0);
    expect(client.pushes(Notify)).toHaveLength(8);
    opend.faults.add({ kind: "upstream-lost", forMs: 9000 });
    opend.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("corrupt", () => {
  const broken = (dialect: Dialect, fault: OpenDFault) => {
    const client = new RawClient(opend, dialect).login();
    client.ask(GetGlobalState, { userID: 0n });
    const right = client.chunks.at(-1)!;
    opend.faults.add(fault);
    // Read as it came, because the reader of frames would throw.
    client.isRaw = true;
    client.request(GetGlobalState, { userID: 0n });
    const wrong = client.chunks.at(-1)!;
    return [...right.keys()].filter((at) => right[at] !== wrong[at] && !isSerial(dialect, at));
  };
  const isSerial = (dialect: Dialect, at: number) => (dialect === "tcp" ? at >= 8 && at < 12 : at >= 12 && at < 20);

  test.each<[dialect: Dialect, part: "magic" | "length" | "sha1" | "body", at: number]>([
    ["tcp", "magic", 0],
    ["tcp", "length", 12],
    ["tcp", "sha1", 16],
    ["tcp", "body", 44],
    ["ws", "magic", 0],
    ["ws", "body", 44],
  ])("over %s, %s: the byte at %i is another one", (dialect, part, at) => {
    expect(broken(dialect, { kind: "corrupt", part })).toEqual([at]);
  });

  test.each(["length", "sha1"] as const)("%s does not meet WebSocket frames, which have none", (part) => {
    expect(broken("ws", { kind: "corrupt", part })).toEqual([]);
    expect(opend.faults.planned).toHaveLength(1);
    const overTcp = new RawClient(opend, "tcp");
    overTcp.isRaw = true;
    overTcp.request(InitConnect, { clientVer: 1, clientID: "" });
    expect(opend.faults.planned).toEqual([]);
  });
});

test("of several faults the one added first meets a message, and one alone", () => {
  const client = new RawClient(opend, "tcp").login();
  opend.faults.add({ kind: "duplicate", times: 2 }, { kind: "reject" });
  const types = [1, 2, 3].map(() => client.ask(GetGlobalState, { userID: 0n }).retType);
  expect(types).toEqual([0, 0, -1]);
  expect(client.frames).toHaveLength(6);
});

test("faults of replies meet logins and heartbeats too, but pushes only by their protocol", () => {
  opend.faults.add({ kind: "reject" }, { kind: "duplicate", protocol: "Qot_UpdateBasicQot" });
  expect(() => new RawClient(opend, "ws").login()).toThrow("Refused by a planned fault");
  const client = new RawClient(opend, "ws").login();
  opend.push(Notify, { type: 1 });
  expect(client.pushes(Notify)).toHaveLength(1);
  expect(opend.faults.planned).toHaveLength(1);
});

test.each<[fault: object, problem: string]>([
  [{ kind: "explode" }, '"explode" is no fault: the kinds are refuse, drop, '],
  [{ kind: "drop", times: 0 }, "times is 0: expected 1 or more"],
  [{ kind: "drop", atfer: 1 }, "drop: drop has no atfer: its fields are kind, times, protocol, at, afterBytes, broken"],
  [{ kind: "drop", afterBytes: 3 }, 'afterBytes: is of use only with at: "frame"'],
  [{ kind: "drop", at: "end" }, 'at: Invalid option: expected one of "request"|"reply"|"frame"'],
  [{ kind: "stall", forMs: -1 }, "forMs: Too small: expected number to be >=0"],
  [{ kind: "reject", retType: 0 }, "retType: 0 is a success: a refusal is -1, or another number"],
  [{ kind: "reject", protocol: "Qot_GetUserSecurty" }, 'protocol: "Qot_GetUserSecurty" is no protocol: give its id'],
  [{ kind: "reject", protocol: 4 }, "protocol: 4 is no protocol"],
  [{ kind: "reject", protocol: "Notify" }, 'protocol: "Notify" is of pushes: only requests are refused'],
  [{ kind: "rate-limit", protocol: "GetGlobalState" }, 'protocol: "GetGlobalState" has no documented limit'],
  [{ kind: "corrupt" }, "part: Invalid option"],
  [{ kind: "late", delayMs: "1" }, "delayMs: Invalid input: expected number"],
  [{ kind: "burst", count: 1 }, "count: Too small"],
  [{ kind: "fragment", chunkBytes: 0.5, protocol: true }, "protocol: Invalid input; chunkBytes: Invalid input"],
])("%j is no fault, and nothing of what it came with is planned: %s", (fault, problem) => {
  const add = () => opend.faults.add({ kind: "drop" }, fault as OpenDFault);
  expect(add).toThrow(TickwireError);
  expect(add).toThrow(`[TESTKIT_FAULT] ${problem}`);
  expect(opend.faults.planned).toEqual([]);
});

test("assertClean tells of faults that have met too little, and lets be what lasts", () => {
  const client = new RawClient(opend, "tcp").login();
  const endless = { kind: "late", delayMs: 0, protocol: "GetGlobalState", times: Number.POSITIVE_INFINITY } as const;
  const left = { kind: "duplicate", protocol: 1004, times: 2 } as const;
  const planned = opend.faults.add(endless, left, { kind: "limits" }, { kind: "upstream-lost" });
  expect(opend.faults.unmet).toEqual([endless, left]);
  client.request(GetGlobalState, { userID: 0n });
  expect(opend.faults.unmet).toEqual([left]);
  client.hangUp();
  expect(() => opend.assertClean()).toThrow("the fault that was planned for OpenD has met too little or nothing");
  planned[Symbol.dispose]();
  opend.assertClean();
});

test("an absent field may be there as undefined", () => {
  const fault = { kind: "drop", protocol: undefined } as unknown as OpenDFault;
  opend.faults.add(fault);
  expect(opend.faults.planned).toEqual([fault]);
});
