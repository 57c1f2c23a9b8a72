import {
  Close_Code,
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  CmdReconnect,
  decodeBody,
  decodeErrorBody,
  decodePacket,
  gunzip,
  PushQuoteData,
  QuerySecurityQuote,
  QueryUserQuoteProfile,
  Subscribe,
  Subscription,
  SubType,
} from "@tickwire/codec/longport";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeLongPort } from "./fake-longport.ts";
import { type LongPortSocketFault, longPortSocketFaultKinds } from "./longport-socket-faults.ts";
import {
  connectInMemory,
  logIn as logInBy,
  QUERY,
  SocketClient,
  tokenOf,
} from "./test-support/longport-socket-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let longport: FakeLongPort;
let lines: string[];
beforeEach(() => {
  clock = new VirtualClock();
  lines = [];
  longport = new FakeLongPort({ clock, log: (line) => lines.push(line) });
});

const logIn = () => logInBy(longport);
const plan = (...faults: LongPortSocketFault[]) => longport.socket.faults.add(...faults);
const quotes = { symbol: ["700.HK"], subType: [SubType.QUOTE], isFirstPush: true };
const subscribed = async (client: SocketClient) => (await client.get(Subscription, {})).subList.length;

/** A client that is subscribed and has read the first push. */
async function watch() {
  const { client, grant } = await logIn();
  await client.get(Subscribe, quotes);
  await client.next();
  return { client, grant };
}

const closeOf = (client: SocketClient) => {
  const { command, body } = decodePacket(client.inbox.shift()!);
  expect(command).toBe(CmdClose.code);
  return decodeBody(CmdClose, body);
};

test("refuse-connection: the WebSocket is not opened, and the next one is", async () => {
  plan({ kind: "refuse-connection", command: 2 });
  const client = new SocketClient(longport.createWebSocket(`ws://longport.test/v2${QUERY}`));
  expect(await client.ended).toEqual({ code: 1006, reason: "", wasClean: false });
  expect(lines).toEqual(["a WebSocket is not opened: the planned fault refuse-connection"]);
  await logIn();
});

test("hang-connection: nothing comes of it until the client gives up", async () => {
  plan({ kind: "hang-connection" });
  const client = new SocketClient(longport.createWebSocket(`ws://longport.test/v2${QUERY}`));
  await clock.advance(60_000);
  expect([client.socket.readyState, client.end]).toEqual([0, undefined]);
  client.socket.close();
  expect(await client.ended).toMatchObject({ code: 1006 });
  await logIn();
});

describe("reject", () => {
  test("refuses any request, which has no effect", async () => {
    const { client } = await logIn();
    plan({ kind: "reject" });
    const { status, body } = await client.ask(Subscribe, quotes);
    expect([status, decodeErrorBody(body)]).toEqual([7, { code: 301_602n, msg: "server error" }]);
    expect(await subscribed(client)).toBe(0);
  });

  test("with another status, code and words, or although it has its effect", async () => {
    const { client } = await logIn();
    plan({ kind: "reject", command: Subscribe.code, status: 3, code: 301_606, message: "slow down", applied: true });
    expect((await client.ask(QueryUserQuoteProfile, {})).status).toBe(0);
    const { status, body } = await client.ask(Subscribe, quotes);
    expect([status, decodeErrorBody(body)]).toEqual([3, { code: 301_606n, msg: "slow down" }]);
    expect(await subscribed(client)).toBe(1);
  });

  test("keeps a client out", async () => {
    plan({ kind: "reject", command: CmdAuth.code, status: 5, code: 401, message: "no", times: 2 });
    const client = await connectInMemory(longport);
    for (const status of [5, 5, 0]) {
      const { otp: token } = await tokenOf(longport);
      expect((await client.ask(CmdAuth, { token })).status).toBe(status);
    }
    expect(longport.socket.faults.planned).toEqual([]);
  });

  test("does not meet pushes", async () => {
    const { client } = await watch();
    plan({ kind: "reject", command: PushQuoteData.code });
    await clock.advance(1000);
    expect(client.quotes()).toHaveLength(1);
  });
});

describe("slow", () => {
  test("loses a response", async () => {
    const { client } = await logIn();
    plan({ kind: "slow", applied: true });
    client.send(Subscribe, { ...quotes, isFirstPush: false });
    expect(await subscribed(client)).toBe(1);
  });

  test("keeps it back for a time, in which others come", async () => {
    const { client } = await logIn();
    plan({ kind: "slow", command: Subscribe.code, delayMs: 5000 });
    client.send(Subscribe, quotes);
    await clock.advance(4999);
    expect(await subscribed(client)).toBe(0);
    await clock.advance(1);
    expect(client.inbox.map((bytes) => decodePacket(bytes).command)).toEqual([Subscribe.code, PushQuoteData.code]);
  });

  test("loses a push, or lets another one overtake it", async () => {
    const { client } = await watch();
    const command = PushQuoteData.code;
    plan({ kind: "slow", command }, { kind: "slow", command, delayMs: 1500 });
    await clock.advance(4000);
    expect(client.quotes().map(({ sequence }) => Number(sequence))).toEqual([4, 3, 5]);
  });

  test("holds no timer of a connection that has ended", async () => {
    const { client } = await logIn();
    plan({ kind: "slow", delayMs: 5000 });
    client.send(CmdHeartbeat, {});
    await clock.advance(0);
    client.socket.close();
    await client.ended;
    expect(clock.pendingTimers).toBe(0);
  });
});

test.each([
  [false, 0],
  [true, 1],
])("drop: the connection breaks in place of a response (applied: %j)", async (applied, grants) => {
  const { otp: token } = await tokenOf(longport);
  const client = await connectInMemory(longport);
  plan({ kind: "drop", command: CmdAuth.code, applied });
  client.send(CmdAuth, { token });
  expect(await client.ended).toEqual({ code: 1006, reason: "", wasClean: false });
  expect([client.inbox, longport.socket.connections, clock.pendingTimers]).toEqual([[], 0, 0]);
  const again = await connectInMemory(longport);
  const { status } = await again.ask(CmdReconnect, { sessionId: "fake-session-1" });
  expect(status).toBe(grants === 1 ? 0 : 5);
});

test("drop: or in place of a push", async () => {
  const { client } = await watch();
  plan({ kind: "drop", command: PushQuoteData.code });
  await clock.advance(1000);
  expect([client.inbox, client.end?.code]).toEqual([[], 1006]);
});

test("close: says why, with any reason", async () => {
  const { client } = await watch();
  plan({ kind: "close" }, { kind: "close", command: 101, code: Close_Code.HeartbeatTimeout, message: "no heartbeat" });
  client.send(CmdHeartbeat, {});
  await clock.advance(0);
  expect(closeOf(client)).toEqual({ code: Close_Code.ServerShutdown, reason: "server shutdown" });
  expect(client.end).toEqual({ code: 1000, reason: "server shutdown", wasClean: true });
  const { client: other } = await logIn();
  longport.socket.push(PushQuoteData, { symbol: "700.HK" });
  await clock.advance(0);
  expect(closeOf(other)).toEqual({ code: 0, reason: "no heartbeat" });
});

test("expire-session: the session cannot be taken up", async () => {
  const { client, grant } = await watch();
  plan({ kind: "expire-session", command: QuerySecurityQuote.code });
  client.send(QuerySecurityQuote, { symbol: ["700.HK"] });
  await clock.advance(0);
  expect(closeOf(client)).toEqual({ code: Close_Code.SessExpired, reason: "session expired" });
  const again = await connectInMemory(longport);
  expect((await again.ask(CmdReconnect, { sessionId: grant.sessionId })).status).toBe(5);
});

test("silence: nothing comes any more, and it stays open", async () => {
  const { client, grant } = await watch();
  plan({ kind: "silence", command: PushQuoteData.code });
  await clock.advance(1000);
  client.send(CmdHeartbeat, {});
  await clock.advance(60_000);
  expect([client.inbox, client.end]).toEqual([[], undefined]);
  const again = await connectInMemory(longport);
  expect((await again.ask(CmdReconnect, { sessionId: grant.sessionId })).status).toBe(0);
});

test("gzip: a push comes compressed, or any response", async () => {
  const { client } = await watch();
  plan({ kind: "gzip" }, { kind: "gzip", command: QueryUserQuoteProfile.code });
  const { isGzip, body } = await client.ask(QueryUserQuoteProfile, {});
  expect([isGzip, decodeBody(QueryUserQuoteProfile, await gunzip(body, 1000))]).toMatchObject([
    true,
    { subscribeLimit: 500 },
  ]);
  await clock.advance(3000);
  const push = await client.nextPacket();
  expect(push).toMatchObject({ command: PushQuoteData.code, isGzip: true });
  expect(decodeBody(PushQuoteData, await gunzip(push.body, 1000)).sequence).toBe(2n);
  // Those after it have waited for it, or not, and none is lost.
  await clock.advance(1000);
  expect(client.quotes().map(({ sequence }) => Number(sequence))).toEqual([3, 4, 5]);
});

test("duplicate: a push comes twice, or any response, without doing anything twice", async () => {
  const { client } = await logIn();
  plan({ kind: "duplicate", command: Subscribe.code });
  client.send(Subscribe, quotes);
  await clock.advance(0);
  const { code } = Subscribe;
  expect(client.inbox.splice(0).map((bytes) => decodePacket(bytes).command)).toEqual([code, code, PushQuoteData.code]);
  plan({ kind: "duplicate" });
  await clock.advance(2000);
  expect(client.quotes().map(({ sequence }) => Number(sequence))).toEqual([2, 2, 3]);
});

test.each(longPortSocketFaultKinds)("%s is told to the log, and counted", async (kind) => {
  const { client } = await watch();
  using _ = plan({ kind, command: Subscription.code, times: 2 });
  if (kind.endsWith("connection")) longport.createWebSocket("ws://a.test/v2");
  else client.send(Subscription, {});
  await clock.advance(0);
  expect(lines.filter((line) => line.includes(`planned fault ${kind}`))).toHaveLength(1);
  expect(longport.socket.faults.planned).toHaveLength(1);
});

test("what is no fault is refused, and plans can be dropped", () => {
  const wrong = { kind: "split" } as unknown as LongPortSocketFault;
  expect(() => plan(wrong)).toThrow(
    '[TESTKIT_FAULT] "split" is no fault: the kinds are refuse-connection, hang-connection,',
  );
  expect(() => plan({ kind: "drop", times: 0 })).toThrow("times is 0: expected 1 or more");
  expect(() => plan({ kind: "reject", status: 256 })).toThrow("status is 256: expected 1 to 255");
  expect(() => plan({ kind: "close", code: -1 })).toThrow("code is -1: expected a whole number from 0");
  plan({ kind: "drop" });
  longport.socket.faults.clear();
  expect(longport.socket.faults.planned).toEqual([]);
});
