import { beforeEach, expect, test } from "vitest";
import { FakeLongPort, type FakeLongPortOptions } from "./fake-longport.ts";
import {
  answerOf,
  fakeCredentials,
  longPortClient,
  type SignOptions,
  signedHeaders,
} from "./test-support/longport-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

const startUnixMs = 1_700_000_000_000;
const url = "https://longport.test/v1/watchlist/groups";
let clock: VirtualClock;
let lines: string[];
beforeEach(() => {
  clock = new VirtualClock({ startUnixMs });
  lines = [];
});

const fakeWith = (options: FakeLongPortOptions = {}) =>
  new FakeLongPort({ clock, log: (line) => lines.push(line), ...options });

async function list(longport: FakeLongPort, options: Partial<SignOptions> = {}, changed: Record<string, string> = {}) {
  const headers = { ...signedHeaders({ timestamp: "1700000000.001", ...options }), ...changed };
  return answerOf(await longport.fetch(url, { headers }));
}

const worked = {
  appKey: "0123456789abcdef0123456789abcdef",
  appSecret: "secret-6b5f2d1c9e8a4f70b3d2c1a09f8e7d6c",
  accessToken: "m_eyJhbGciOi.fake.token",
};

test("lets the request in that both official SDKs sent, byte by byte", async () => {
  const longport = fakeWith(worked);
  const response = await longport.fetch(url, {
    method: "POST",
    headers: {
      "accept-language": "en",
      "user-agent": "openapi-sdk",
      "x-api-key": worked.appKey,
      authorization: worked.accessToken,
      "x-timestamp": "1700000000",
      "content-type": "application/json; charset=utf-8",
      "x-dc-region": "ap",
      "x-api-signature":
        "HMAC-SHA256 SignedHeaders=authorization;x-api-key;x-timestamp, Signature=4378f9feb7c16481f3891e1ee3718c4bf588ce0bfe11b7d484237bcb41baab60",
    },
    body: '{"name":"Watchlist1","securities":["700.HK","AAPL.US"]}',
  });
  expect(await answerOf(response)).toMatchObject({ status: 200, code: 0, data: { id: "10086" } });
});

test.each(["1700000000", "1700000000123", "1700000000.123", "1700000300", "1699999700000"])(
  "takes the timestamp %s",
  async (timestamp) => {
    expect(await list(fakeWith(worked), { timestamp, credentials: worked })).toMatchObject({ status: 200, code: 0 });
  },
);

test("verifies what SignedHeaders lists, in that order", async () => {
  const longport = fakeWith();
  for (const names of [
    ["x-timestamp", "x-api-key", "authorization"],
    ["x-api-key", "x-timestamp"],
    ["authorization", "x-api-key", "x-timestamp", "content-type"],
  ])
    expect(await list(longport, { signedHeaders: names })).toMatchObject({ code: 0 });
});

test.each<[what: string, options: Partial<SignOptions>, changed: Record<string, string>, status: number, code: number]>(
  [
    ["another app key", { credentials: { ...fakeCredentials, appKey: "x" } }, {}, 403, 403203],
    ["another secret", { credentials: { ...fakeCredentials, appSecret: "x" } }, {}, 403, 403201],
    ["another token", { credentials: { ...fakeCredentials, accessToken: "x" } }, {}, 401, 401004],
    ["another method", { method: "PUT" }, {}, 403, 403201],
    ["another query", { path: "/v1/watchlist/groups?a=1" }, {}, 403, 403201],
    ["a body", { body: "{}" }, {}, 403, 403201],
    ["a header that was not sent", { signedHeaders: ["authorization", "x-other"] }, {}, 403, 403201],
    ["another algorithm", { algorithm: "HMAC-SHA1" }, {}, 403, 403201],
    ["no signature", {}, { "x-api-signature": "" }, 403, 403201],
    ["a doubled timestamp", { timestamp: "1700000000, 1700000000" }, {}, 403, 403201],
    ["an old timestamp", { timestamp: "1699999699" }, {}, 403, 403201],
    ["a timestamp ahead", { timestamp: "1700000300001" }, {}, 403, 403201],
  ],
)("a signature for %s is refused", async (_what, options, changed, status, code) => {
  const longport = fakeWith();
  const answer = await list(longport, options, changed);
  expect(answer).toMatchObject({ status, code, data: null });
  expect(answer.headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`GET /v1/watchlist/groups is refused with ${code}: `);
  for (const secret of ["fake-app-secret", "fake-access-token", "Signature="]) expect(lines[0]).not.toContain(secret);
});

test("no headers at all are refused", async () => {
  expect(await answerOf(await fakeWith().fetch(url))).toMatchObject({ status: 403, code: 403203 });
});

test("a repeated request is refused by fine timestamps, but whole seconds repeat honestly", async () => {
  const longport = fakeWith();
  for (const timestamp of ["1700000000001", "1700000000.001"]) {
    expect(await list(longport, { timestamp })).toMatchObject({ code: 0 });
    expect(await list(longport, { timestamp })).toMatchObject({ status: 403, code: 403202 });
  }
  for (let i = 0; i < 2; i++) expect(await list(longport, { timestamp: "1700000000" })).toMatchObject({ code: 0 });
});

test("two equal requests at once: one of them is the duplicate", async () => {
  const longport = fakeWith();
  const codes = await Promise.all([list(longport), list(longport)]);
  expect(codes.map(({ code }) => code).sort()).toEqual([0, 403202]);
});

test("the skew that is allowed can be chosen", async () => {
  expect(await list(fakeWith({ maxSkewMs: 0 }), { timestamp: "1700000001" })).toMatchObject({ code: 403201 });
  expect(await list(fakeWith({ maxSkewMs: Number.POSITIVE_INFINITY }), { timestamp: "1" })).toMatchObject({ code: 0 });
});

test("a bearer token needs no signature, and stands for itself", async () => {
  const longport = fakeWith({ bearerTokens: ["us_one", "two"] });
  const ask = async (authorization: string) => answerOf(await longport.fetch(url, { headers: { authorization } }));
  for (const token of ["us_one", "two"]) expect(await ask(`Bearer ${token}`)).toMatchObject({ status: 200, code: 0 });
  expect(await ask("Bearer fake-access-token")).toMatchObject({ status: 401, code: 401004 });
  expect(await ask("two")).toMatchObject({ status: 403, code: 403203 });
  expect(longport.expireToken("two")).toBe(true);
  expect(await ask("Bearer two")).toMatchObject({ status: 401, code: 401003 });
  expect(await ask("Bearer us_one")).toMatchObject({ code: 0 });
});

test("the default bearer token", async () => {
  const headers = { authorization: "Bearer fake-bearer-token" };
  expect(await answerOf(await fakeWith().fetch(url, { headers }))).toMatchObject({ code: 0 });
});

test("the access token lives for ninety days, or until it is ended", async () => {
  const longport = fakeWith();
  const ask = longPortClient(longport.fetch, undefined, () => clock.unixMs());
  await clock.advance(90 * 86_400_000 - 1);
  expect(await ask("GET", "/v1/watchlist/groups")).toMatchObject({ code: 0 });
  await clock.advance(1);
  expect(await ask("GET", "/v1/watchlist/groups")).toMatchObject({ status: 401, code: 401003 });
  expect(longport.expireToken("nobody's")).toBe(false);
});

test("a refreshed token takes the place of the old one", async () => {
  const longport = fakeWith();
  const path = "/v1/token/refresh?expired_at=2023-11-16T00%3A00%3A00.000Z";
  const refresh = async (credentials: typeof fakeCredentials, timestamp: string, at = path) =>
    answerOf(
      await longport.fetch(`https://longport.test${at}`, {
        headers: signedHeaders({ path: at, timestamp, credentials }),
      }),
    );
  const { code, data } = await refresh(fakeCredentials, "1700000000.1");
  expect([code, data]).toEqual([
    0,
    {
      token: "fake-access-token-1",
      expired_at: "2023-11-16T00:00:00.000Z",
      issued_at: "2023-11-14T22:13:20.000Z",
      account_info: { member_id: "10000001", aaid: "20000001", account_channel: "lb" },
    },
  ]);
  expect(await list(longport)).toMatchObject({ status: 401, code: 401003 });
  const renewed = { ...fakeCredentials, accessToken: data.token as string };
  expect(await list(longport, { credentials: renewed })).toMatchObject({ code: 0 });
  const again = await refresh(renewed, "1700000000.2", "/v1/token/refresh");
  expect(again.data).toMatchObject({ token: "fake-access-token-2", expired_at: "2024-02-12T22:13:20.000Z" });
  const last = { ...fakeCredentials, accessToken: "fake-access-token-2" };
  for (const at of ["?expired_at=tomorrow", "?expired_at=2023-11-14T22:13:20Z"])
    expect(await refresh(last, "1700000000.3", `/v1/token/refresh${at}`)).toMatchObject({ code: 310010 });
  const headers = { authorization: "Bearer fake-bearer-token" };
  expect(await answerOf(await longport.fetch(`https://longport.test${path}`, { headers }))).toMatchObject({
    code: 310010,
  });
});

test("empty secrets are refused at once", () => {
  for (const name of ["appKey", "appSecret", "accessToken"])
    expect(() => new FakeLongPort({ [name]: "" })).toThrow("[TESTKIT_OPTION]");
});
