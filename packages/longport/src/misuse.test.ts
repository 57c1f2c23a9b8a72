// What TypeScript would not let pass: every method rejects with a LongPortError, and nothing is sent or left behind.
import { describe, expect, test, vi } from "vitest";
import { LongPort } from "./client.ts";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { type Answer, ok } from "./testing/scripted-fetch.ts";

// biome-ignore lint/suspicious/noExplicitAny: it is about callers without types.
type Untyped = any;

describe("arguments", () => {
  const noOptions = /options must be an object/;
  const noSignal = /signal must be an AbortSignal/;
  const noTime = /timeoutMs must be a number above 0/;
  test.each<[string, (lp: Untyped) => Promise<unknown>, RegExp]>([
    ["list(null)", (lp) => lp.watchlist.list(null), noOptions],
    ["list(5)", (lp) => lp.watchlist.list(5), noOptions],
    ["list with a signal that is none", (lp) => lp.watchlist.list({ signal: {} }), noSignal],
    ["list with null as signal", (lp) => lp.watchlist.list({ signal: null }), noSignal],
    ["list with half a signal", (lp) => lp.watchlist.list({ signal: { addEventListener() {} } }), noSignal],
    ["list with a time as text", (lp) => lp.watchlist.list({ timeoutMs: "500" }), noTime],
    ["list with null as time", (lp) => lp.watchlist.list({ timeoutMs: null }), noTime],
    ["create with null", (lp) => lp.watchlist.create("a", [], null), noOptions],
    ["update(1)", (lp) => lp.watchlist.update(1), /update must be an object/],
    ["update(1n, null)", (lp) => lp.watchlist.update(1n, null), /update must be an object/],
    ["update with options that are a text", (lp) => lp.watchlist.update(1n, { name: "a" }, "now"), noOptions],
    ["delete(1n, null)", (lp) => lp.watchlist.delete(1n, null), noOptions],
    ["delete with purge as text", (lp) => lp.watchlist.delete(1n, { purge: "false" }), /purge must be true or false/],
    ["delete with a signal that is none", (lp) => lp.watchlist.delete(1n, { signal: {} }), noSignal],
    ["pin with null", (lp) => lp.watchlist.pin(["700.HK"], null), noOptions],
    ["refreshToken(null)", (lp) => lp.refreshToken(null), noOptions],
    [
      "refreshToken with a date as text",
      (lp) => lp.refreshToken({ expiredAt: "2030-01-01" }),
      /expiredAt must be a date/,
    ],
    ["refreshToken with a signal that is none", (lp) => lp.refreshToken({ signal: {} }), noSignal],
  ])("%s", async (_, call, message) => {
    const harness = withApiKey([ok()]);
    const error = await failureOf(harness, call(harness.lp));
    expect(error).toMatchObject({ code: "LONGPORT_INVALID_ARGUMENT", outcome: "not-sent", retryable: false });
    expect(error.message).toMatch(message);
    expect(harness.server.sent).toEqual([]);
    expect(harness.clock.timers).toBe(0);
  });

  test("a signal of another make is as good as one", async () => {
    const signal: Untyped = { aborted: false, addEventListener: vi.fn(), removeEventListener: vi.fn() };
    expect(await withApiKey([ok()]).lp.watchlist.list({ signal })).toEqual([]);
  });

  test("options that are given as undefined count as not given", async () => {
    const { lp } = withApiKey([ok('{"token":"m_new"}')], {
      baseUrl: undefined,
      retries: undefined,
      language: undefined,
    });
    const options = { signal: undefined, timeoutMs: undefined };
    await lp.watchlist.update(1, { name: "a", securities: undefined, mode: undefined }, options);
    await lp.watchlist.delete(1, { purge: undefined, ...options });
    expect((await lp.refreshToken({ expiredAt: undefined, adopt: undefined, ...options })).token).toBe("m_new");
  });
});

test.each<[string, () => unknown]>([
  ["nothing", () => new (LongPort as Untyped)()],
  ["null", () => new (LongPort as Untyped)(null)],
  ["a time as text", () => new LongPort({ ...credentials, timeoutMs: "5" as Untyped })],
  ["a fetch that is none", () => new LongPort({ ...credentials, fetch: {} as Untyped })],
  ["a region that is no text", () => new LongPort({ ...credentials, region: 86 as Untyped })],
  ["null as environment", () => LongPort.fromEnv(null as Untyped)],
  ["null for the environment's options", () => LongPort.fromEnv({}, null as Untyped)],
])("a client made of %s", (_, make) => {
  expect(make).toThrow(expect.objectContaining({ name: "LongPortError", code: "LONGPORT_CONFIG" }));
});

describe("a fetch of one's own", () => {
  const headers = new Headers({ "x-trace-id": "t-1" });
  test.each<[string, unknown, object]>([
    ["nothing", undefined, { code: "LONGPORT_BAD_REPLY" }],
    ["no headers", { status: 200, text: async () => "" }, { code: "LONGPORT_BAD_REPLY" }],
    ["no status", { headers, text: async () => "" }, { code: "LONGPORT_BAD_REPLY" }],
    ["no text()", { status: 200, headers }, { code: "LONGPORT_BAD_REPLY", status: 200, traceId: "t-1" }],
    [
      "a text() without text",
      { status: 200, headers, text: async () => 5 },
      { code: "LONGPORT_BAD_REPLY", status: 200 },
    ],
    ["a body of its own make", { status: 200, headers, body: { getReader: () => 5 } }, { code: "LONGPORT_NETWORK" }],
  ])("that gives %s", async (_, response, expected) => {
    const harness = withBearer([() => response as Response], { retries: 0 });
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ outcome: "unknown", retryable: false, ...expected });
    expect(harness.clock.timers).toBe(0);
  });

  test("that throws at once", async () => {
    const harness = withBearer([], {
      retries: 0,
      fetch: () => {
        throw "broken";
      },
    });
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", cause: { message: "broken" } });
  });

  test("needs no stream", async () => {
    const text = async () => '{"code":0,"data":{"id":7}}';
    const plain: Answer = () => ({ status: 200, headers, text }) as Response;
    expect(await withBearer([plain]).lp.watchlist.create("a")).toBe(7n);
  });
});
