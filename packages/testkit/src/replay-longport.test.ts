import { expect, test } from "vitest";
import { type ReplayLongPortOptions, replayLongPort } from "./replay-longport.ts";
import { recordingText } from "./test-support/recording-text.ts";

const path = "/v1/watchlist/groups";
const created = (n: number, name: string, id: string) =>
  [
    { event: "http-request", n, method: "POST", path, query: {}, message: { name } },
    { event: "http-reply", n, status: 200, contentType: "application/json", message: { code: 0, data: { id } } },
  ] as const;
const events = [
  ...created(1, "a", "1"),
  { event: "http-request", n: 2, method: "DELETE", path, query: { id: "1", purge: "false" } },
  {
    event: "http-reply",
    n: 2,
    status: 429,
    contentType: "text/plain",
    retryAfterSeconds: 7,
    bytes: 4,
    body: Buffer.from("slow").toString("base64"),
  },
  ...created(3, "a", "3"),
] as const;
const text = recordingText(events, { dialect: "http" });

const start = (options: ReplayLongPortOptions = {}, recorded = text) => {
  const lines: string[] = [];
  const longport = replayLongPort(recorded, { ...options, log: (line) => lines.push(line) });
  const send = (method: string, query: string, body?: object) =>
    longport.fetch(`https://any.host${path}${query}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return { longport, send, lines };
};
const idOf = async (answer: Promise<Response>) => (await (await answer).json()).data?.id;

test("strict: the recorded order, without a look at who asks", async () => {
  const { longport, send } = start();
  expect(await idOf(send("POST", "", { name: "a" }))).toBe("1");
  const limited = await send("DELETE", "?purge=false&id=1");
  expect([limited.status, limited.headers.get("retry-after"), await limited.text()]).toEqual([429, "7", "slow"]);
  expect(await idOf(send("POST", "", { name: "a" }))).toBe("3");
  longport.assertClean();
  expect(longport.requests.of("create")).toHaveLength(2);
});

test("strict: another request is refused, and both are told", async () => {
  const { longport, send, lines } = start();
  const refused = await send("POST", "", { name: "b" });
  const problem =
    'expected POST /v1/watchlist/groups {"query":{},"body":{"name":"a"}} (line 2); got POST /v1/watchlist/groups {"query":{},"body":{"name":"b"}}';
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: 400_000, message: `the replay ${problem}` });
  expect(lines).toEqual([`the replay ${problem}`]);
  expect(longport.unused).toHaveLength(3);
  expect(() => longport.assertClean()).toThrow(
    expect.objectContaining({
      code: "TESTKIT_NOT_CLEAN",
      problems: [
        { kind: "replay-mismatch", message: problem },
        ...longport.unused.map((each) => ({ kind: "replay-unused", message: `nobody has asked ${each}` })),
      ],
    }),
  );
});

test("lenient: the first like it, then the last again, else the fake, which lets nobody in without a token", async () => {
  const { send } = start({ mode: "lenient" });
  expect((await send("DELETE", "?id=1&purge=false")).status).toBe(429);
  expect(await idOf(send("POST", "", { name: "a" }))).toBe("1");
  expect(await idOf(send("POST", "", { name: "a" }))).toBe("3");
  expect(await idOf(send("POST", "", { name: "a" }))).toBe("3");
  expect((await send("POST", "", { name: "b" })).status).toBe(403);
});

test("ids beyond 2^53 are compared and answered exactly", async () => {
  const big = '{"id":9007199254740993}';
  const recorded = recordingText([], { dialect: "http" }).concat(
    `{"at":0,"conn":1,"event":"http-request","n":1,"method":"PUT","path":"${path}","query":{},"message":${big}}\n`,
    `{"at":0,"conn":1,"event":"http-reply","n":1,"status":200,"contentType":"application/json","message":${big}}\n`,
  );
  const { longport } = start({}, recorded);
  const put = (body: string) => longport.fetch(`https://any.host${path}`, { method: "PUT", body });
  expect((await put('{"id":9007199254740992}')).status).toBe(400);
  expect(await (await put(big)).text()).toBe(big);
});

test("a request that got no answer gets none", async () => {
  const { longport } = start({}, recordingText([events[0]], { dialect: "http" }));
  await expect(longport.fetch(`https://any.host${path}`, { method: "POST", body: '{"name":"a"}' })).rejects.toThrow(
    "fetch failed",
  );
});

test("a recording of OpenD is sent to the right place", () => {
  expect(() => replayLongPort(recordingText([]))).toThrow("replay it by replay");
});
