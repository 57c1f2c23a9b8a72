import {
  Close_Code,
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  CmdReconnect,
  QueryDepth,
  QuerySecurityQuote,
  Subscribe,
  Unsubscribe,
} from "@tickwire/codec/longport";
import { describe, expect, test } from "vitest";
import type { QuoteClient } from "./quote-client.ts";
import type { QuoteStatus } from "./quote-session.ts";
import { oneTimeToken, type QuoteHarness, quoteHarness, rejection, until } from "./testing/quote-harness.ts";
import { hang, offline, refuse } from "./testing/scripted-fetch.ts";

const refused = { status: 3, message: { code: 301600, msg: "invalid request" } };

/** Lets time pass until the client is connected again; gives how much. */
async function back({ clock, server }: QuoteHarness, quotes: QuoteClient): Promise<number> {
  const from = clock.now();
  for (let steps = 0; quotes.status().state !== "ready"; steps++) {
    expect(server.alive).toBeLessThanOrEqual(1);
    if (steps > 1000) throw new Error("it does not come back");
    await clock.advance(50);
  }
  return clock.now() - from;
}

describe("a lost connection", () => {
  test("is taken up again by the session's id while that is valid", async () => {
    const harness = quoteHarness();
    const { http, server, connect } = harness;
    await using quotes = await connect();
    const told: QuoteStatus[] = [];
    quotes.on("status", (status) => told.push(status));
    server.last.drop(1006);
    expect(quotes.status()).toMatchObject({ state: "reconnecting", attempt: 1, delayMs: 100 });
    await back(harness, quotes);
    expect(http.sent).toHaveLength(1);
    expect(server.requests(CmdReconnect).map(({ message }) => message)).toEqual([
      { sessionId: "sess-1", metadata: { "accept-language": "en" } },
    ]);
    expect(told).toMatchObject([
      { state: "reconnecting", cause: { code: "LONGPORT_CONNECTION_LOST" } },
      { state: "ready", isResumed: true, limit: 10, online: 1 },
    ]);
    expect(server.last.requests.map(({ requestId }) => requestId)).toEqual([1]);
  });

  test("by a new token, when the session has expired", async () => {
    const harness = quoteHarness();
    const { clock, http, server, connect } = harness;
    const expires = BigInt(clock.unixMs() + 60_000);
    server.on(CmdAuth, { message: { sessionId: "sess-1", expires } });
    await using quotes = await connect();
    await clock.advance(60_000);
    server.last.drop();
    await back(harness, quotes);
    expect(http.sent).toHaveLength(2);
    expect(server.requests(CmdReconnect)).toEqual([]);
    expect(quotes.status()).toMatchObject({ state: "ready", isResumed: false });
  });

  test("by a new token in the same try, when the server knows the session no more", async () => {
    const harness = quoteHarness();
    const { http, server, connect } = harness;
    await using quotes = await connect();
    server.on(CmdReconnect, { status: 5 });
    server.last.drop();
    await back(harness, quotes);
    expect(http.sent).toHaveLength(2);
    expect(server.sockets).toHaveLength(3);
    expect(server.alive).toBe(1);
    expect(quotes.status()).toMatchObject({ state: "ready", isResumed: false });
  });

  test("asks once for a session that the server knows no more", async () => {
    const harness = quoteHarness({ tokens: [oneTimeToken, offline, offline, offline, offline, oneTimeToken] });
    const { http, server, connect } = harness;
    await using quotes = await connect();
    server.on(CmdReconnect, { status: 5 });
    server.last.drop();
    await back(harness, quotes);
    expect(http.sent).toHaveLength(6);
    expect(server.requests(CmdReconnect)).toHaveLength(1);
  });

  test("asks once for a session that the server does not answer for, and again where no socket could be opened", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    server.on(CmdReconnect, { status: 6, message: { code: 403 } }, "nothing");
    server.opening = "fails";
    server.last.drop();
    await clock.advance(100);
    server.opening = "opens";
    await back(harness, quotes);
    expect(server.requests(CmdReconnect)).toHaveLength(2);
    expect(quotes.status()).toMatchObject({ isResumed: false });
  });

  test("that is lost again with the answer to the login is tried again", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    server.on(CmdReconnect, "nothing", {});
    server.last.drop();
    await clock.advance(200);
    server.last.hex("020300000001000000130a06736573732d3110808ad9a5aa33180a2001");
    server.last.drop();
    await clock.advance(0);
    expect(quotes.status()).toMatchObject({ state: "reconnecting", attempt: 2 });
    await back(harness, quotes);
    expect(server.sockets).toHaveLength(3);
  });

  test.each(Object.entries(Close_Code))("the server's farewell %s decides which", async (name, code) => {
    const harness = quoteHarness();
    const { server, connect } = harness;
    await using quotes = await connect();
    const isOver = code >= Close_Code.AuthError;
    server.last.push(CmdClose, { code, reason: "bye" }, code % 2 === 1);
    await until(() => quotes.status().state === "reconnecting");
    expect((quotes.status() as { cause?: Error }).cause?.message).toContain(`${name}, "bye"`);
    await back(harness, quotes);
    expect(quotes.status()).toMatchObject({ isResumed: !isOver });
  });

  test.each<[string, (harness: QuoteHarness) => void]>([
    ["text", ({ server }) => server.last.text("hello")],
    ["no packet", ({ server }) => server.last.hex("ff")],
    ["half a packet", ({ server }) => server.last.hex("036500001e0a")],
    ["what is no gzip", ({ server }) => server.last.hex("2365000002ffff")],
    ["a broken farewell", ({ server }) => server.last.hex("0300000001ff")],
  ])("%s ends the connection", async (_, damage) => {
    const harness = quoteHarness();
    await using quotes = await harness.connect();
    damage(harness);
    await until(() => quotes.status().state === "reconnecting");
    expect(quotes.status()).toMatchObject({ cause: { code: "LONGPORT_CONNECTION_LOST" } });
    expect(harness.server.alive).toBe(0);
    await back(harness, quotes);
  });

  test("fails what was under way, and lets wait what comes", async () => {
    const harness = quoteHarness();
    const { server, connect } = harness;
    await using quotes = await connect();
    server.on(QueryDepth, "drop", {});
    const error = await rejection(quotes.request(QueryDepth, { symbol: "700.HK" }));
    expect(error).toMatchObject({
      code: "LONGPORT_CONNECTION_LOST",
      operation: "QueryDepth",
      outcome: "unknown",
      retryable: true,
    });
    const next = quotes.request(QueryDepth, { symbol: "700.HK" });
    await back(harness, quotes);
    expect(await next).toMatchObject({ symbol: "" });
  });

  test("what waits has its deadline, and its signal", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    server.opening = "fails";
    server.last.drop();
    const late = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }, { timeoutMs: 1_000 }));
    const controller = new AbortController();
    const aborted = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }, { signal: controller.signal }));
    controller.abort("no more");
    expect(await aborted).toMatchObject({ code: "LONGPORT_ABORTED", outcome: "not-sent" });
    await clock.advance(1_000);
    expect(await late).toMatchObject({ code: "LONGPORT_TIMEOUT", outcome: "not-sent" });
  });

  test("closes the client where it is told to", async () => {
    const { clock, server, connect } = quoteHarness();
    const quotes = await connect({ reconnect: false });
    const stream = await quotes.subscribe(["700.HK"]);
    server.last.drop(1011, "restart");
    expect(await rejection(stream.next())).toMatchObject({ code: "LONGPORT_CONNECTION_LOST" });
    expect(quotes.status()).toMatchObject({ state: "closed", error: { code: "LONGPORT_CONNECTION_LOST" } });
    expect((await rejection(quotes.snapshot(["1.HK"]))).message).toContain("WebSocket close code 1011, restart");
    expect([clock.pendingTimers, clock.wakeListeners]).toEqual([0, 0]);
  });
});

describe("tries", () => {
  test("come after delays of full jitter, and end after as many as are allowed", async () => {
    const { clock, server, connect } = quoteHarness();
    const quotes = await connect({ reconnect: { initialMs: 100, maxMs: 400, maxAttempts: 4 } });
    const delays: number[] = [];
    quotes.on("reconnecting", ({ delayMs }) => delays.push(delayMs));
    const closed = new Promise((resolve) => quotes.on("closed", resolve));
    server.opening = "fails";
    server.last.drop();
    await clock.advance(2_000);
    expect(delays).toEqual([50, 100, 200, 200]);
    expect(await closed).toMatchObject({
      error: {
        code: "LONGPORT_CONNECTION_LOST",
        message: expect.stringMatching(/gave up after 4 tries to connect: no WebSocket could be opened/),
        cause: { code: "LONGPORT_NETWORK" },
      },
    });
    expect(server.sockets).toHaveLength(5);
    expect([clock.pendingTimers, clock.wakeListeners]).toEqual([0, 0]);
  });

  test("begin anew after a connection that has lasted", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    const attempts: number[] = [];
    quotes.on("reconnecting", ({ attempt }) => attempts.push(attempt));
    for (const lastedMs of [0, 29_000, 30_000]) {
      await clock.advance(lastedMs);
      server.last.drop();
      await back(harness, quotes);
    }
    expect(attempts).toEqual([1, 2, 1]);
  });

  test("go on through a token that cannot be had, and a limit of connections", async () => {
    const harness = quoteHarness({ tokens: [oneTimeToken, offline, offline, offline, offline, oneTimeToken] });
    const { server, connect } = harness;
    server.on(CmdAuth, {}, { status: 6, message: { code: 403 } }, {});
    await using quotes = await connect();
    const causes: string[] = [];
    quotes.on("reconnecting", ({ cause }) => causes.push(cause.code));
    server.last.drop();
    await back(harness, quotes);
    expect(causes).toEqual(["LONGPORT_CONNECTION_LOST", "LONGPORT_NETWORK", "LONGPORT_CONNECTION_LIMIT"]);
  });

  test("end when the access token is refused", async () => {
    const { clock, server, connect } = quoteHarness({ tokens: [oneTimeToken, refuse(401003, "expired", 401)] });
    server.on(CmdAuth, {});
    const quotes = await connect();
    server.last.drop();
    await clock.advance(1_000);
    expect(quotes.status()).toMatchObject({ state: "closed", error: { code: "LONGPORT_AUTH", serverCode: 401003 } });
    expect(clock.pendingTimers).toBe(0);
  });

  test("do not wait when the computer wakes up", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect({ reconnect: { initialMs: 10_000 } });
    const timers = clock.pendingTimers;
    server.last.drop();
    clock.wake();
    await clock.advance(0);
    expect(quotes.status().state).toBe("ready");
    expect(server.sockets).toHaveLength(2);
    expect(clock.pendingTimers).toBe(timers);
  });
});

describe("signs of life", () => {
  test("a heartbeat every third of the time; the answers count", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    const unixMs = clock.unixMs();
    await clock.advance(300_000);
    const beats = server.requests(CmdHeartbeat);
    expect(beats).toHaveLength(10);
    expect(beats[0]?.message).toEqual({ timestamp: BigInt(unixMs + 30_000) });
    expect(quotes.status().state).toBe("ready");
    expect(server.sockets).toHaveLength(1);
  });

  test("silence ends the connection; the session is taken up again", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect({ deadAfterMs: 9_000 });
    server.on(CmdHeartbeat, "nothing");
    await clock.advance(8_999);
    expect(quotes.status().state).toBe("ready");
    await clock.advance(1);
    expect(quotes.status()).toMatchObject({ state: "reconnecting" });
    expect((quotes.status() as { cause?: Error }).cause?.message).toContain("nothing came for 9000 ms");
    await back(harness, quotes);
    expect(quotes.status()).toMatchObject({ isResumed: true });
  });

  test("the server's heartbeat comes back as it was; other requests do not", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    server.last.hex("010100000009000000000908808ad9a5aa331009");
    server.last.hex("01050000000a0000000000");
    expect(server.last.received.slice(1)).toEqual(["0201000000090000000908808ad9a5aa331009"]);
    expect(quotes.status().state).toBe("ready");
  });

  test("after a wake-up the server has a short time to answer", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    server.on(CmdHeartbeat, "nothing");
    clock.wake();
    await clock.advance(4_999);
    expect(quotes.status().state).toBe("ready");
    await clock.advance(1);
    expect(quotes.status().state).toBe("reconnecting");
  });
});

describe("subscriptions", () => {
  const subscribed = ({ server }: QuoteHarness) =>
    server.last.requests.filter(({ command }) => command === Subscribe.code);

  test("are made again, and the gap is told", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    const stream = await quotes.subscribe(["700.HK", "AAPL.US"]);
    const ended = await quotes.subscribe(["9988.HK"]);
    await ended.close();
    const told: unknown[] = [];
    stream.on("gap", (gap) => told.push(gap));
    quotes.on("resubscribed", (result) => told.push(result));
    server.opening = "fails";
    const lostAt = clock.now();
    server.last.drop();
    await clock.advance(5_000);
    server.opening = "opens";
    await back(harness, quotes);
    await until(() => told.length === 2);
    expect(told).toEqual([{ restored: ["700.HK", "AAPL.US"], failed: [] }, { sinceMs: clock.now() - lostAt }]);
    expect(subscribed(harness).map(({ message }) => message)).toEqual([
      { symbol: ["700.HK", "AAPL.US"], subType: [1], isFirstPush: true },
    ]);
    server.last.quote("AAPL.US", { lastDone: "1" });
    expect((await stream.next()).value?.lastDone).toBe("1");
  });

  test("a symbol that is refused does not cost the others theirs", async () => {
    const harness = quoteHarness();
    const { server, connect } = harness;
    await using quotes = await connect();
    await quotes.subscribe(["1.HK", "2.HK", "3.HK"]);
    const result = new Promise((resolve) => quotes.on("resubscribed", resolve));
    server.on(Subscribe, refused, {}, refused, refused, {});
    server.last.drop();
    await back(harness, quotes);
    expect(await result).toMatchObject({
      restored: ["1.HK", "3.HK"],
      failed: [{ symbol: "2.HK", error: { code: "LONGPORT_SERVER", serverCode: 301600 } }],
    });
  });

  test("what fails in passing is tried again, until the connection is lost", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    const stream = await quotes.subscribe(["1.HK"]);
    const gaps: unknown[] = [];
    stream.on("gap", (gap) => gaps.push(gap));
    const busy = { status: 3, message: { code: 301606 } };
    server.on(Subscribe, busy);
    server.last.drop();
    await back(harness, quotes);
    await clock.advance(10_000);
    expect(subscribed(harness)).toHaveLength(2);
    server.on(Subscribe, busy, {});
    server.last.drop();
    await back(harness, quotes);
    await clock.advance(9_999);
    expect([subscribed(harness).length, gaps]).toEqual([1, []]);
    await clock.advance(1);
    expect([subscribed(harness).length, gaps.length]).toEqual([2, 1]);
  });

  test("a stream that ends meanwhile is not subscribed again", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect();
    await quotes.subscribe(["1.HK"]);
    const other = await quotes.subscribe(["2.HK"]);
    server.on(Subscribe, { status: 3, message: { code: 301606 } }, {});
    server.last.drop();
    await back(harness, quotes);
    await other.close();
    await clock.advance(10_000);
    expect(subscribed(harness).map(({ message }) => message.symbol)).toEqual([["1.HK", "2.HK"], ["1.HK"]]);
  });

  test("a gap lasts until all is subscribed again, and the next one begins anew", async () => {
    const harness = quoteHarness();
    const { clock, server, connect } = harness;
    await using quotes = await connect({ reconnect: { initialMs: 200, maxMs: 200 } });
    const stream = await quotes.subscribe(["1.HK"]);
    const gaps: number[] = [];
    stream.on("gap", ({ sinceMs }) => gaps.push(sinceMs));
    server.on(Subscribe, "nothing", {});
    server.last.drop();
    await clock.advance(5_000);
    server.last.drop();
    await clock.advance(5_000);
    server.last.drop();
    await clock.advance(5_000);
    expect(gaps).toEqual([5_100, 100]);
  });

  test("one that is under way when the connection is lost fails; one that waits goes to the next", async () => {
    const harness = quoteHarness();
    const { server, connect } = harness;
    await using quotes = await connect();
    server.on(Subscribe, "drop", {});
    expect(await rejection(quotes.subscribe(["1.HK"]))).toMatchObject({ code: "LONGPORT_CONNECTION_LOST" });
    const waiting = quotes.subscribe(["2.HK"]);
    await back(harness, quotes);
    await waiting;
    expect(subscribed(harness).map(({ message }) => message.symbol)).toEqual([["2.HK"]]);
    expect(server.requests(Unsubscribe)).toEqual([]);
  });
});

describe("close", () => {
  test.each<[string, (harness: QuoteHarness) => void | Promise<void>]>([
    ["ready", () => undefined],
    ["waiting for its next try", ({ server }) => server.last.drop()],
    [
      "asking for a token",
      async ({ clock, server }) => {
        server.last.drop();
        await clock.advance(100);
      },
    ],
    [
      "opening a socket",
      async ({ clock, server }) => {
        server.opening = "hangs";
        server.last.drop();
        await clock.advance(100);
      },
    ],
    [
      "logging in",
      async ({ clock, server }) => {
        server.on(CmdReconnect, "nothing");
        server.last.drop();
        await clock.advance(100);
      },
    ],
    [
      "subscribing again",
      async ({ clock, server }) => {
        server.on(Subscribe, { status: 3, message: { code: 301606 } });
        server.last.drop();
        await clock.advance(200);
      },
    ],
  ])("of a client that is %s leaves nothing", async (state, prepare) => {
    const isToken = state === "asking for a token";
    const harness = quoteHarness(isToken ? { tokens: [oneTimeToken, hang] } : {});
    const { clock, server, connect } = harness;
    if (isToken) server.on(CmdAuth, {});
    const quotes = await connect();
    const stream = await quotes.subscribe(["700.HK"]);
    const next = stream.next();
    server.on(QuerySecurityQuote, "nothing");
    await prepare(harness);
    const request = rejection(quotes.snapshot(["700.HK"]));
    await clock.advance(0);
    const closed: unknown[] = [];
    quotes.on("closed", (event) => closed.push(event));
    await quotes.close();
    await quotes.close();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(await request).toMatchObject({ code: "LONGPORT_CLOSED" });
    expect(await rejection(quotes.subscribe(["700.HK"]))).toMatchObject({ code: "LONGPORT_CLOSED" });
    expect(closed).toEqual([{}]);
    expect(quotes.status()).toEqual({ state: "closed" });
    await clock.advance(0);
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
    const { length } = server.sockets;
    await clock.advance(600_000);
    expect(server.sockets).toHaveLength(length);
  });

  test.each<QuoteStatus["state"]>(["reconnecting", "ready"])("from within the status %s", async (at) => {
    const { clock, server, connect } = quoteHarness();
    const quotes = await connect();
    quotes.on("status", ({ state }) => {
      if (state === at) void quotes.close();
    });
    server.last.drop();
    await clock.advance(1_000);
    expect(quotes.status()).toEqual({ state: "closed" });
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
  });
});
