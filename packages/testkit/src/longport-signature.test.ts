import { expect, test } from "vitest";
import { expectedSignature, parseSignature, parseTimestamp } from "./longport-signature.ts";
import { signedHeaders } from "./test-support/longport-client.ts";

const credentials = {
  appKey: "0123456789abcdef0123456789abcdef",
  appSecret: "secret-6b5f2d1c9e8a4f70b3d2c1a09f8e7d6c",
  accessToken: "m_eyJhbGciOi.fake.token",
};

/** What both official SDKs sent for these. */
const vectors: readonly [method: string, query: string, body: string, signature: string][] = [
  ["GET", "", "", "af0f2697295f1b658ee1a98a172eb4e5d7a6f70afcd67250dd88de07e1657a4f"],
  [
    "POST",
    "",
    '{"name":"Watchlist1","securities":["700.HK","AAPL.US"]}',
    "4378f9feb7c16481f3891e1ee3718c4bf588ce0bfe11b7d484237bcb41baab60",
  ],
  ["DELETE", "id=10086&purge=true", "", "241ef09383b24f965b8804a6ef0bf645d6e58bc8a6d6810b2371a202c72a7a89"],
];

const parts = (method: string, query: string, body: string) => ({
  method,
  path: "/v1/watchlist/groups",
  query,
  headers: new Headers({
    Authorization: credentials.accessToken,
    "X-Api-Key": credentials.appKey,
    "X-Timestamp": "1700000000",
  }),
  body: new TextEncoder().encode(body),
});
const usual = ["authorization", "x-api-key", "x-timestamp"];

test.each(vectors)("%s ?%s %s is signed as by the official SDKs", async (method, query, body, signature) => {
  expect(await expectedSignature(parts(method, query, body), usual, credentials.appSecret)).toBe(signature);
  // The tests' own signer is another implementation.
  const path = `/v1/watchlist/groups${query && `?${query}`}`;
  const headers = signedHeaders({ method, path, body, timestamp: "1700000000", credentials });
  expect(headers["x-api-signature"]).toBe(`HMAC-SHA256 SignedHeaders=${usual.join(";")}, Signature=${signature}`);
});

test("the order of the signed headers counts, and each of them has to be there", async () => {
  const [method, query, body, signature] = vectors[0]!;
  const sign = (names: string[]) => expectedSignature(parts(method, query, body), names, credentials.appSecret);
  expect(await sign([...usual].reverse())).toMatch(/^[0-9a-f]{64}$/);
  expect(await sign([...usual].reverse())).not.toBe(signature);
  expect(await sign(["x-nothing"])).toBeUndefined();
  expect(await sign(["no name"])).toBeUndefined();
});

test("reads the header of a signature", () => {
  expect(parseSignature("HMAC-SHA256 SignedHeaders=a;b-c, Signature=0af9")).toEqual({
    algorithm: "HMAC-SHA256",
    signedHeaders: ["a", "b-c"],
    signature: "0af9",
  });
});

test.each([
  "",
  "Bearer x",
  "HMAC-SHA256 Signature=00",
  "HMAC-SHA256 SignedHeaders=, Signature=00",
  "HMAC-SHA256 SignedHeaders=a, Signature=XY",
])("%j is no signature", (header) => {
  expect(parseSignature(header)).toBeUndefined();
});

test.each<[text: string, unixMs: number, isWholeSecond: boolean]>([
  ["1700000000", 1_700_000_000_000, true],
  ["1700000000123", 1_700_000_000_123, false],
  ["1700000000.123", 1_700_000_000_123, false],
  ["0", 0, true],
])("reads the timestamp %s", (text, unixMs, isWholeSecond) => {
  expect(parseTimestamp(text)).toEqual({ unixMs, isWholeSecond });
});

test.each(["", "1700000000, 1700000000", "-1", "1e9", "0x10", "1700000000.", "now", "9".repeat(16)])(
  "%j is no timestamp",
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);
