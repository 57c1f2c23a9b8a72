import { beforeEach, expect, test } from "vitest";
import { FakeLongPort, type FakeLongPortOptions } from "./fake-longport.ts";
import { parseLongPortFixture } from "./longport-fixtures.ts";
import { type Answer, answerOf, longPortClient } from "./test-support/longport-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

const groupsPath = "/v1/watchlist/groups";
const favourites = 28021;

let clock: VirtualClock;
let longport: FakeLongPort;
let ask: (method: string, path: string, body?: unknown, init?: RequestInit) => Promise<Answer>;
beforeEach(() => start());

function start(options: FakeLongPortOptions = {}) {
  clock = new VirtualClock({ startUnixMs: 1_700_000_000_000 });
  longport = new FakeLongPort({ clock, ...options });
  ask = longPortClient(longport.fetch, undefined, () => clock.unixMs());
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly securities: readonly { readonly symbol: string; readonly is_pinned: boolean }[];
}

const list = async (): Promise<readonly Listed[]> => (await ask("GET", groupsPath)).data.groups;
const symbolsOf = async (id: string | number) =>
  (await list()).find((group) => group.id === String(id))?.securities.map(({ symbol }) => symbol);

const ok = { status: 200, code: 0, message: "success", data: {} };
const wrong = { status: 200, code: 310010, data: null };

test("lists the groups with the service's types", async () => {
  const { status, headers, text, code, message, data } = await ask("GET", groupsPath);
  expect([status, code, message]).toEqual([200, 0, "success"]);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("x-trace-id")).toBe("fake-trace-1");
  expect(headers.get("date")).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
  expect(data.groups.map(({ id, name }: Listed) => [id, name])).toEqual([
    ["2630", "all"],
    ["-6", "holdings"],
    ["2631", "us"],
    ["2632", "hk"],
    ["28020", "信息產業組"],
    ["28021", "Favourites"],
    ["9007199254740993", "big id"],
  ]);
  expect(text).toContain(
    '{"symbol":"700.HK","market":"HK","name":"TENCENT","watched_price":"364.400","watched_at":"1652855022","is_pinned":true}',
  );
  expect(await symbolsOf(2631)).toEqual(["AAPL.US", "BABA.US", "TSLA.US", "BRK.B.US", ".DJI.US"]);
});

test("creates as the vendor's page says: with securities in order, or empty", async () => {
  const created = await ask("POST", groupsPath, { name: "信息產業組", securities: ["BABA.US", "AAPL.US"] });
  expect(created).toMatchObject({ ...ok, data: { id: "10086" } });
  expect(await ask("POST", groupsPath, { name: "Watchlist1", securities: ["700.HK", "AAPL.US"] })).toMatchObject({
    data: { id: "10087" },
  });
  expect(await ask("POST", groupsPath, { name: "Watchlist1" })).toMatchObject({ data: { id: "10088" } });
  expect((await list()).slice(-3)).toMatchObject([
    { id: "10086", name: "信息產業組", securities: [{ symbol: "BABA.US" }, { symbol: "AAPL.US" }] },
    { id: "10087", name: "Watchlist1", securities: [{ symbol: "700.HK" }, { symbol: "AAPL.US" }] },
    { id: "10088", name: "Watchlist1", securities: [] },
  ]);
});

test("a new security comes into `all` and its market too, watched from now on", async () => {
  await ask("POST", groupsPath, { name: "new", securities: ["NVDA.US", "NVDA.US", "600519.SH"] });
  expect(await symbolsOf(10086)).toEqual(["NVDA.US", "600519.SH"]);
  expect((await symbolsOf(2630))?.slice(-2)).toEqual(["NVDA.US", "600519.SH"]);
  expect((await symbolsOf(2631))?.at(-1)).toBe("NVDA.US");
  const { data } = await ask("GET", groupsPath);
  expect(data.groups.at(-1).securities).toEqual([
    {
      symbol: "NVDA.US",
      market: "US",
      name: "NVDA.US",
      watched_price: "",
      watched_at: "1700000000",
      is_pinned: false,
    },
    {
      symbol: "600519.SH",
      market: "CN",
      name: "貴州茅臺",
      watched_price: "1731.880",
      watched_at: "1700000000",
      is_pinned: false,
    },
  ]);
});

test.each<[what: string, body: unknown]>([
  ["no name", { securities: [] }],
  ["an empty name", { name: "" }],
  ["a name of another type", { name: 1 }],
  ["securities of another type", { name: "a", securities: "700.HK" }],
  ["a security of another type", { name: "a", securities: [700] }],
  ["a symbol without region", { name: "a", securities: ["AAPL"] }],
  ["a symbol of an unknown region", { name: "a", securities: ["7203.JP"] }],
  ["a symbol in small letters", { name: "a", securities: ["AAPL.us"] }],
  ["leading zeros", { name: "a", securities: ["00700.HK"] }],
  ["a list", []],
  ["no JSON", "{"],
  ["no body", undefined],
])("refuses to create with %s, in HTTP 200, and changes nothing", async (_what, body) => {
  const before = await list();
  expect(await ask("POST", groupsPath, body)).toMatchObject(wrong);
  expect(await list()).toEqual(before);
});

test("leading zeros are told how to write it", async () => {
  const { message } = await ask("POST", groupsPath, { name: "a", securities: ["00700.HK"] });
  expect(message).toBe("00700.HK has leading zeros: write it as 700.HK");
  expect(await ask("POST", groupsPath, { name: "a", securities: ["000001.SZ", "BRK.B.US", ".DJI.US"] })).toMatchObject({
    code: 0,
  });
});

test("updates: add appends once, remove takes out, replace is exactly this list in this order", async () => {
  const update = (change: object) => ask("PUT", groupsPath, { id: favourites, ...change });
  expect(await update({ securities: ["AAPL.US", "700.HK", "AAPL.US"], mode: "add" })).toMatchObject(ok);
  expect(await symbolsOf(favourites)).toEqual(["700.HK", "BRK.B.US", "AAPL.US"]);
  expect(await update({ securities: ["700.HK", "D05.SG"], mode: "remove" })).toMatchObject(ok);
  expect(await symbolsOf(favourites)).toEqual(["BRK.B.US", "AAPL.US"]);
  expect(await symbolsOf(2630)).toContain("700.HK");
  expect(await update({ securities: ["TSLA.US", "AAPL.US"], mode: "replace" })).toMatchObject(ok);
  expect(await symbolsOf(favourites)).toEqual(["TSLA.US", "AAPL.US"]);
  expect(await update({ securities: ["AAPL.US", "TSLA.US"] })).toMatchObject(ok);
  expect(await symbolsOf(favourites)).toEqual(["AAPL.US", "TSLA.US"]);
  expect(await update({ securities: [], mode: "replace" })).toMatchObject(ok);
  expect(await symbolsOf(favourites)).toEqual([]);
});

test("renames, alone or with securities", async () => {
  await ask("PUT", groupsPath, { id: favourites, name: "Renamed" });
  expect((await list()).find(({ id }) => id === "28021")).toMatchObject({ name: "Renamed" });
  expect(await symbolsOf(favourites)).toEqual(["700.HK", "BRK.B.US"]);
  await ask("PUT", groupsPath, { id: favourites, name: "Again", securities: ["TSLA.US"], mode: "add" });
  expect((await list()).find(({ id }) => id === "28021")).toMatchObject({ name: "Again" });
  expect(await symbolsOf(favourites)).toEqual(["700.HK", "BRK.B.US", "TSLA.US"]);
});

test.each<[what: string, change: object]>([
  ["no id", { name: "a" }],
  ["an unknown id", { id: 1, name: "a" }],
  ["an id that is no number", { id: "one", name: "a" }],
  ["an id with decimals", { id: 28021.5, name: "a" }],
  ["an empty name", { id: favourites, name: "" }],
  ["the mode of the documentation's slip", { id: favourites, securities: ["D05.SG"], mode: "update" }],
  ["one wrong symbol of two", { id: favourites, name: "a", securities: ["D05.SG", "x"], mode: "add" }],
  ["holdings", { id: -6, securities: ["D05.SG"], mode: "add" }],
  ["a market", { id: 2631, securities: ["D05.SG"], mode: "add" }],
  ["a new name for `all`", { id: 2630, name: "a", securities: ["D05.SG"] }],
])("refuses to update with %s, and changes nothing", async (_what, change) => {
  const before = await list();
  expect(await ask("PUT", groupsPath, change)).toMatchObject(wrong);
  expect(await list()).toEqual(before);
});

test("`all` is the whole watchlist: what leaves it leaves every group but the views", async () => {
  const update = (change: object) => ask("PUT", groupsPath, { id: 2630, ...change });
  await update({ securities: ["D05.SG"], mode: "add" });
  expect((await symbolsOf(2630))?.at(-1)).toBe("D05.SG");
  await update({ securities: ["700.HK"], mode: "remove" });
  expect(await symbolsOf(28020)).toEqual(["BABA.US", "AAPL.US"]);
  expect(await symbolsOf(-6)).toEqual(["700.HK", "TSLA.US"]);
  await update({ securities: ["TSLA.US", "AAPL.US"], mode: "replace" });
  expect(await symbolsOf(2630)).toEqual(["TSLA.US", "AAPL.US"]);
  expect(await symbolsOf(28020)).toEqual(["AAPL.US"]);
  expect(await symbolsOf(2632)).toEqual([]);
});

test("what is watched again is watched anew, and pinned no more", async () => {
  await ask("PUT", groupsPath, { id: 2630, securities: ["700.HK"], mode: "remove" });
  await clock.advance(5000);
  await ask("PUT", groupsPath, { id: favourites, securities: ["700.HK"], mode: "add" });
  const { data } = await ask("GET", groupsPath);
  expect(data.groups[0].securities.at(-1)).toMatchObject({
    symbol: "700.HK",
    watched_at: "1700000005",
    is_pinned: false,
  });
});

test.each<[what: string, path: string, body: unknown]>([
  ["in the query", `${groupsPath}?id=28020&purge=false`, undefined],
  ["in the query, without purge", `${groupsPath}?id=28020`, undefined],
  ["in the body", groupsPath, { id: 28020, purge: false }],
  ["in the body, as text", groupsPath, { id: "28020" }],
])("deletes by parameters %s; the securities stay in `all`", async (_what, path, body) => {
  const before = await symbolsOf(2630);
  expect(await ask("DELETE", path, body)).toMatchObject(ok);
  expect((await list()).map(({ id }) => id)).not.toContain("28020");
  expect(await symbolsOf(2630)).toEqual(before);
});

test.each<[path: string, body: unknown]>([
  [`${groupsPath}?id=28020&purge=true`, undefined],
  [groupsPath, { id: 28020, purge: true }],
])("purge takes the securities off the watchlist: DELETE %s %j", async (path, body) => {
  expect(await ask("DELETE", path, body)).toMatchObject(ok);
  expect(await symbolsOf(2630)).toEqual(["9988.HK", "TSLA.US", "BRK.B.US", ".DJI.US"]);
  expect(await symbolsOf(favourites)).toEqual(["BRK.B.US"]);
});

test("purge can mean the group only, as the vendor's other source has it", async () => {
  start({ purge: "group-only" });
  const before = await symbolsOf(2630);
  expect(await ask("DELETE", `${groupsPath}?id=28020&purge=true`)).toMatchObject(ok);
  expect(await symbolsOf(2630)).toEqual(before);
  expect(await symbolsOf(favourites)).toEqual(["700.HK", "BRK.B.US"]);
});

test.each(["", "?id=-6", "?id=2630", "?id=2631", "?id=1", "?id=28020&purge=1", "?id="])(
  "refuses DELETE %s",
  async (query) => {
    const before = await list();
    expect(await ask("DELETE", `${groupsPath}${query}`)).toMatchObject(wrong);
    expect(await list()).toEqual(before);
  },
);

test("pins in every group at once", async () => {
  const pinned = async () =>
    (await list()).map(({ securities }) => securities.filter((each) => each.is_pinned).map(({ symbol }) => symbol));
  const pin = (body: object) => ask("POST", "/v1/watchlist/pinned", body);
  expect(await pin({ mode: "add", securities: ["AAPL.US"] })).toMatchObject(ok);
  const both = ["700.HK", "AAPL.US"];
  expect(await pinned()).toEqual([both, ["700.HK"], ["AAPL.US"], ["700.HK"], [...both].reverse(), ["700.HK"], []]);
  expect(await pin({ mode: "remove", securities: ["700.HK", "AAPL.US", "D05.SG"] })).toMatchObject(ok);
  expect((await pinned()).flat()).toEqual([]);
});

test.each<[what: string, body: object]>([
  ["without mode", { securities: ["AAPL.US"] }],
  ["with another mode", { mode: "replace", securities: ["AAPL.US"] }],
  ["without securities", { mode: "add" }],
  ["of what is not on the watchlist", { mode: "add", securities: ["AAPL.US", "D05.SG"] }],
])("refuses pinning %s", async (_what, body) => {
  const before = await list();
  expect(await ask("POST", "/v1/watchlist/pinned", body)).toMatchObject(wrong);
  expect(await list()).toEqual(before);
});

test("the watchlist is full at a thousand securities, or at what it was told", async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `T${index}.US`);
  const full = { status: 200, code: 701006, message: "exceed_limit_error" };
  expect(await ask("POST", groupsPath, { name: "a", securities: many(993) })).toMatchObject({ code: 0 });
  expect(await symbolsOf(2630)).toHaveLength(1000);
  expect(await ask("POST", groupsPath, { name: "b", securities: ["NVDA.US"] })).toMatchObject(full);
  expect(await ask("PUT", groupsPath, { id: favourites, securities: ["NVDA.US"], mode: "add" })).toMatchObject(full);
  expect(await ask("PUT", groupsPath, { id: 2630, securities: many(1001), mode: "replace" })).toMatchObject(full);
  expect(await ask("POST", groupsPath, { name: "b", securities: many(2) })).toMatchObject({ code: 0 });
  expect(await ask("PUT", groupsPath, { id: 2630, securities: ["NVDA.US"] })).toMatchObject({ code: 0 });
  start({ maxSecurities: 3 });
  expect(await ask("PUT", groupsPath, { id: favourites, securities: ["TSLA.US"], mode: "add" })).toMatchObject({
    code: 0,
  });
  expect(await ask("PUT", groupsPath, { id: favourites, securities: ["NVDA.US"], mode: "add" })).toMatchObject(full);
});

test("ids are exact beyond 2^53, as numbers and as texts, in requests and in the history", async () => {
  const id = "9007199254740993";
  expect(await ask("PUT", groupsPath, `{"id":${id},"securities":["AAPL.US"]}`)).toMatchObject(ok);
  expect(await symbolsOf(id)).toEqual(["AAPL.US"]);
  expect(await ask("PUT", groupsPath, { id, name: "b" })).toMatchObject(ok);
  // What a client makes of it that reads it as a double.
  expect(await ask("PUT", groupsPath, { id: Number(id), name: "c" })).toMatchObject(wrong);
  expect(longport.requests.of("update").map(({ body }) => body)).toEqual([
    { id: 9_007_199_254_740_993n, securities: ["AAPL.US"] },
    { id, name: "b" },
    // The digits were those of ..992, which a number holds.
    { id: 9_007_199_254_740_992n, name: "c" },
  ]);
  expect(await ask("DELETE", `${groupsPath}?id=${id}`)).toMatchObject(ok);
});

test("new ids do not meet old ones", async () => {
  const fixture = parseLongPortFixture({
    version: 1,
    securities: [],
    groups: [
      { type: "all", id: "10086", name: "all" },
      { type: "custom", id: "10087", name: "a", securities: [] },
    ],
  });
  start({ fixture });
  expect(await ask("POST", groupsPath, { name: "b" })).toMatchObject({ data: { id: "10088" } });
});

test("can answer as the vendor's pages show it", async () => {
  start({ answers: "documented" });
  expect((await ask("POST", groupsPath, { name: 'a "id":"7"' })).text).toBe('{"code":0,"data":{"id":10086}}');
  expect((await ask("PUT", groupsPath, { id: 10086, name: 'a "id":"8"' })).text).toBe('{"code":0}');
  const { text } = await ask("GET", groupsPath);
  expect(text).toContain('{"id":9007199254740993,"name":"big id"');
  expect(text).toContain(String.raw`"name":"a \"id\":\"8\""`);
});

test("unknown paths and methods are refused, and kept in the history", async () => {
  expect(await ask("GET", "/watchlist/groups")).toMatchObject({ status: 404, code: 404001, data: null });
  expect(await ask("GET", "/v1/toString")).toMatchObject({ status: 404 });
  expect(await ask("PATCH", groupsPath, {})).toMatchObject({ status: 405, code: 405001 });
  expect(longport.requests.all.map(({ operation, method, path }) => [operation, method, path])).toEqual([
    [undefined, "GET", "/watchlist/groups"],
    [undefined, "GET", "/v1/toString"],
    [undefined, "PATCH", groupsPath],
  ]);
});

test("remembers requests without their headers", async () => {
  await ask("GET", groupsPath);
  await clock.advance(10);
  await ask("DELETE", `${groupsPath}?id=28020&purge=true`);
  await ask("POST", groupsPath, "{");
  expect(longport.requests.all).toEqual([
    { operation: "list", method: "GET", path: groupsPath, query: {}, body: undefined, atMs: 0 },
    {
      operation: "delete",
      method: "DELETE",
      path: groupsPath,
      query: { id: "28020", purge: "true" },
      body: undefined,
      atMs: 10,
    },
    { operation: "create", method: "POST", path: groupsPath, query: {}, body: "{", atMs: 10 },
  ]);
  longport.requests.clear();
  expect(longport.requests.all).toEqual([]);
});

test("a body of more than a mebibyte is refused", async () => {
  const answer = await ask("POST", groupsPath, { name: "x".repeat(1024 * 1024) });
  expect(answer).toMatchObject({ status: 413, code: 413001 });
  expect(longport.requests.all).toEqual([]);
});

test("fetch takes a Request, a URL or a text, needs no this, and tells an abort by its reason", async () => {
  const { fetch } = longport;
  const headers = { authorization: "Bearer fake-bearer-token" };
  const url = `https://any.host.test${groupsPath}`;
  for (const response of [
    await fetch(new Request(url, { headers })),
    await fetch(new URL(url), { headers }),
    await fetch(url, { headers }),
  ])
    expect(response.ok).toBe(true);
  await expect(fetch("no URL")).rejects.toThrow(TypeError);
  const reason = new Error("enough");
  await expect(fetch(url, { headers, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const stop = new AbortController();
  const asked = fetch(url, { headers, signal: stop.signal });
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test("a page of another origin may ask, list and update with a bearer token", async () => {
  const url = `https://longport.test${groupsPath}`;
  const asked = await longport.fetch(url, {
    method: "OPTIONS",
    headers: {
      origin: "https://page.test",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, PUT, DELETE",
    "access-control-allow-headers": "authorization,content-type",
  });
  expect(longport.requests.all).toEqual([]);
  const headers = { authorization: "Bearer fake-bearer-token", "content-type": "application/json" };
  const body = '{"id":"28021","securities":["TSLA.US"],"mode":"add"}';
  for (const response of [
    await longport.fetch(url, { headers }),
    await longport.fetch(url, { method: "PUT", headers, body }),
  ]) {
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toContain("x-trace-id");
    expect(await answerOf(response)).toMatchObject({ code: 0 });
  }
  // A refusal has to be readable as well.
  expect((await longport.fetch(url)).headers.get("access-control-allow-origin")).toBe("*");
});

test("without cors a browser would keep pages out", async () => {
  start({ cors: false });
  const headers = { authorization: "Bearer fake-bearer-token", "access-control-request-headers": "authorization" };
  for (const method of ["OPTIONS", "GET"]) {
    const response = await longport.fetch(`https://longport.test${groupsPath}`, { method, headers });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});
