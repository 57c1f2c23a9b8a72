// Every fault with every operation: what the caller gets, and how often a request went out.
import { describe, expect, test } from "vitest";
import type { LongPort } from "./client.ts";
import { credentials, failureOf, type Harness, withApiKey } from "./testing/harness.ts";
import { START_UNIX_MS } from "./testing/manual-clock.ts";
import { type Answer, cut, hang, json, offline, ok, plain, refuse } from "./testing/scripted-fetch.ts";

interface Operation {
  readonly name: string;
  readonly effect: "read" | "write";
  readonly call: (lp: LongPort, signal?: AbortSignal) => Promise<unknown>;
}

const operations: readonly Operation[] = [
  { name: "list", effect: "read", call: (lp, signal) => lp.watchlist.list({ ...(signal && { signal }) }) },
  {
    name: "create",
    effect: "write",
    call: (lp, signal) => lp.watchlist.create("信息產業組", ["700.HK"], { ...(signal && { signal }) }),
  },
  ...(["add", "remove", "replace"] as const).map(
    (mode): Operation => ({
      name: `update: ${mode}`,
      effect: "write",
      call: (lp, signal) => lp.watchlist.update(1n, { securities: ["700.HK"], mode }, { ...(signal && { signal }) }),
    }),
  ),
  { name: "delete", effect: "write", call: (lp, signal) => lp.watchlist.delete(1n, { ...(signal && { signal }) }) },
  { name: "pin", effect: "write", call: (lp, signal) => lp.watchlist.pin(["700.HK"], { ...(signal && { signal }) }) },
  {
    name: "unpin",
    effect: "write",
    call: (lp, signal) => lp.watchlist.unpin(["700.HK"], { ...(signal && { signal }) }),
  },
  { name: "refreshToken", effect: "write", call: (lp, signal) => lp.refreshToken({ ...(signal && { signal }) }) },
];

interface Fault {
  readonly name: string;
  readonly answer: Answer;
  readonly code: string;
  readonly outcome: "not-sent" | "rejected" | "unknown";
  /** Whether the caller may repeat a read, and a write. */
  readonly retryable: readonly [read: boolean, write: boolean];
  /** How often a read goes out, and a write. */
  readonly sent: readonly [read: number, write: number];
  readonly also?: object;
  readonly text: RegExp;
}

const never = [false, false] as const;
const once = [1, 1] as const;
const later = (ms: number) => ({ date: new Date(START_UNIX_MS + ms).toUTCString() });

const faults: readonly Fault[] = [
  {
    name: "429 in an envelope",
    answer: refuse(429002, "api request is limited", 429),
    code: "LONGPORT_RATE_LIMIT",
    outcome: "rejected",
    retryable: [true, true],
    sent: [4, 4],
    also: { status: 429, serverCode: 429002, retryAfterMs: undefined },
    text: /code 429002, "api request is limited": too many requests to this API/,
  },
  {
    name: "429 in an envelope with another code",
    answer: refuse(1, "slow down", 429),
    code: "LONGPORT_RATE_LIMIT",
    outcome: "rejected",
    retryable: [true, true],
    sent: [4, 4],
    also: { status: 429, serverCode: 1 },
    text: /slow down/,
  },
  {
    name: "429 by a gateway, with Retry-After",
    answer: plain(429, "Too Many Requests", { "retry-after": "2" }),
    code: "LONGPORT_RATE_LIMIT",
    outcome: "rejected",
    retryable: [true, true],
    sent: [4, 4],
    also: { status: 429, serverCode: undefined, retryAfterMs: 2000 },
    text: /HTTP 429 .*"Too Many Requests"/,
  },
  {
    name: "429 that asks for more time than the call has",
    answer: plain(429, "", { "retry-after": "3600" }),
    code: "LONGPORT_RATE_LIMIT",
    outcome: "rejected",
    retryable: [true, true],
    sent: once,
    also: { retryAfterMs: 3_600_000 },
    text: /HTTP 429 .*it is empty/,
  },
  {
    name: "500 with the code that names outside ASCII get",
    answer: refuse(500000, "internal error", 500, { "x-trace-id": "trace-1" }),
    code: "LONGPORT_SERVER",
    outcome: "unknown",
    retryable: [true, false],
    sent: once,
    also: { status: 500, serverCode: 500000, traceId: "trace-1" },
    text: /code 500000, "internal error": .*group names that are not ASCII/,
  },
  {
    name: "502 by a gateway",
    answer: plain(502, "<html>Bad Gateway</html>"),
    code: "LONGPORT_SERVER",
    outcome: "unknown",
    retryable: [true, false],
    sent: once,
    also: { status: 502, serverCode: undefined },
    text: /HTTP 502 .*"<html>Bad Gateway<\/html>"/,
  },
  {
    name: "no answer",
    answer: hang,
    code: "LONGPORT_TIMEOUT",
    outcome: "unknown",
    retryable: [true, false],
    sent: once,
    text: /no reply within 30000 ms/,
  },
  {
    name: "a connection that ends within the body",
    answer: cut,
    code: "LONGPORT_NETWORK",
    outcome: "unknown",
    retryable: [true, false],
    sent: [4, 1],
    text: /no reply, or not all of it, from https:\/\/openapi\.longportapp\.com/,
  },
  {
    name: "a body that was cut without a sign",
    answer: json('{"code":0,"data":{"i'),
    code: "LONGPORT_BAD_REPLY",
    outcome: "unknown",
    retryable: never,
    sent: once,
    also: { status: 200 },
    text: /the body is not a reply of LongPort: "\{\\"code\\":0/,
  },
  {
    name: "200 with a page",
    answer: plain(200, `<html>${"Log in to this network. ".repeat(20)}</html>`),
    code: "LONGPORT_BAD_REPLY",
    outcome: "unknown",
    retryable: never,
    sent: once,
    also: { status: 200 },
    text: /: "<html>Log in to this network\. .{50}…"/,
  },
  {
    name: "JSON without a code",
    answer: json('{"data":{}}'),
    code: "LONGPORT_BAD_REPLY",
    outcome: "unknown",
    retryable: never,
    sent: once,
    text: /not a reply of LongPort/,
  },
  {
    name: "a redirect",
    answer: plain(302, "", { location: "https://elsewhere.example/" }),
    code: "LONGPORT_BAD_REPLY",
    outcome: "unknown",
    retryable: never,
    sent: once,
    also: { status: 302 },
    text: /not followed because the request carries credentials: is baseUrl right\?/,
  },
  {
    name: "404 by a gateway",
    answer: plain(404, "not found"),
    code: "LONGPORT_SERVER",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { status: 404 },
    text: /is baseUrl right\?/,
  },
  {
    name: "an expired token",
    answer: refuse(401003, "token expired", 401),
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { status: 401, serverCode: 401003, clockSkewMs: undefined },
    text: /the access token has expired: get a new access token/,
  },
  {
    name: "401 by a gateway",
    answer: plain(401, "unauthorized"),
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: never,
    sent: once,
    text: /HTTP 401/,
  },
  {
    name: "a clock that is behind",
    answer: refuse(403201, "signature invalid", 403, later(90_000)),
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { status: 403, serverCode: 403201, clockSkewMs: 90_000 },
    text: /check the app secret.*; this computer's clock is 90 s behind the server's, and signatures carry the time/,
  },
  {
    name: "a clock that is ahead",
    answer: refuse(401001, "timestamp out of range", 401, later(-3_600_000)),
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { clockSkewMs: -3_600_000 },
    text: /this computer's clock is 3600 s ahead of the server's/,
  },
  {
    name: "a wrong signature with clocks that agree",
    answer: refuse(403201, "signature invalid", 403, later(59_000)),
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { clockSkewMs: undefined },
    text: /check the app secret, and that app key and token belong to it(?!.*clock)/,
  },
  {
    name: "no connection",
    answer: offline,
    code: "LONGPORT_NETWORK",
    outcome: "unknown",
    retryable: [true, false],
    sent: [4, 1],
    also: { status: undefined, cause: expect.objectContaining({ message: "fetch failed" }) },
    text: /network, TLS or, in a browser, its CORS rules/,
  },
  {
    name: "200 with a refusal",
    answer: refuse(701006, "exceed_limit_error", 200),
    code: "LONGPORT_SERVER",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { status: 200, serverCode: 701006 },
    text: /at most 1000 securities/,
  },
  {
    name: "200 with a refusal in `msg` that nobody knows",
    answer: json('{"code":123456,"msg":"no such group"}'),
    code: "LONGPORT_SERVER",
    outcome: "rejected",
    retryable: never,
    sent: once,
    also: { status: 200, serverCode: 123456 },
    text: /the server answered with code 123456, "no such group"/,
  },
  {
    name: "a refusal without a text",
    answer: json('{"code":310010}'),
    code: "LONGPORT_SERVER",
    outcome: "rejected",
    retryable: never,
    sent: once,
    text: /the server answered with code 310010: the request is not valid/,
  },
];

describe.each(faults)("$name", ({ answer, code, outcome, retryable, sent, also = {}, text }) => {
  test.each(operations)("$name", async ({ effect, call }) => {
    const harness = withApiKey([answer]);
    const error = await failureOf(harness, call(harness.lp));
    const index = effect === "read" ? 0 : 1;
    expect(error).toMatchObject({ code, outcome, retryable: retryable[index], ...also });
    expect(error.message).toMatch(text);
    expect(error.message.includes("look before you repeat it")).toBe(effect === "write" && outcome === "unknown");
    expect(harness.server.sent).toHaveLength(sent[index]);
    expectNothingLeft(harness);
    expectNoSecret(error);
  });
});

describe("aborted", () => {
  test.each(operations)("under way: $name", async ({ call }) => {
    const controller = new AbortController();
    const harness = withApiKey([
      (request) => {
        queueMicrotask(() => controller.abort("enough"));
        return hang(request);
      },
    ]);
    const error = await failureOf(harness, call(harness.lp, controller.signal));
    expect(error).toMatchObject({ code: "LONGPORT_ABORTED", outcome: "unknown", retryable: false, cause: "enough" });
    expect(harness.server.sent).toHaveLength(1);
    expect(harness.server.sent[0]?.init.signal?.aborted).toBe(true);
    expectNothingLeft(harness);
  });

  test.each(operations)("before: $name", async ({ call }) => {
    const harness = withApiKey([ok()]);
    const error = await failureOf(harness, call(harness.lp, AbortSignal.abort("before")));
    expect(error).toMatchObject({ code: "LONGPORT_ABORTED", outcome: "not-sent", cause: "before" });
    expect(harness.server.sent).toEqual([]);
    expectNothingLeft(harness);
  });
});

describe("a refusal by the rate limit, then success", () => {
  const success = ok('{"id":1,"token":"m_new"}');
  test.each(operations)("$name succeeds in the second try, signed anew", async ({ call }) => {
    const harness = withApiKey([refuse(429001, "", 429), success]);
    const done = call(harness.lp);
    await expect(failureOf(harness, done)).rejects.toThrow("no LongPortError: undefined");
    const signatures = harness.server.sent.map(({ headers }) => headers.get("x-api-signature"));
    expect(new Set(signatures).size).toBe(2);
    expect(harness.clock.passedMs).toBe(100);
    expectNothingLeft(harness);
  });
});

function expectNothingLeft({ clock }: Harness): void {
  expect(clock.timers).toBe(0);
}

function expectNoSecret(error: Error): void {
  const shown = `${error} ${error.stack} ${JSON.stringify(error)} ${Object.values(error)}`;
  expect(shown).not.toContain(credentials.appSecret);
  expect(shown).not.toContain(credentials.accessToken);
  expect(shown).not.toMatch(/Signature=/);
}
