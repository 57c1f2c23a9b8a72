import {
  Close_Code,
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  CmdReconnect,
  decodeBody,
  decodeErrorBody,
  gunzip,
  PushDepthData,
  PushQuoteData,
  QueryDepth,
  QueryMarketTradeDay,
  QuerySecurityQuote,
  QuerySecurityStaticInfo,
  QueryUserQuoteProfile,
  Subscribe,
  Subscription,
  SubType,
  Unsubscribe,
} from "@tickwire/codec/longport";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeLongPort, type FakeLongPortOptions } from "./fake-longport.ts";
import { gzip } from "./gzip.ts";
import {
  connectInMemory,
  logIn as logInBy,
  QUERY,
  SocketClient,
  tokenOf,
} from "./test-support/longport-socket-client.ts";
import { START_UNIX_MS, walkTheStart } from "./test-support/longport-start.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let longport: FakeLongPort;
let lines: string[];
beforeEach(() => start());

function start(options: FakeLongPortOptions = {}) {
  clock = new VirtualClock({ startUnixMs: START_UNIX_MS });
  lines = [];
  longport = new FakeLongPort({ clock, log: (line) => lines.push(line), ...options });
}

const logIn = () => logInBy(longport);
const quotesOf = (...symbol: string[]) => ({ symbol, subType: [SubType.QUOTE], isFirstPush: true });

/** What a response of another status than 0 says. */
const refusalOf = ({ status, body }: { status: number; body: Uint8Array }) => {
  const { code, msg } = decodeErrorBody(body);
  return [status, Number(code), msg];
};

/** The reason that is told before the end, and the end. */
async function endOf(client: SocketClient) {
  const { command, body } = await client.nextPacket();
  expect(command).toBe(CmdClose.code);
  const { code, reason } = decodeBody(CmdClose, body);
  expect(await client.ended).toEqual({ code: 1000, reason, wasClean: true });
  return [code, reason];
}

test("the start of the vendor's native SDK, byte by byte", async () => {
  expect(await tokenOf(longport)).toEqual({ otp: "fake-otp-1", limit: 10, online: 0 });
  const client = await connectInMemory(longport);
  await walkTheStart(client);
  expect(client.inbox).toEqual([]);
  client.socket.close();
  expect(await client.ended).toMatchObject({ code: 1005, wasClean: true });
  expect([longport.socket.connections, longport.socket.online, clock.pendingTimers]).toEqual([0, 0, 0]);
});

test("keeps what it was asked", async () => {
  const { client } = await logIn();
  await clock.advance(250);
  await client.ask(QueryUserQuoteProfile, { language: "en" });
  const { requests } = longport.socket;
  expect(requests.all.map(({ command }) => command.name)).toEqual(["CMD_AUTH", "QueryUserQuoteProfile"]);
  expect(requests.of(QueryUserQuoteProfile)).toEqual([
    {
      command: { code: 4, name: "QueryUserQuoteProfile" },
      message: { language: "en" },
      connectionId: 1,
      requestId: 2,
      timeoutMs: 30_000,
      atMs: 250,
    },
  ]);
  requests.clear();
  expect(requests.all).toEqual([]);
});

test.each([
  [{ maxConnections: 0 }, "maxConnections is 0: expected 1 to 2147483647"],
  [{ maxSubscriptions: Number.POSITIVE_INFINITY }, "maxSubscriptions is Infinity: expected 1 to"],
  [{ sessionLifeMs: Number.POSITIVE_INFINITY }, "sessionLifeMs is Infinity: expected 1 to"],
  [{ quoteIntervalMs: Number.NaN }, "quoteIntervalMs is NaN: expected 1 to"],
])("refuses the option %j", (options, problem) => {
  expect(() => new FakeLongPort(options)).toThrow(`[TESTKIT_OPTION] ${problem}`);
});

describe("the token endpoint", () => {
  test("wants to know who asks, at both of its paths", async () => {
    const ask = async (path: string, headers: HeadersInit) =>
      (await (await longport.fetch(`https://a.test${path}`, { headers })).json()) as { code: number };
    const bearer = { authorization: "Bearer fake-bearer-token" };
    for (const path of ["/v1/socket/token", "/v2/socket/token"]) {
      expect(await ask(path, bearer)).toMatchObject({ code: 0, data: { limit: 10 } });
      expect(await ask(path, {})).toMatchObject({ code: 403_203 });
    }
    expect(longport.requests.of("socket-token")).toHaveLength(4);
  });

  test("tells how many are connected", async () => {
    await logIn();
    await connectInMemory(longport);
    expect(await tokenOf(longport)).toMatchObject({ limit: 10, online: 1 });
  });
});

describe("sessions", () => {
  test("a token is good for one session, within its minute", async () => {
    const { otp: late } = await tokenOf(longport);
    await clock.advance(59_999);
    const { otp } = await tokenOf(longport);
    const client = await connectInMemory(longport);
    expect((await client.ask(CmdAuth, { token: "other" })).status).toBe(5);
    expect((await client.ask(CmdAuth, { token: late })).status).toBe(0);
    const second = await connectInMemory(longport);
    expect(refusalOf(await second.ask(CmdAuth, { token: late }))).toEqual([
      5,
      401,
      "the token is unknown, was used before or has ended",
    ]);
    await clock.advance(60_000);
    expect((await second.ask(CmdAuth, { token: otp })).status).toBe(5);
    expect(lines.join()).not.toContain("fake-otp");
  });

  test("whatever comes before the session ends the connection", async () => {
    const client = await connectInMemory(longport);
    expect(refusalOf(await client.ask(CmdHeartbeat, {}))).toEqual([
      5,
      401,
      "the first request has to be CMD_AUTH or CMD_RECONNECT",
    ]);
    expect((await endOf(client))[0]).toBe(Close_Code.AuthError);
  });

  test("a session begins once on a connection", async () => {
    const { client } = await logIn();
    const { otp: token } = await tokenOf(longport);
    expect((await client.ask(CmdAuth, { token })).status).toBe(3);
  });

  test("is taken up on another connection, without the subscriptions, and lives on from then", async () => {
    const { client, grant } = await logIn();
    expect(grant).toEqual({
      sessionId: "fake-session-1",
      expires: BigInt(START_UNIX_MS + 86_400_000),
      limit: 10,
      online: 1,
    });
    await client.get(Subscribe, quotesOf("700.HK"));
    client.socket.close();
    await client.ended;
    await clock.advance(3_600_000);
    const again = await connectInMemory(longport);
    expect(await again.get(CmdReconnect, { sessionId: grant.sessionId })).toEqual({
      ...grant,
      expires: grant.expires + 3_600_000n,
    });
    expect(await again.get(Subscription, {})).toEqual({ subList: [] });
  });

  test("one that is taken up while it is in use is taken from the other connection", async () => {
    start({ maxConnections: 1 });
    const { client, grant } = await logIn();
    const again = await connectInMemory(longport);
    expect(await again.get(CmdReconnect, { sessionId: grant.sessionId })).toMatchObject({ online: 1 });
    expect((await endOf(client))[0]).toBe(Close_Code.ConnectDuplicate);
    expect(longport.socket.online).toBe(1);
  });

  test("one that has ended cannot be taken up", async () => {
    start({ sessionLifeMs: 5000 });
    const { client, grant } = await logIn();
    client.socket.close();
    await clock.advance(5000);
    const again = await connectInMemory(longport);
    expect(refusalOf(await again.ask(CmdReconnect, { sessionId: grant.sessionId }))).toEqual([
      5,
      401,
      "the session is unknown or has ended",
    ]);
    // The connection is still good for a new token.
    const { otp: token } = await tokenOf(longport);
    expect(await again.get(CmdAuth, { token })).toMatchObject({ sessionId: "fake-session-2" });
  });

  test("one that ends while it is in use is told so", async () => {
    start({ sessionLifeMs: 5000 });
    const { client } = await logIn();
    await clock.advance(4999);
    expect(client.end).toBeUndefined();
    await clock.advance(1);
    expect(await endOf(client)).toEqual([Close_Code.SessExpired, "session expired"]);
  });

  test("all can be ended", async () => {
    const { client, grant } = await logIn();
    const other = await connectInMemory(longport);
    longport.socket.expireSessions();
    expect((await endOf(client))[0]).toBe(Close_Code.SessExpired);
    expect((await other.ask(CmdReconnect, { sessionId: grant.sessionId })).status).toBe(5);
  });

  test("no more connections than the limit have one", async () => {
    start({ maxConnections: 2 });
    const [first] = [await logIn(), await logIn()];
    const third = await connectInMemory(longport);
    const words = "connections limitation is hit, limit = 2, online = 2";
    const { otp: token } = await tokenOf(longport);
    expect(refusalOf(await third.ask(CmdAuth, { token }))).toEqual([6, 403, words]);
    first?.client.socket.close();
    await first?.client.ended;
    const { otp } = await tokenOf(longport);
    expect((await third.ask(CmdAuth, { token: otp })).status).toBe(0);
    const fourth = await connectInMemory(longport);
    const asked = await fourth.ask(CmdReconnect, { sessionId: first?.grant.sessionId ?? "" });
    expect(refusalOf(asked)).toEqual([6, 403, words]);
  });
});

describe("quotes", () => {
  test("the first at once, then one a second, of which only the changes are told", async () => {
    const { client } = await logIn();
    const answer = await client.get(Subscribe, quotesOf("700.HK", "HSI.HK"));
    expect(answer.subList.map(({ symbol }) => symbol)).toEqual(["700.HK", "HSI.HK"]);
    await clock.advance(0);
    const [first, index] = client.quotes();
    expect(first).toMatchObject({
      symbol: "700.HK",
      sequence: 1n,
      lastDone: "364.400",
      open: "364.400",
      low: "364.400",
    });
    expect(index?.lastDone).toMatch(/^\d+\.\d\d0$/);
    await clock.advance(999);
    expect(client.quotes()).toEqual([]);
    await clock.advance(1);
    const [second] = client.quotes();
    expect(second).toMatchObject({ symbol: "700.HK", sequence: 2n, open: "" });
    expect(second?.timestamp).toBe(BigInt(START_UNIX_MS / 1000 + 1));
    await clock.advance(60_000);
    const later = client.quotes().filter(({ symbol }) => symbol === "700.HK");
    expect(later.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: 60 }, (_, i) => i + 3));
    const prices = later.map(({ lastDone }) => Number(lastDone));
    expect(new Set(prices).size).toBeGreaterThan(10);
    for (const price of prices) expect(Math.abs(price / 364.4 - 1)).toBeLessThan(0.06);
    // The day's high and low, put together of the changes, are those of the snapshot.
    const { secuQuote } = await client.get(QuerySecurityQuote, { symbol: ["700.HK"] });
    const all = [first, second, ...later];
    const latest = (field: "high" | "low" | "lastDone") => all.findLast((each) => each?.[field] !== "")?.[field];
    expect(secuQuote).toMatchObject([
      { prevClose: "364.400", high: latest("high"), low: latest("low"), lastDone: latest("lastDone") },
    ]);
    expect(secuQuote[0]?.volume).toBe(later.at(-1)?.volume);
  });

  test("move as the seed says, whatever else is watched", async () => {
    const pathOf = async (symbols: string[], seed: number) => {
      start({ seed, quoteIntervalMs: 100 });
      const { client } = await logIn();
      await client.get(Subscribe, quotesOf(...symbols));
      await clock.advance(2000);
      return client
        .quotes()
        .filter(({ symbol }) => symbol === "AAPL.US")
        .map(({ lastDone }) => lastDone);
    };
    const path = await pathOf(["AAPL.US"], 1);
    expect(path).toHaveLength(21);
    expect(await pathOf(["700.HK", "AAPL.US"], 1)).toEqual(path);
    expect(await pathOf(["AAPL.US"], 2)).not.toEqual(path);
  });

  test("end when nobody is subscribed to them any more", async () => {
    const { client } = await logIn();
    await client.get(Subscribe, { ...quotesOf("700.HK", "AAPL.US"), isFirstPush: false });
    await client.get(Subscribe, { symbol: ["700.HK"], subType: [SubType.DEPTH], isFirstPush: true });
    await client.get(Unsubscribe, { symbol: ["700.HK", "D05.SG"], subType: [SubType.QUOTE] });
    await clock.advance(1000);
    expect(client.quotes().map(({ symbol }) => symbol)).toEqual(["AAPL.US"]);
    expect(await client.get(Subscription, {})).toEqual({
      subList: [
        { symbol: "700.HK", subType: [SubType.DEPTH] },
        { symbol: "AAPL.US", subType: [SubType.QUOTE] },
      ],
    });
    await client.get(Unsubscribe, { unsubAll: true });
    await clock.advance(5000);
    expect(client.quotes()).toEqual([]);
    expect(await client.get(Subscription, {})).toEqual({ subList: [] });
  });

  test("come to every connection that is subscribed", async () => {
    const [{ client: one }, { client: two }] = [await logIn(), await logIn()];
    await one.get(Subscribe, { ...quotesOf("700.HK"), isFirstPush: false });
    await two.get(Subscribe, { ...quotesOf("700.HK"), isFirstPush: false });
    await clock.advance(1000);
    const [quote] = one.quotes();
    expect(two.quotes()).toEqual([quote]);
    one.socket.close();
    await clock.advance(1000);
    expect(two.quotes()).toHaveLength(1);
  });

  test("of what is refused there are none", async () => {
    start({ maxSubscriptions: 600 });
    const { client } = await logIn();
    const many = (count: number) => Array.from({ length: count }, (_, index) => `T${index}.US`);
    const codeOf = async (request: object) => refusalOf(await client.ask(Subscribe, request)).slice(0, 2);
    expect(await codeOf(quotesOf(...many(501)))).toEqual([3, 301_607]);
    expect(await codeOf(quotesOf())).toEqual([3, 301_600]);
    expect(await codeOf(quotesOf("00700.HK"))).toEqual([3, 301_600]);
    expect(await codeOf({ symbol: ["700.HK"] })).toEqual([3, 301_600]);
    expect(await codeOf({ symbol: ["700.HK"], subType: [9] })).toEqual([3, 301_600]);
    await client.get(Subscribe, { ...quotesOf(...many(500)), isFirstPush: false });
    const { client: other } = await logIn();
    await other.get(Subscribe, {
      ...(quotesOf(...many(500), "T0.US").symbol && quotesOf("T0.US")),
      isFirstPush: false,
    });
    const tooMany = quotesOf(...many(500).map((symbol) => `X${symbol}`));
    expect(refusalOf(await other.ask(Subscribe, tooMany))).toEqual([3, 301_605, "too many subscriptions, limit = 600"]);
    expect((await other.get(Subscription, {})).subList).toHaveLength(1);
    expect(refusalOf(await client.ask(QuerySecurityQuote, { symbol: many(501) })).slice(0, 2)).toEqual([3, 301_607]);
    expect(refusalOf(await client.ask(Unsubscribe, {})).slice(0, 2)).toEqual([3, 301_600]);
  });
});

test("tells names and currencies", async () => {
  const { client } = await logIn();
  const { secuStaticInfo } = await client.get(QuerySecurityStaticInfo, { symbol: ["600519.SH", "NVDA.US"] });
  expect(secuStaticInfo).toMatchObject([
    { symbol: "600519.SH", nameCn: "貴州茅臺", nameEn: "貴州茅臺", currency: "CNY", lotSize: 0 },
    { symbol: "NVDA.US", nameHk: "NVDA.US", currency: "USD" },
  ]);
  expect(refusalOf(await client.ask(QuerySecurityStaticInfo, {})).slice(0, 2)).toEqual([3, 301_600]);
});

test.each([
  [{ market: "JP", begDay: "20251120", endDay: "20251121" }, '"JP" is no market'],
  [{ market: "US", begDay: "2025-11-20", endDay: "20251121" }, "beg_day and end_day are days as YYYYMMDD"],
  [{ market: "US", begDay: "20251120", endDay: "20251399" }, "beg_day and end_day are days as YYYYMMDD"],
  [{ market: "US", begDay: "20200101", endDay: "20251121" }, "more than 366 days"],
])("refuses the trade days of %j", async (request, words) => {
  const { client } = await logIn();
  expect(refusalOf(await client.ask(QueryMarketTradeDay, request))).toEqual([3, 301_600, words]);
});

test("refuses what it does not serve, and commands that are none", async () => {
  const { client } = await logIn();
  expect(refusalOf(await client.ask(QueryDepth, { symbol: "700.HK" })).slice(0, 2)).toEqual([3, 301_600]);
  expect(refusalOf(await client.ask({ ...QueryDepth, code: 99 }, {})).slice(0, 2)).toEqual([3, 301_600]);
  expect(refusalOf(await client.ask({ ...QueryDepth, code: 101 }, {})).slice(0, 2)).toEqual([3, 301_600]);
  expect(client.end).toBeUndefined();
});

describe("compression", () => {
  test("from a size on, in responses and pushes, which stay in order", async () => {
    start({ gzipFromBytes: 0 });
    const { otp: token } = await tokenOf(longport);
    const client = await connectInMemory(longport);
    const { isGzip, body } = await client.ask(CmdAuth, { token });
    expect(isGzip).toBe(true);
    expect(decodeBody(CmdAuth, await gunzip(body, 1000))).toMatchObject({ sessionId: "fake-session-1" });
    client.send(Subscribe, quotesOf("700.HK", "AAPL.US"));
    client.send(QueryUserQuoteProfile, {});
    const packets = [];
    for (let i = 0; i < 4; i++) packets.push(await client.nextPacket());
    expect(packets.map(({ command, isGzip }) => [command, isGzip])).toEqual([
      [Subscribe.code, true],
      [PushQuoteData.code, true],
      [PushQuoteData.code, true],
      [QueryUserQuoteProfile.code, true],
    ]);
    expect(decodeBody(PushQuoteData, await gunzip(packets[1]!.body, 1000))).toMatchObject({ lastDone: "364.400" });
    longport.socket.closeAll(Close_Code.ServerError, "bye");
    expect(decodeBody(CmdClose, await gunzip((await client.nextPacket()).body, 1000)).reason).toBe("bye");
    expect(await client.ended).toMatchObject({ code: 1000, reason: "bye" });
  });

  test("of requests is undone, and what cannot be ends the connection", async () => {
    const { client } = await logIn();
    client.send(QueryUserQuoteProfile, {}, await gzip(new Uint8Array(0)));
    client.send(Subscription, {});
    expect([(await client.nextPacket()).command, (await client.nextPacket()).command]).toEqual([4, 5]);
    client.send(QueryUserQuoteProfile, {}, Uint8Array.of(1, 2, 3));
    expect((await endOf(client))[0]).toBe(Close_Code.UnpackError);
  });
});

test.each<[what: string, message: string | Uint8Array<ArrayBuffer>]>([
  ["a text", "{}"],
  ["nothing", new Uint8Array(0)],
  ["half a packet", Uint8Array.of(1, 4, 0, 0)],
  ["a response", Uint8Array.of(2, 4, 0, 0, 0, 1, 0, 0, 0, 0)],
  ["a body that is none", Uint8Array.of(1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0xff)],
])("%s ends the connection", async (_, message) => {
  const { client } = await logIn();
  client.socket.send(message);
  expect(await endOf(client)).toEqual([Close_Code.UnpackError, "a packet cannot be read"]);
  client.socket.send(message);
  await clock.advance(1000);
  expect([client.inbox, clock.pendingTimers]).toEqual([[], 0]);
});

test("whatever bytes come, they are answered or end the connection", async () => {
  const start = fc.constantFrom([], [1], [1, 6], [0x21, 4]);
  const length = fc.constantFrom([], [0, 0, 0, 1, 0, 0, 0, 0, 4]);
  const bytes = fc.tuple(start, length, fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 }));
  await fc.assert(
    fc.asyncProperty(bytes, async (parts) => {
      const { client } = await logIn();
      client.socket.send(Uint8Array.from(parts.flat()));
      const packet = await client.nextPacket();
      expect(packet.type === "response" || packet.command === CmdClose.code).toBe(true);
      client.socket.close();
      await client.ended;
    }),
  );
  expect(longport.socket.connections).toBe(0);
});

test.each(["", "?version=2&codec=1&platform=9", "?version=1&codec=2&platform=9", "?version=1&codec=1"])(
  "the address with %j is told to be wrong",
  async (query) => {
    const client = await connectInMemory(longport, query);
    expect(await endOf(client)).toEqual([Close_Code.UnpackError, "the address needs ?version=1&codec=1&platform=9"]);
  },
);

describe("what a test makes it do now", () => {
  test("push anything to those that have a session", async () => {
    const { client } = await logIn();
    const stranger = await connectInMemory(longport);
    longport.socket.push(PushDepthData, { symbol: "700.HK", sequence: 7n });
    const { command, body } = await client.nextPacket();
    expect([command, decodeBody(PushDepthData, body)]).toMatchObject([102, { symbol: "700.HK", sequence: 7n }]);
    await clock.advance(0);
    expect(stranger.inbox).toEqual([]);
    const unknown = { ...PushDepthData, code: 77, name: "Nothing" };
    expect(() => longport.socket.push(unknown, {})).toThrow("[TESTKIT_PROTOCOL] Nothing (77) is no command");
  });

  test("close all with a reason, or break them", async () => {
    const { client } = await logIn();
    longport.socket.closeAll(Close_Code.HeartbeatTimeout, "bye");
    expect(await endOf(client)).toEqual([0, "bye"]);
    const { client: other } = await logIn();
    longport.socket.disconnect();
    expect(await other.ended).toEqual({ code: 1006, reason: "", wasClean: false });
    expect([longport.socket.connections, clock.pendingTimers]).toEqual([0, 0]);
  });

  test("fall silent, and serve new ones", async () => {
    const { client } = await logIn();
    await client.get(Subscribe, quotesOf("700.HK"));
    await clock.advance(0);
    client.quotes();
    longport.socket.mute();
    client.send(CmdHeartbeat, {});
    longport.socket.closeAll();
    await clock.advance(10_000);
    expect([client.inbox, client.end]).toEqual([[], undefined]);
    expect((await logIn()).grant.online).toBe(2);
  });
});

describe("the WebSocket in memory", () => {
  test("is refused at other paths", async () => {
    const client = new SocketClient(longport.createWebSocket("ws://longport.test/"));
    expect(await client.ended).toEqual({ code: 1006, reason: "", wasClean: false });
    expect(client.socket.readyState).toBe(3);
    expect(lines).toEqual(["a WebSocket is refused: the quote socket is at /v2"]);
  });

  test("has the DOM's states and errors", async () => {
    expect(() => longport.createWebSocket("https://longport.test/v2")).toThrow("no ws:// or wss:// address");
    const socket = longport.createWebSocket(new URL(`ws://longport.test/v2${QUERY}`));
    const client = new SocketClient(socket);
    expect(socket.readyState).toBe(0);
    expect(() => socket.send("x")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    expect(() => socket.close(1001)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }));
    await client.opened;
    expect(socket.readyState).toBe(1);
    const bytes = Uint8Array.of(9, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 9).subarray(1, 12);
    socket.send(bytes);
    expect(socket.bufferedAmount).toBe(11);
    // Too late to change what was sent.
    bytes.fill(0);
    socket.send(new ArrayBuffer(2));
    socket.close(4000, "enough");
    expect(socket.readyState).toBe(2);
    expect(await client.ended).toEqual({ code: 4000, reason: "enough", wasClean: true });
    expect([socket.readyState, socket.bufferedAmount]).toEqual([3, 0]);
    expect(longport.socket.requests.all.map(({ command }) => command.code)).toEqual([4]);
    socket.send("x");
    socket.close();
    await clock.advance(0);
    expect(lines.join()).not.toContain("text");
  });

  test("ends when it is closed before it is open, and never reaches the fake", async () => {
    const client = new SocketClient(longport.createWebSocket("ws://longport.test/v2"));
    client.socket.close();
    expect(await client.ended).toMatchObject({ code: 1006, wasClean: false });
    expect(longport.socket.connections).toBe(0);
  });

  test("gives blobs unless told otherwise", async () => {
    const client = await connectInMemory(longport);
    client.socket.binaryType = "blob";
    const data = new Promise<unknown>((resolve) => {
      client.socket.onmessage = (event: { data: unknown }) => resolve(event.data);
    });
    client.send(CmdHeartbeat, {});
    expect(await data).toBeInstanceOf(Blob);
  });
});
