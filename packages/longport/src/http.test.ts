import { describe, expect, test, vi } from "vitest";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { START_UNIX_MS, settle } from "./testing/manual-clock.ts";
import { type Answer, hang, json, offline, ok, plain, refuse } from "./testing/scripted-fetch.ts";

describe("pacing", () => {
  test("the eleventh call within a second waits for its turn", async () => {
    const { lp, server, clock } = withBearer([ok()]);
    const calls = Array.from({ length: 11 }, () => lp.watchlist.list());
    await clock.advance(999);
    expect(server.sent).toHaveLength(10);
    await clock.advance(1);
    expect(server.sent).toHaveLength(11);
    await Promise.all(calls);
    expect(clock.timers).toBe(0);
  });

  test("the sixth at once waits until one is over, whichever way", async () => {
    const { lp, server } = withBearer([hang]);
    const controller = new AbortController();
    const calls = Array.from({ length: 6 }, () => lp.watchlist.list({ signal: controller.signal }));
    const ends = Promise.allSettled(calls);
    await settle();
    expect(server.sent).toHaveLength(5);
    const seventh = lp.watchlist.list();
    await settle();
    expect(server.sent).toHaveLength(5);
    controller.abort();
    await ends;
    await settle();
    expect(server.sent).toHaveLength(6);
    void seventh.catch(() => undefined);
  });

  test("a call that cannot have its turn in time is told at once, with when", async () => {
    const { lp, server, clock } = withBearer([ok()]);
    await Promise.all(Array.from({ length: 10 }, () => lp.watchlist.list()));
    await clock.advance(300);
    await expect(lp.watchlist.create("a", [], { timeoutMs: 500 })).rejects.toMatchObject({
      code: "LONGPORT_PACING",
      message: "[LONGPORT_PACING] POST /v1/watchlist/groups: no room for another call for 700 ms",
      retryAfterMs: 700,
      outcome: "not-sent",
      retryable: true,
    });
    expect(server.sent).toHaveLength(10);
    expect(clock.timers).toBe(0);
  });

  test("a call that waits can be given up, and was not sent", async () => {
    const { lp, server, clock } = withBearer([ok()]);
    await Promise.all(Array.from({ length: 10 }, () => lp.watchlist.list()));
    const controller = new AbortController();
    const call = lp.watchlist.create("a", [], { signal: controller.signal });
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ code: "LONGPORT_ABORTED", outcome: "not-sent", cause: "enough" });
    expect(server.sent).toHaveLength(10);
    expect(clock.timers).toBe(0);
  });

  test("a call that calls under way keep from its turn times out, and was not sent", async () => {
    const { lp, server, clock } = withBearer([hang]);
    const ends = Promise.allSettled(Array.from({ length: 5 }, () => lp.watchlist.create("a")));
    const sixth = expect(lp.watchlist.create("b", [], { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: "LONGPORT_TIMEOUT",
      outcome: "not-sent",
      retryable: true,
    });
    await clock.advance(20_000);
    await sixth;
    await clock.advance(10_000);
    for (const end of await ends) expect(end).toMatchObject({ status: "rejected", reason: { outcome: "unknown" } });
    expect(server.sent).toHaveLength(5);
    expect(clock.timers).toBe(0);
  });

  test("so it does when the pacer's timer is the first of the two", async () => {
    const { lp, server, clock } = withBearer([hang]);
    const ends = Promise.allSettled(Array.from({ length: 5 }, () => lp.watchlist.list()));
    const start = clock.startTimer.bind(clock);
    vi.spyOn(clock, "startTimer").mockImplementationOnce((callback, delayMs) => start(callback, delayMs + 1));
    const sixth = lp.watchlist.list({ timeoutMs: 20_000 });
    const timedOut = expect(sixth).rejects.toMatchObject({ code: "LONGPORT_TIMEOUT", outcome: "not-sent" });
    await clock.advance(20_001);
    await timedOut;
    await clock.advance(10_000);
    await ends;
    expect(server.sent).toHaveLength(5);
    expect(clock.timers).toBe(0);
  });

  test("the window begins at the end of a call, since the server counts when it arrives", async () => {
    const { lp, server, clock } = withBearer([hang, ok()], { pacing: { requests: 1, windowMs: 1000 } });
    const controller = new AbortController();
    const first = expect(lp.watchlist.list({ signal: controller.signal })).rejects.toThrow("LONGPORT_ABORTED");
    await clock.advance(600);
    controller.abort();
    await first;
    const second = lp.watchlist.list();
    await clock.advance(999);
    expect(server.sent).toHaveLength(1);
    await clock.advance(1);
    await second;
    expect(server.sent).toHaveLength(2);
  });

  test("it can be changed, and turned off", async () => {
    const slow = withBearer([ok()], { pacing: { requests: 1, windowMs: 50 } });
    const calls = [slow.lp.watchlist.list(), slow.lp.watchlist.list()];
    await settle();
    expect(slow.server.sent).toHaveLength(1);
    await slow.clock.advance(50);
    await Promise.all(calls);
    const free = withBearer([hang], { pacing: false });
    for (let i = 0; i < 50; i++) void free.lp.watchlist.list();
    await settle();
    expect(free.server.sent).toHaveLength(50);
  });
});

describe("retries", () => {
  test("wait longer each time, up to the option", async () => {
    const harness = withBearer([offline], { retries: 10, timeoutMs: 60_000, random: () => 0.999 });
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error.code).toBe("LONGPORT_NETWORK");
    expect(harness.server.sent).toHaveLength(11);
    // 200 + 400 + … + 3200 once each, then 5000 each.
    expect(harness.clock.passedMs).toBeCloseTo(0.999 * (6200 + 5 * 5000), 5);
  });

  test("none, when the option says so", async () => {
    const harness = withBearer([offline], { retries: 0 });
    expect((await failureOf(harness, harness.lp.watchlist.list())).retryable).toBe(true);
    expect(harness.server.sent).toHaveLength(1);
  });

  test.each<[string, Answer, number]>([
    ["seconds", refuse(429001, "", 429, { "retry-after": " 3 " }), 3000],
    ["a date by the server's clock", plain(429, "", dates(5000, 600_000)), 5000],
    ["a date that has passed", plain(429, "", dates(-5000, 0)), 0],
    ["nonsense", plain(429, "", { "retry-after": "soon" }), 0],
  ])("Retry-After with %s is kept, and some jitter added", async (_, answer, waitMs) => {
    const harness = withBearer([answer, ok()]);
    await expect(failureOf(harness, harness.lp.watchlist.list())).rejects.toThrow("no LongPortError");
    expect(harness.clock.passedMs).toBe(waitMs + 100);
    expect(harness.server.sent).toHaveLength(2);
  });

  test("a retry that would come too late is not waited for", async () => {
    const harness = withBearer([refuse(429001, "", 429, { "retry-after": "1" })]);
    const error = await failureOf(harness, harness.lp.watchlist.list({ timeoutMs: 1000 }));
    expect(error).toMatchObject({ code: "LONGPORT_RATE_LIMIT", retryAfterMs: 1000 });
    expect(harness.clock.passedMs).toBe(0);
  });

  test("a retry that finds no turn tells what the server said", async () => {
    const harness = withBearer([refuse(429001, "too many", 429)], { pacing: { requests: 1, windowMs: 10_000 } });
    const error = await failureOf(harness, harness.lp.watchlist.list({ timeoutMs: 5000 }));
    expect(error).toMatchObject({ code: "LONGPORT_RATE_LIMIT", serverCode: 429001 });
    expect(harness.server.sent).toHaveLength(1);
  });

  test("a call given up between two tries did nothing", async () => {
    const { lp, server, clock } = withBearer([refuse(429001, "", 429)]);
    const controller = new AbortController();
    const call = lp.watchlist.create("a", [], { signal: controller.signal });
    await settle();
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ code: "LONGPORT_ABORTED", outcome: "rejected" });
    expect(server.sent).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  test("a write that was refused and then lost is not sent a third time", async () => {
    const harness = withBearer([refuse(429001, "", 429), offline]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "unknown", retryable: false });
    expect(harness.server.sent).toHaveLength(2);
  });
});

function dates(retryMs: number, serverAheadMs: number): Record<string, string> {
  const server = START_UNIX_MS + serverAheadMs;
  return { "retry-after": new Date(server + retryMs).toUTCString(), date: new Date(server).toUTCString() };
}

describe("the envelope's code decides", () => {
  test.each([
    json('{"code":0,"message":"ok","data":{"id":"7"}}', 500),
    json('{"code":0,"data":{"id":7}}', 201),
    json('{"code":0,"msg":"ok","data":{"id":7}}', 429),
    json('{"data":{"id":7},"message":null,"more":[],"code":0}', 200, { "content-type": "text/plain" }),
    json('\ufeff{"code":0,"data":{"id":7}}'),
  ])("a success is one, whatever status and form", async (answer) => {
    expect(await withApiKey([answer]).lp.watchlist.create("a")).toBe(7n);
  });
});

test("a redirect that a browser hides is one too", async () => {
  const opaque = () => Object.defineProperty(new Response(null), "status", { value: 0 });
  await expect(withApiKey([opaque]).lp.watchlist.list()).rejects.toMatchObject({
    code: "LONGPORT_BAD_REPLY",
    status: 0,
  });
});

test("no listener stays at the caller's signal", async () => {
  const { lp } = withApiKey([ok()]);
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, "addEventListener");
  const removed = vi.spyOn(signal, "removeEventListener");
  await lp.watchlist.list({ signal });
  expect(added.mock.calls.length).toBeGreaterThan(0);
  for (const [type, listener] of added.mock.calls) expect(removed).toHaveBeenCalledWith(type, listener);
});

describe("secrets", () => {
  test("what the server or the network repeats of them is taken out", async () => {
    const { accessToken, appSecret } = credentials;
    const echo: Answer = ({ headers }) =>
      new Response(
        JSON.stringify({ code: 401004, message: `${accessToken} ${appSecret} ${headers.get("x-api-signature")}` }),
      );
    const page: Answer = ({ headers }) => new Response(`<p>${headers.get("authorization")}</p>`, { status: 502 });
    const leak: Answer = ({ headers }) => {
      throw new TypeError("failed", { cause: new Error(`bad header ${headers.get("x-api-signature")}`) });
    };
    for (const answer of [echo, page, leak]) {
      const harness = withApiKey([answer], { retries: 0 });
      const error = await failureOf(harness, harness.lp.watchlist.list());
      const signature = /[0-9a-f]{64}/;
      const cause = error.cause instanceof Error ? `${error.cause.stack} ${error.cause.cause}` : "";
      for (const shown of [error.message, error.stack, JSON.stringify(error), cause]) {
        expect(shown).not.toContain(accessToken);
        expect(shown).not.toContain(appSecret);
        expect(shown).not.toMatch(signature);
      }
    }
  });

  test("the client shows none", async () => {
    const { inspect } = await import("node:util");
    const { lp } = withApiKey([ok()]);
    const shown = `${JSON.stringify(lp)} ${inspect(lp, { depth: 9, showHidden: true })} ${lp}`;
    for (const secret of Object.values(credentials)) expect(shown).not.toContain(secret);
  });
});

test("an error as JSON has what a log needs", async () => {
  const harness = withApiKey([refuse(403201, "signature invalid", 403, { "x-trace-id": "t-1" })]);
  const error = await failureOf(harness, harness.lp.watchlist.delete(7));
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: "LongPortError",
    message: error.message,
    code: "LONGPORT_AUTH",
    outcome: "rejected",
    retryable: false,
    operation: "DELETE /v1/watchlist/groups",
    status: 403,
    serverCode: 403201,
    traceId: "t-1",
  });
});
