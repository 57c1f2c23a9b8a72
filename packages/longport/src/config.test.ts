import { describe, expect, test, vi } from "vitest";
import { LongPort } from "./client.ts";
import type { LongPortOptions } from "./options.ts";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { ok, ScriptedFetch } from "./testing/scripted-fetch.ts";

async function urlOf(options: Partial<LongPortOptions>): Promise<string> {
  const server = new ScriptedFetch(ok());
  await new LongPort({ ...credentials, ...options, fetch: server.fetch } as LongPortOptions).watchlist.list();
  return server.only.url.href;
}

describe("where it goes", () => {
  const bearer = { appKey: undefined, bearer: "token" } as never as Partial<LongPortOptions>;
  test.each<[Partial<LongPortOptions>, string]>([
    [{}, "https://openapi.longportapp.com"],
    [{ region: "CN" }, "https://openapi.longportapp.cn"],
    [{ region: "cn" }, "https://openapi.longportapp.cn"],
    [{ region: "HK" }, "https://openapi.longportapp.com"],
    [bearer, "https://openapi.longbridge.com"],
    [{ ...bearer, region: "CN" } as LongPortOptions, "https://openapi.longbridge.cn"],
    [{ baseUrl: "http://127.0.0.1:8080" }, "http://127.0.0.1:8080"],
    [{ baseUrl: "http://127.0.0.1:8080/", region: "CN" }, "http://127.0.0.1:8080"],
    [{ baseUrl: "https://my.example/longport//" }, "https://my.example/longport"],
  ])("%j", async (options, url) => {
    expect(await urlOf(options)).toBe(`${url}/v1/watchlist/groups`);
  });
});

test("without a fetch of its own it uses the runtime's, also one that came later", async () => {
  const server = new ScriptedFetch(ok());
  const lp = new LongPort(credentials);
  vi.stubGlobal("fetch", server.fetch);
  try {
    expect(await lp.watchlist.list()).toEqual([]);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(server.sent).toHaveLength(1);
});

describe("headers", () => {
  test("in API-key mode", async () => {
    const { lp, server } = withApiKey([ok()]);
    await lp.watchlist.list();
    expect(Object.fromEntries(server.only.headers)).toEqual({
      accept: "application/json",
      "accept-language": "en",
      authorization: credentials.accessToken,
      "x-api-key": credentials.appKey,
      "x-timestamp": "1767323045000",
      "x-api-signature": expect.stringMatching(
        /^HMAC-SHA256 SignedHeaders=authorization;x-api-key;x-timestamp, Signature=[0-9a-f]{64}$/,
      ),
    });
    expect(server.only.init.redirect).toBe("manual");
  });

  test("in OAuth mode there are few, because each one more needs the server's CORS rules", async () => {
    const { lp, server } = withBearer([ok()], { language: "zh-HK" });
    await lp.watchlist.list();
    expect(Object.fromEntries(server.only.headers)).toEqual({
      accept: "application/json",
      "accept-language": "zh-HK",
      authorization: "Bearer o_token-of-oauth",
    });
  });

  test.each<[LongPortOptions, string | null]>([
    [{ ...credentials, accessToken: "us_m_token" }, "us"],
    [{ ...credentials, appKey: "us_key" }, "us"],
    [{ ...credentials, appSecret: "us_secret" }, "us"],
    [{ ...credentials, accessToken: "hk_m_token" }, null],
    [{ bearer: "us_token" }, "us"],
    [{ bearer: () => "us_token" }, "us"],
    [{ bearer: "token_us_" }, null],
  ])("%j has the data centre %s", async (options, region) => {
    const server = new ScriptedFetch(ok());
    await new LongPort({ ...options, fetch: server.fetch }).watchlist.list();
    expect(server.only.headers.get("x-dc-region")).toBe(region);
  });
});

test("timestamps only grow, so that equal calls have different signatures, also when the clock steps back", async () => {
  const { lp, server, clock } = withApiKey([ok()]);
  await Promise.all([lp.watchlist.list(), lp.watchlist.list(), lp.watchlist.list()]);
  vi.spyOn(clock, "unixMs").mockReturnValue(1_767_323_044_000.7);
  await lp.watchlist.list();
  // Web Crypto may finish them in another order.
  const timestamps = new Set(server.sent.map(({ headers }) => headers.get("x-timestamp")));
  expect(timestamps).toEqual(new Set(["1767323045000", "1767323045001", "1767323045002", "1767323045003"]));
  expect(new Set(server.sent.map(({ headers }) => headers.get("x-api-signature"))).size).toBe(4);
});

describe("options that are wrong", () => {
  test.each<[string, object]>([
    ["appKey is missing", { appKey: "" }],
    ["appKey is missing", { appKey: undefined }],
    ["appSecret is missing", { appSecret: "" }],
    ["accessToken is missing", { accessToken: undefined }],
    [
      "accessToken has a character that no header can carry: is there a blank or a line break in it?",
      { accessToken: "m_a\n" },
    ],
    ["bearer is missing", { bearer: "" }],
    [
      "bearer has a character that no header can carry: is there a blank or a line break in it?",
      { bearer: "Bearer a" },
    ],
    ['baseUrl is not an address: write it as "https://openapi.longportapp.com"', { baseUrl: "" }],
    [
      'baseUrl is not an address: write it as "https://openapi.longportapp.com"',
      { baseUrl: "openapi.longportapp.com" },
    ],
    ["baseUrl must start with https: or http:", { baseUrl: "wss://openapi.longportapp.com" }],
    ["baseUrl must have no user, no password, no query and no fragment", { baseUrl: "https://a:secret@b/" }],
    ["baseUrl must have no user, no password, no query and no fragment", { baseUrl: "https://b/?a" }],
    ["language must be one of en, zh-CN, zh-HK", { language: "en-US" }],
    ["timeoutMs must be a number above 0", { timeoutMs: 0 }],
    ["timeoutMs must be a number above 0", { timeoutMs: Number.NaN }],
    ["retries must be a whole number from 0 to 10", { retries: -1 }],
    ["retries must be a whole number from 0 to 10", { retries: 11 }],
    ["pacing: requests must be a whole number, at least 1; it is 0", { pacing: { requests: 0, windowMs: 1 } }],
  ])("%s", (problem, options) => {
    const make = () => new LongPort({ ...credentials, ...options } as LongPortOptions);
    expect(make).toThrow(expect.objectContaining({ code: "LONGPORT_CONFIG", message: `[LONGPORT_CONFIG] ${problem}` }));
  });
});

describe("OAuth", () => {
  const refused = () => new Response('{"code":401003,"message":"token expired"}', { status: 401 });

  test("a function is asked before every request, and again after a 401, with the news", async () => {
    const asked: boolean[] = [];
    const bearer = async (wasRefused: boolean) => {
      asked.push(wasRefused);
      return `token-number-${asked.length}`;
    };
    const server = new ScriptedFetch(ok(), refused, ok('{"id":7}'));
    const lp = new LongPort({ bearer, fetch: server.fetch });
    await lp.watchlist.list();
    expect(await lp.watchlist.create("a")).toBe(7n);
    expect(asked).toEqual([false, false, true]);
    expect(server.sent.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-number-1",
      "Bearer token-number-2",
      "Bearer token-number-3",
    ]);
  });

  test("only once: a second 401 is the caller's", async () => {
    const server = new ScriptedFetch(refused);
    const lp = new LongPort({ bearer: () => "token-that-is-old", fetch: server.fetch });
    await expect(lp.watchlist.create("a")).rejects.toMatchObject({ code: "LONGPORT_AUTH", outcome: "rejected" });
    expect(server.sent).toHaveLength(2);
  });

  test("a token that is a text is not asked for again", async () => {
    const harness = withBearer([refused]);
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error.code).toBe("LONGPORT_AUTH");
    expect(harness.server.sent).toHaveLength(1);
  });

  test("a refusal that is not about the token does not ask again", async () => {
    const server = new ScriptedFetch(() => new Response('{"code":403205}', { status: 403 }));
    const lp = new LongPort({ bearer: () => "token", fetch: server.fetch });
    await expect(lp.watchlist.list()).rejects.toMatchObject({ code: "LONGPORT_AUTH", serverCode: 403205 });
    expect(server.sent).toHaveLength(1);
  });

  test("a function that fails, or gives no token, is told; nothing is sent", async () => {
    const server = new ScriptedFetch(ok());
    const cause = new Error("logged out");
    const failing = new LongPort({ bearer: () => Promise.reject(cause), fetch: server.fetch });
    await expect(failing.watchlist.list()).rejects.toMatchObject({
      code: "LONGPORT_AUTH",
      message: "[LONGPORT_AUTH] the bearer function failed",
      outcome: "not-sent",
      cause,
    });
    const empty = new LongPort({ bearer: () => undefined as never, fetch: server.fetch });
    await expect(empty.watchlist.list()).rejects.toMatchObject({
      message: "[LONGPORT_CONFIG] what the bearer function gave is missing",
    });
    expect(server.sent).toEqual([]);
  });

  test("a function that never answers costs a timeout, and nothing was sent", async () => {
    const harness = withBearer([ok()]);
    const lp = new LongPort({
      bearer: () => new Promise<string>(() => undefined),
      fetch: harness.server.fetch,
      clock: harness.clock,
    });
    const failing = expect(lp.watchlist.create("a")).rejects.toMatchObject({
      code: "LONGPORT_TIMEOUT",
      outcome: "not-sent",
      retryable: true,
      message: "[LONGPORT_TIMEOUT] POST /v1/watchlist/groups: it could not be sent within 30000 ms",
    });
    await harness.clock.advance(30_000);
    await failing;
    expect(harness.server.sent).toEqual([]);
  });
});
