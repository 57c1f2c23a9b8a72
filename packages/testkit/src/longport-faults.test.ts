import { beforeEach, expect, test } from "vitest";
import { FakeLongPort } from "./fake-longport.ts";
import type { LongPortFault, LongPortFaultKind } from "./longport-faults.ts";
import { type Answer, longPortClient } from "./test-support/longport-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

const groupsPath = "/v1/watchlist/groups";
let clock: VirtualClock;
let lines: string[];
let longport: FakeLongPort;
let ask: (method: string, path: string, body?: unknown, init?: RequestInit) => Promise<Answer>;
beforeEach(() => {
  clock = new VirtualClock({ startUnixMs: 1_700_000_000_000 });
  lines = [];
  longport = new FakeLongPort({ clock, log: (line) => lines.push(line) });
  ask = longPortClient(longport.fetch, undefined, () => clock.unixMs());
});

const list = () => ask("GET", groupsPath);
const create = () => ask("POST", groupsPath, { name: "new" });
const created = async () => (await list()).data.groups.some(({ name }: { name: string }) => name === "new");

test.each<[fault: LongPortFault, status: number, code: number | undefined, text: string]>([
  [{ kind: "rate-limit-envelope" }, 429, 429002, "api request is limited"],
  [{ kind: "rate-limit-envelope", code: 429001, message: "ip" }, 429, 429001, '"ip"'],
  [{ kind: "rate-limit-plain" }, 429, undefined, "Too Many Requests"],
  [{ kind: "error-envelope" }, 500, 500000, "internal error"],
  [
    { kind: "error-envelope", status: 403, code: 403202, message: "duplicate request" },
    403,
    403202,
    "duplicate request",
  ],
  [{ kind: "error-plain" }, 502, undefined, "Bad Gateway"],
  [{ kind: "error-plain", status: 503 }, 503, undefined, "Bad Gateway"],
  [{ kind: "refuse-in-200" }, 200, 701006, "exceed_limit_error"],
  [{ kind: "expired-token" }, 401, 401003, "token expired"],
  [{ kind: "not-json" }, 200, undefined, "<!doctype html>"],
])("%j answers once, and the request has no effect", async (fault, status, code, text) => {
  longport.faults.add(fault);
  const answer = await create();
  expect([answer.status, answer.code]).toEqual([status, code]);
  expect(answer.text).toContain(text);
  expect(answer.headers.get("retry-after")).toBeNull();
  expect(await created()).toBe(false);
  expect(await create()).toMatchObject({ code: 0, data: { id: "10086" } });
  expect(lines).toEqual([`create: the planned fault ${fault.kind}`]);
});

test.each<LongPortFaultKind>(["error-envelope", "error-plain", "rate-limit-plain", "not-json"])(
  "%s can come although the request has had its effect",
  async (kind) => {
    longport.faults.add({ kind, applied: true });
    expect((await create()).code).not.toBe(0);
    expect(await created()).toBe(true);
  },
);

test.each<LongPortFaultKind>(["rate-limit-envelope", "rate-limit-plain"])(
  "%s can tell when to try again",
  async (kind) => {
    longport.faults.add({ kind, retryAfterSeconds: 7 });
    const { headers } = await list();
    expect(headers.get("retry-after")).toBe("7");
    expect(headers.get("access-control-expose-headers")).toContain("retry-after");
  },
);

test("no-id and no-data: the effect is there, but not what was asked for", async () => {
  longport.faults.add({ kind: "no-id" }, { kind: "no-data" }, { kind: "no-data" });
  expect(await create()).toMatchObject({ status: 200, code: 0, data: {} });
  expect((await create()).text).toBe('{"code":0,"message":"success","data":null}');
  expect((await list()).data).toBeNull();
  expect(await create()).toMatchObject({ data: { id: "10088" } });
});

test("a refusal stays one under a fault that spoils successes", async () => {
  longport.faults.add({ kind: "no-data" });
  expect(await ask("POST", groupsPath, {})).toMatchObject({ code: 310010 });
  expect(lines).toContain("POST /v1/watchlist/groups is refused with 310010: name is missing");
});

test("cut-body: the head comes, the body breaks off, the effect is there", async () => {
  longport.faults.add({ kind: "cut-body", operation: "create" });
  await expect(create()).rejects.toThrow(new TypeError("terminated"));
  expect(await created()).toBe(true);
});

test("network-error: rejects like fetch, without or with the effect", async () => {
  longport.faults.add({ kind: "network-error" }, { kind: "network-error", applied: true, operation: "create" });
  await expect(create()).rejects.toThrow(new TypeError("fetch failed"));
  expect(await created()).toBe(false);
  await expect(create()).rejects.toThrow(TypeError);
  expect(await created()).toBe(true);
  expect(longport.requests.of("create")).toHaveLength(2);
});

test("slow: no answer until the client gives up", async () => {
  longport.faults.add({ kind: "slow", operation: "create" });
  const stop = new AbortController();
  const asked = ask("POST", groupsPath, { name: "new" }, { signal: stop.signal });
  const reason = new Error("enough");
  const rejected = expect(asked).rejects.toBe(reason);
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve));
  await clock.advance(3_600_000);
  stop.abort(reason);
  await rejected;
  expect(await created()).toBe(false);
});

test("slow with a delay: answers when the clock is there, and gives up its timer with the client", async () => {
  longport.faults.add({ kind: "slow", delayMs: 5000, operation: "create", times: 2 });
  const asked = create();
  while (clock.pendingTimers === 0) await new Promise((resolve) => setTimeout(resolve));
  await clock.advance(4999);
  expect(await created()).toBe(false);
  await clock.advance(1);
  const { code, headers } = await asked;
  expect([code, headers.get("date")]).toEqual([0, "Tue, 14 Nov 2023 22:13:25 GMT"]);
  const stop = new AbortController();
  const given = expect(ask("POST", groupsPath, { name: "x" }, { signal: stop.signal })).rejects.toThrow("aborted");
  while (clock.pendingTimers === 0) await new Promise((resolve) => setTimeout(resolve));
  stop.abort();
  await given;
  expect(clock.pendingTimers).toBe(0);
});

test("slow can have had its effect", async () => {
  longport.faults.add({ kind: "slow", operation: "create", applied: true });
  const stop = new AbortController();
  const asked = expect(ask("POST", groupsPath, { name: "new" }, { signal: stop.signal })).rejects.toThrow("aborted");
  while (!(await created())) await new Promise((resolve) => setTimeout(resolve));
  stop.abort();
  await asked;
});

test("skewed-clock: honest timestamps are refused; who follows the Date header comes in", async () => {
  longport.faults.add({ kind: "skewed-clock", times: 2 });
  const refused = await list();
  expect(refused).toMatchObject({ status: 403, code: 403201 });
  const serverUnixMs = Date.parse(refused.headers.get("date") ?? "");
  expect(serverUnixMs - clock.unixMs()).toBe(3_600_000);
  const corrected = longPortClient(longport.fetch, undefined, () => serverUnixMs);
  expect(await corrected("GET", groupsPath)).toMatchObject({ status: 200, code: 0 });
  longport.faults.add({ kind: "skewed-clock", skewMs: -600_000 });
  const behind = await list();
  expect(Date.parse(behind.headers.get("date") ?? "") - clock.unixMs()).toBe(-600_000);
});

test("meets only its operation or method, as often as it says, in the order of adding", async () => {
  const { faults } = longport;
  faults.add(
    { kind: "error-plain", operation: "create", times: 2 },
    { kind: "rate-limit-plain", method: "POST" },
    { kind: "expired-token", operation: "pin" },
  );
  expect((await list()).status).toBe(200);
  expect([(await create()).status, (await create()).status, (await create()).status]).toEqual([502, 502, 429]);
  expect((await create()).status).toBe(200);
  expect(faults.planned).toEqual([{ kind: "expired-token", operation: "pin" }]);
  faults.clear();
  expect(faults.planned).toEqual([]);
});

test("lasts until it is disposed of", async () => {
  {
    using _down = longport.faults.add({ kind: "error-plain", times: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 5; i++) expect((await list()).status).toBe(502);
  }
  expect((await list()).status).toBe(200);
});

test("who is not let in meets no fault but uses it up; unknown paths do not", async () => {
  longport.faults.add({ kind: "error-plain" });
  await ask("GET", "/v1/unknown");
  expect(longport.faults.planned).toHaveLength(1);
  const response = await longport.fetch(`https://longport.test${groupsPath}`);
  expect([response.status, longport.faults.planned]).toEqual([403, []]);
});

test("refuses what is no fault, all of it", () => {
  const { faults } = longport;
  expect(() => faults.add({ kind: "slow" }, { kind: "fast" as LongPortFaultKind })).toThrow(
    '[TESTKIT_FAULT] "fast" is no fault: the kinds are rate-limit-envelope, ',
  );
  expect(() => faults.add({ kind: "slow", times: 0 })).toThrow("times is 0: expected 1 or more");
  expect(faults.planned).toEqual([]);
});

test("assertClean tells of faults that have met too little, and of WebSockets and timers that are left", async () => {
  longport.assertClean();
  longport.faults.add({ kind: "slow", operation: "list", times: 2 }, { kind: "not-json", times: Infinity });
  longport.socket.faults.add({ kind: "drop" });
  const socket = longport.createWebSocket("wss://any.host/v2?version=1&codec=1&platform=9");
  await clock.advance(0);
  expect(() => longport.assertClean()).toThrow(
    `
- the fault that was planned for LongPort has met too little or nothing: { kind: "slow", operation: "list", times: 2 }
- the fault that was planned for LongPort has met too little or nothing: { kind: "not-json", times: Infinity }
- the fault that was planned for LongPort's quote socket has met too little or nothing: { kind: "drop" }
- 1 WebSocket of LongPort is open`,
  );
  longport.faults.clear();
  longport.socket.faults.clear();
  socket.close();
  await clock.advance(0);
  longport.assertClean();
});
