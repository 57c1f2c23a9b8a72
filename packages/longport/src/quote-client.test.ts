import {
  CmdAuth,
  PushDepthData,
  type PushQuote,
  QueryDepth,
  QuerySecurityQuote,
  QuerySecurityStaticInfo,
  QueryUserQuoteProfile,
  Subscribe,
  Unsubscribe,
} from "@tickwire/codec/longport";
import { describe, expect, test } from "vitest";
import { quoteHarness, rejection, until } from "./testing/quote-harness.ts";
import { hang, ok, refuse } from "./testing/scripted-fetch.ts";

// biome-ignore lint/suspicious/noExplicitAny: it is about callers without types.
type Untyped = any;

// Of the published vectors: the vendor's Go client and its native SDK wrote the same.
const authRequest = "01020000000113880000200a076f74702d31323312150a0f6163636570742d6c616e67756167651202656e";
const profileRequest = "01040000000275300000040a02656e";
const subscribeRequest = "01060000000375300000160a063730302e484b0a074141504c2e55531201011801";
const snapshotRequest = "010b0000000675300000110a063730302e484b0a074141504c2e5553";
const unsubscribeRequest = "01070000000775300000140a063730302e484b0a074141504c2e5553120101";
const quotePush = "036500001e0a063730302e484b102a1a073333382e30303038b38fa8930640a19cbe03";
const gzipPush = "23650000291f8b08000000000000ffe262333730d0f3f096623736b6d033303000040000fffff48f8c8c11000000";
const errorBody = { status: 3, message: { code: 301600, msg: "invalid request" } };

describe("the start", () => {
  test("sends, and reads, what the vendor's clients send and read", async () => {
    const { http, server, connect } = quoteHarness();
    await using quotes = await connect();
    expect(`${http.only.method} ${http.only.url.pathname}`).toBe("GET /v1/socket/token");
    expect(server.last.url.href).toBe("wss://openapi-quote.longbridge.com/v2?version=1&codec=1&platform=9");
    expect(server.last.binaryType).toBe("arraybuffer");
    expect(quotes.status()).toEqual({ state: "ready", isResumed: false, limit: 10, online: 1 });

    await quotes.request(QueryUserQuoteProfile, { language: "en" });
    const stream = await quotes.subscribe(["700.HK", "AAPL.US", "700.HK"]);
    server.last.hex(quotePush);
    const expected = { symbol: "700.HK", sequence: 42n, lastDone: "338.000", timestamp: 1651115955n, volume: 7310881n };
    expect(await stream.next()).toMatchObject({ value: expected });
    server.last.hex(gzipPush);
    expect(await stream.next()).toMatchObject({ value: { symbol: "700.HK", lastDone: "338.000", sequence: 0n } });
    await quotes.staticInfo(["700.HK"]);
    await quotes.staticInfo(["700.HK"]);
    await quotes.snapshot(["700.HK", "AAPL.US"]);
    await stream.close();
    await until(() => server.requests(Unsubscribe).length > 0);
    const { received } = server.last;
    expect(received.slice(0, 3)).toEqual([authRequest, profileRequest, subscribeRequest]);
    expect(received.slice(-2)).toEqual([snapshotRequest, unsubscribeRequest]);
  });

  test("needs no more than empty answers, and asks for the overnight session where it is told to", async () => {
    const { server, connect } = quoteHarness();
    server.on(CmdAuth, {});
    await using quotes = await connect({ overnight: true });
    expect(quotes.status()).toEqual({ state: "ready", isResumed: false, limit: 0, online: 0 });
    expect(server.requests(CmdAuth)[0]?.message.metadata).toEqual({
      "accept-language": "en",
      need_over_night_quote: "true",
    });
  });

  test.each([
    ["a refused token", [refuse(401003, "token expired", 401)], { code: "LONGPORT_AUTH", serverCode: 401003 }],
    ["a reply without a token", [refuse(0, "", 200)], { code: "LONGPORT_BAD_REPLY" }],
  ])("%s opens no socket", async (_, tokens, expected) => {
    const { clock, server, connect } = quoteHarness({ tokens });
    expect(await rejection(connect())).toMatchObject(expected);
    expect(server.sockets).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(["fails", "throws"] as const)("a socket that %s", async (opening) => {
    const { clock, server, connect } = quoteHarness();
    server.opening = opening;
    const error = await rejection(connect());
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", retryable: true });
    expect(error.message).toContain("wss://openapi-quote.longbridge.com/v2");
    expect(error.message).not.toContain("otp");
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
  });

  test.each<[string, number, object, object]>([
    ["an unknown token", 5, { code: 5, msg: "otp invalid" }, { code: "LONGPORT_AUTH", outcome: "rejected", status: 5 }],
    [
      "too many connections",
      6,
      { code: 403, msg: "connections limitation is hit, limit = 10, online = 10" },
      { code: "LONGPORT_CONNECTION_LIMIT", outcome: "rejected", retryable: true, status: 6, serverCode: 403 },
    ],
    ["a broken server", 7, {}, { code: "LONGPORT_SERVER", outcome: "unknown", retryable: true, status: 7 }],
  ])("a login that is refused: %s", async (_, status, message, expected) => {
    const { clock, server, connect } = quoteHarness();
    server.on(CmdAuth, { status, message });
    expect(await rejection(connect())).toMatchObject(expected);
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
  });

  test("a one-time token that the server repeats stands in no error", async () => {
    const { server, connect } = quoteHarness({ tokens: [ok('{"otp":"secret-one-time-token"}')] });
    server.on(CmdAuth, { status: 5, message: { code: 5, msg: "secret-one-time-token is no token" } });
    const error = await rejection(connect());
    expect(error.message).toContain("… is no token");
  });

  test.each(["token", "socket", "login"])("runs out of time while it waits for the %s", async (step) => {
    const { clock, server, connect } = quoteHarness(step === "token" ? { tokens: [hang] } : {});
    if (step === "socket") server.opening = "hangs";
    if (step === "login") server.on(CmdAuth, "nothing");
    const error = rejection(connect({ connectTimeoutMs: 2_000 }));
    await until(() => clock.pendingTimers > (step === "token" ? 1 : 0));
    await clock.advance(1_999);
    await clock.advance(1);
    expect(await error).toMatchObject({ code: "LONGPORT_TIMEOUT" });
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
  });

  test.each(["before", "token", "socket", "login"])("is given up (%s)", async (step) => {
    const { clock, server, connect } = quoteHarness(step === "token" ? { tokens: [hang] } : {});
    if (step === "socket") server.opening = "hangs";
    if (step === "login") server.on(CmdAuth, "nothing");
    const controller = new AbortController();
    if (step === "before") controller.abort("no more");
    const error = rejection(connect({ signal: controller.signal }));
    await clock.advance(1);
    controller.abort("no more");
    expect(await error).toMatchObject({ code: "LONGPORT_ABORTED", cause: "no more" });
    await clock.advance(0);
    expect([clock.pendingTimers, clock.wakeListeners, server.alive]).toEqual([0, 0, 0]);
  });
});

describe("requests", () => {
  test("answers are matched by request id, whatever their order", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect({ pacing: false });
    server.on(QuerySecurityQuote, "nothing");
    const first = quotes.snapshot(["1.HK"]);
    const second = quotes.snapshot(["2.HK"]);
    await until(() => server.requests(QuerySecurityQuote).length === 2);
    // {secuQuote: [{symbol}]}, to the ids 3 and 2.
    server.last.hex("020b00000003000000080a060a04322e484b");
    server.last.hex("020b00000002000000080a060a04312e484b");
    expect((await first)[0]?.symbol).toBe("1.HK");
    expect((await second)[0]?.symbol).toBe("2.HK");
    // To none, and of another command than asked.
    server.last.hex("020b00000009000000080a060a04322e484b");
    const third = quotes.snapshot(["3.HK"]);
    await until(() => server.requests(QuerySecurityQuote).length === 3);
    server.last.hex("020a0000000400000000");
    server.last.hex("020b00000004000000080a060a04332e484b");
    expect((await third)[0]?.symbol).toBe("3.HK");
  });

  test("have their deadlines, and leave nothing behind", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    const timers = clock.pendingTimers;
    server.on(QueryDepth, "nothing");
    const error = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }, { timeoutMs: 5_000 }));
    await clock.advance(5_000);
    expect(await error).toMatchObject({ code: "LONGPORT_TIMEOUT", operation: "QueryDepth", retryable: true });
    expect(clock.pendingTimers).toBe(timers);
    // Its answer comes too late.
    server.last.hex("020e0000000200000000");
    expect(await quotes.snapshot([])).toEqual([]);
  });

  test("can be given up, before and after they were sent", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    server.on(QueryDepth, "nothing");
    const controller = new AbortController();
    const { signal } = controller;
    const error = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }, { signal }));
    await clock.advance(0);
    controller.abort("no more");
    expect(await error).toMatchObject({ code: "LONGPORT_ABORTED", cause: "no more", outcome: "unknown" });
    const before = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }, { signal }));
    expect(await before).toMatchObject({ code: "LONGPORT_ABORTED", outcome: "not-sent" });
    expect(server.requests(QueryDepth)).toHaveLength(1);
  });

  test.each<[number, object, object]>([
    [3, { code: 301600, msg: "invalid request" }, { code: "LONGPORT_SERVER", outcome: "rejected", retryable: false }],
    [7, { code: 301602 }, { code: "LONGPORT_SERVER", outcome: "unknown", retryable: true }],
    [3, { code: 301605 }, { code: "LONGPORT_SERVER", outcome: "rejected", retryable: false }],
    [3, { code: 301606 }, { code: "LONGPORT_RATE_LIMIT", outcome: "rejected", retryable: true }],
    [3, { code: 301607 }, { code: "LONGPORT_SERVER", outcome: "rejected", retryable: false }],
    [1, {}, { code: "LONGPORT_SERVER", outcome: "unknown", retryable: true }],
    [3, {}, { code: "LONGPORT_SERVER", outcome: "rejected", retryable: false }],
    [5, {}, { code: "LONGPORT_AUTH", outcome: "rejected", retryable: false }],
    [6, {}, { code: "LONGPORT_AUTH", outcome: "rejected", retryable: false }],
    [99, {}, { code: "LONGPORT_SERVER", outcome: "unknown", retryable: true }],
  ])("status %i with %j", async (status, message, expected) => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    server.on(QueryDepth, { status, message });
    const error = await rejection(quotes.request(QueryDepth, { symbol: "700.HK" }));
    expect(error).toMatchObject({ operation: "QueryDepth", status, ...expected });
    expect(error.serverCode).toBe("code" in message ? message.code : undefined);
    expect(quotes.status().state).toBe("ready");
  });

  test("a body that cannot be read, of an answer and of a refusal", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    server.on(QueryDepth, "nothing");
    const answers = ["020e000000020000000108", "020e000000030300000108"];
    const codes: unknown[] = [];
    for (const answer of answers) {
      const error = rejection(quotes.request(QueryDepth, { symbol: "700.HK" }));
      await until(() => server.requests(QueryDepth).length > codes.length);
      server.last.hex(answer);
      codes.push((await error).code);
    }
    expect(codes).toEqual(["LONGPORT_BAD_REPLY", "LONGPORT_SERVER"]);
    expect(quotes.status().state).toBe("ready");
  });

  test("keep the rate limit: 10 in a second, 5 at once", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    server.on(QueryDepth, "nothing");
    const all = Array.from({ length: 6 }, () => rejection(quotes.request(QueryDepth, { symbol: "1.HK" })));
    await clock.advance(0);
    expect(server.requests(QueryDepth)).toHaveLength(5);
    const late = rejection(quotes.request(QueryDepth, { symbol: "1.HK" }, { timeoutMs: 5 }));
    await clock.advance(5);
    expect(await late).toMatchObject({ code: "LONGPORT_TIMEOUT", outcome: "not-sent" });
    await quotes.close();
    for (const error of all) expect(await error).toMatchObject({ code: "LONGPORT_CLOSED" });
  });

  test("that wait for the rate limit end with the client", async () => {
    const { clock, server, connect } = quoteHarness();
    const quotes = await connect();
    for (let i = 0; i < 10; i++) await quotes.snapshot(["1.HK"]);
    const eleventh = rejection(quotes.snapshot(["1.HK"]));
    expect(await rejection(quotes.snapshot(["1.HK"], { timeoutMs: 500 }))).toMatchObject({
      code: "LONGPORT_PACING",
      outcome: "not-sent",
      retryAfterMs: 1_000,
    });
    await clock.advance(999);
    expect(server.requests(QuerySecurityQuote)).toHaveLength(10);
    await quotes.close();
    expect(await eleventh).toMatchObject({ code: "LONGPORT_CLOSED" });
  });

  test("more than 500 symbols go into several", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    await quotes.snapshot(Array.from({ length: 1001 }, (_, i) => `${i + 1}.HK`));
    expect(server.requests(QuerySecurityQuote).map(({ message }) => message.symbol.length)).toEqual([500, 500, 1]);
    await quotes.staticInfo([]);
    expect(server.requests(QuerySecurityStaticInfo)).toEqual([]);
  });

  test.each<[string, (quotes: Untyped) => Promise<unknown>]>([
    ["no list", (quotes) => quotes.snapshot("700.HK")],
    ["no symbol", (quotes) => quotes.subscribe(["HK"])],
    ["nothing", (quotes) => quotes.subscribe([])],
    ["no number", (quotes) => quotes.subscribe(["700.HK"], { buffer: 0 })],
    ["no policy", (quotes) => quotes.subscribe(["700.HK"], { overflow: "block" })],
    ["no options", (quotes) => quotes.subscribe(["700.HK"], null)],
    ["no time", (quotes) => quotes.snapshot(["700.HK"], { timeoutMs: -1 })],
    ["no message", (quotes) => quotes.request(QueryDepth, { symbol: 5 })],
  ])("an argument that is %s", async (_, call) => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    expect(await rejection(call(quotes))).toMatchObject({
      code: "LONGPORT_INVALID_ARGUMENT",
      outcome: "not-sent",
    });
    expect(server.requests()).toHaveLength(1);
  });
});

describe("streams", () => {
  const symbolsOf = async (stream: AsyncIterator<PushQuote>, count: number) => {
    const symbols: string[] = [];
    while (symbols.length < count) symbols.push((await stream.next()).value?.symbol);
    return symbols;
  };

  test("get the pushes of their symbols, packed or not in the order of their arrival", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    const stream = await quotes.subscribe(["700.HK", "AAPL.US"]);
    const other = await quotes.subscribe(["AAPL.US"]);
    const isGzip = (i: number) => i % 3 === 0;
    const expected: bigint[] = [];
    for (let i = 1; i <= 50; i++) {
      server.last.quote("700.HK", { sequence: BigInt(i) }, isGzip(i));
      expected.push(BigInt(i));
    }
    server.last.push(PushDepthData, { symbol: "700.HK" });
    server.last.quote("9988.HK");
    server.last.quote("AAPL.US", { sequence: 51n });
    const sequences: unknown[] = [];
    for (let i = 0; i < 51; i++) sequences.push((await stream.next()).value?.sequence);
    expect(sequences).toEqual([...expected, 51n]);
    expect(await symbolsOf(other, 1)).toEqual(["AAPL.US"]);
  });

  test("a slow reader gets the newest state of each symbol", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    const stream = await quotes.subscribe(["700.HK", "AAPL.US"], { buffer: 3 });
    server.last.quote("700.HK", { sequence: 1n, lastDone: "1", high: "2", volume: 10n });
    server.last.quote("AAPL.US", { sequence: 1n, lastDone: "9" });
    server.last.quote("700.HK", { sequence: 2n, lastDone: "2", low: "1", volume: 20n });
    server.last.quote("700.HK", { sequence: 3n, lastDone: "3" });
    expect((await stream.next()).value).toMatchObject({
      symbol: "700.HK",
      sequence: 3n,
      lastDone: "3",
      high: "2",
      low: "1",
      volume: 20n,
    });
    expect((await stream.next()).value).toMatchObject({ symbol: "AAPL.US", lastDone: "9" });
    expect(stream.dropped).toBe(0);
  });

  test("or loses the oldest, or the stream, where it says so", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    const oldest = await quotes.subscribe(["700.HK"], { buffer: 2, overflow: "drop-oldest" });
    const strict = await quotes.subscribe(["700.HK"], { buffer: 2, overflow: "error" });
    for (const sequence of [1n, 2n, 3n]) server.last.quote("700.HK", { sequence });
    expect((await oldest.next()).value?.sequence).toBe(2n);
    expect(oldest.dropped).toBe(1);
    await strict.next();
    await strict.next();
    expect(await rejection(strict.next())).toMatchObject({ code: "LONGPORT_SLOW_CONSUMER" });
    await oldest.next();
    const waiting = oldest.next();
    expect(await rejection(oldest.next())).toMatchObject({ code: "LONGPORT_INVALID_ARGUMENT" });
    await oldest.close();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  test("a symbol is given up when the last stream that wants it ends", async () => {
    const { clock, server, connect } = quoteHarness();
    await using quotes = await connect();
    const first = await quotes.subscribe(["700.HK", "AAPL.US"]);
    const second = await quotes.subscribe(["AAPL.US"]);
    await first.close();
    await first.close();
    await clock.advance(0);
    expect(server.requests(Unsubscribe).map(({ message }) => message.symbol)).toEqual([["700.HK"]]);
    server.last.quote("AAPL.US");
    for await (const _ of second) break;
    await clock.advance(0);
    expect(server.requests(Unsubscribe).map(({ message }) => message.symbol)).toEqual([["700.HK"], ["AAPL.US"]]);
  });

  test("subscribing that is refused leaves no stream; a refused end is a warning", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    const warnings: unknown[] = [];
    quotes.on("warning", (warning) => warnings.push(warning));
    server.on(Subscribe, errorBody, {});
    server.on(Unsubscribe, {}, errorBody);
    const error = await rejection(quotes.subscribe(["0.HK"]));
    expect(error).toMatchObject({ code: "LONGPORT_SERVER", serverCode: 301600, operation: "Subscribe" });
    expect(error.message).toContain("invalid request");
    await until(() => server.requests(Unsubscribe).length === 1);
    await (await quotes.subscribe(["700.HK"])).close();
    await until(() => warnings.length > 0);
    expect(warnings).toMatchObject([{ code: "LONGPORT_SERVER", operation: "Unsubscribe" }]);
  });

  test("a push that cannot be read is a warning, and so is a listener that throws", async () => {
    const { server, connect } = quoteHarness();
    await using quotes = await connect();
    const warnings: unknown[] = [];
    quotes.on("warning", (warning) => warnings.push(warning));
    const stream = await quotes.subscribe(["700.HK"]);
    server.last.hex("0365000001ff");
    expect(warnings).toMatchObject([{ code: "CODEC_MALFORMED" }]);
    server.last.quote("700.HK", { lastDone: "1" });
    expect((await stream.next()).value?.lastDone).toBe("1");
  });
});
