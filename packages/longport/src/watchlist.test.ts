import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { expectedSignature } from "./testing/node-signature.ts";
import { json, ok } from "./testing/scripted-fetch.ts";

const URL_OF_GROUPS = "https://openapi.longportapp.com/v1/watchlist/groups";

describe("create", () => {
  test("the vendor's sample, request and reply", async () => {
    const { lp, server } = withApiKey([json('{\n  "code": 0,\n  "data": {\n    "id": 10086\n  }\n}')]);
    expect(await lp.watchlist.create("Watchlist1", ["700.HK", "AAPL.US"])).toBe(10086n);
    const { method, url, headers, body } = server.only;
    expect(`${method} ${url.href}`).toBe(`POST ${URL_OF_GROUPS}`);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(body).toBe('{"name":"Watchlist1","securities":["700.HK","AAPL.US"]}');
  });

  test("the parameters' examples: a name in Chinese goes out as UTF-8, and the order stays", async () => {
    const { lp, server } = withApiKey([ok('{"id":"10086"}')]);
    expect(await lp.watchlist.create("信息產業組", ["BABA.US", "AAPL.US"])).toBe(10086n);
    expect(server.only.body).toBe('{"name":"信息產業組","securities":["BABA.US","AAPL.US"]}');
    expect(server.only.headers.get("x-api-signature")).toBe(expectedSignature(server.only, credentials.appSecret));
  });

  test.each([[undefined], [[]]])("with the securities %j it makes an empty group", async (securities) => {
    const { lp, server } = withApiKey([ok('{"id":1}')]);
    expect(await lp.watchlist.create("empty", securities)).toBe(1n);
    expect(server.only.body).toBe('{"name":"empty"}');
  });

  test.each([
    '{"code":0}',
    '{"code":0,"data":null}',
    '{"code":0,"data":{}}',
    '{"code":0,"data":{"id":"abc"}}',
    '{"code":0,"data":{"id":null}}',
  ])("%s has no id: the group may exist", async (reply) => {
    const harness = withApiKey([json(reply)]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NO_ID", outcome: "unknown", retryable: false });
    expect(error.message).toContain("the group may exist, so list the groups before you repeat it");
    expect(harness.server.sent).toHaveLength(1);
  });
});

describe("list", () => {
  const full = {
    groups: [
      {
        id: "2630",
        name: "all",
        securities: [
          {
            symbol: "700.HK",
            market: "HK",
            name: "TENCENT",
            watched_price: "364.4",
            watched_at: "1652855022",
            is_pinned: true,
            more: {},
          },
          { symbol: "BRK.B.US", market: "US", name: "Berkshire", watched_price: "", watched_at: "", is_pinned: false },
        ],
      },
      { id: "-6", name: "holdings", securities: [] },
    ],
  };

  test("groups as they come", async () => {
    const { lp, server } = withApiKey([ok(JSON.stringify(full))]);
    expect(await lp.watchlist.list()).toEqual([
      {
        id: 2630n,
        name: "all",
        isReadOnly: false,
        securities: [
          {
            symbol: "700.HK",
            market: "HK",
            name: "TENCENT",
            watchedPrice: "364.4",
            watchedAt: new Date("2022-05-18T06:23:42Z"),
            isPinned: true,
          },
          {
            symbol: "BRK.B.US",
            market: "US",
            name: "Berkshire",
            watchedPrice: undefined,
            watchedAt: undefined,
            isPinned: false,
          },
        ],
      },
      { id: -6n, name: "holdings", isReadOnly: true, securities: [] },
    ]);
    expect(`${server.only.method} ${server.only.url.href} ${server.only.body}`).toBe(`GET ${URL_OF_GROUPS} `);
    expect(server.only.headers.has("content-type")).toBe(false);
  });

  test.each([
    '{"code":0}',
    '{"code":0,"data":null}',
    '{"code":0,"data":{}}',
    '{"code":0,"msg":"","data":{"groups":null}}',
    '{"code":"0","data":{"groups":[]}}',
  ])("%s is an empty watchlist", async (reply) => {
    expect(await withApiKey([json(reply)]).lp.watchlist.list()).toEqual([]);
  });

  test.each([
    ['{"id":7}', { id: 7n, name: "", securities: [] }],
    ['{"id":7,"securities":null}', { id: 7n, securities: [] }],
    ['{"id":9007199254740993}', { id: 9007199254740993n }],
  ])("the group %s", async (group, expected) => {
    const [read] = await withApiKey([ok(`{"groups":[${group}]}`)]).lp.watchlist.list();
    expect(read).toMatchObject(expected);
  });

  test.each([
    ['"watched_price":0.12345678901234567890123456789', { watchedPrice: "0.12345678901234567890123456789" }],
    ['"watched_price":null', { watchedPrice: undefined }],
    ['"watched_at":1652855022', { watchedAt: new Date(1_652_855_022_000) }],
    ['"watched_at":"0"', { watchedAt: undefined }],
    ['"watched_at":"yesterday"', { watchedAt: undefined }],
    ['"watched_at":99999999999999999999', { watchedAt: undefined }],
    ['"is_pinned":null', { isPinned: false, name: "", market: "" }],
  ])("the security field %s", async (field, expected) => {
    const reply = `{"groups":[{"id":1,"securities":[{"symbol":"700.HK",${field}}]}]}`;
    const [group] = await withApiKey([ok(reply)]).lp.watchlist.list();
    expect(group?.securities[0]).toMatchObject(expected);
  });

  test.each([
    ['{"groups":[{"id":1},{"id":"x"}]}', "groups[1].id is not an integer"],
    ['{"groups":[{"id":1,"securities":[{"symbol":""}]}]}', "groups[0].securities[0].symbol is missing"],
    ['{"groups":[{"id":1,"securities":["700.HK"]}]}', "groups[0].securities[0].symbol is missing"],
  ])("%s cannot be read, and it says where", async (data, problem) => {
    const harness = withApiKey([ok(data)]);
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error.message).toBe(`[LONGPORT_BAD_REPLY] GET /v1/watchlist/groups: ${problem}`);
  });
});

describe("update", () => {
  test.each([
    [
      { name: "WatchList2", securities: ["700.HK", "AAPL.US"], mode: "replace" },
      '"name":"WatchList2","securities":["700.HK","AAPL.US"],"mode":"replace"',
    ],
    [{ name: "信息產業組" }, '"name":"信息產業組"'],
    [{ securities: ["3690.HK"], mode: "add" }, '"securities":["3690.HK"],"mode":"add"'],
    [{ securities: ["3690.HK"], mode: "remove" }, '"securities":["3690.HK"],"mode":"remove"'],
    [{ securities: [], mode: "replace" }, '"securities":[],"mode":"replace"'],
  ] as const)("%j", async (change, rest) => {
    const { lp, server } = withApiKey([json('{"code":0}')]);
    expect(await lp.watchlist.update(10086n, change)).toBeUndefined();
    expect(`${server.only.method} ${server.only.url.href}`).toBe(`PUT ${URL_OF_GROUPS}`);
    expect(server.only.body).toBe(`{"id":10086,${rest}}`);
  });
});

describe("delete", () => {
  test.each([
    [undefined, "id=10086&purge=false"],
    [{ purge: true }, "id=10086&purge=true"],
  ])("with %j", async (options, query) => {
    const { lp, server } = withApiKey([ok()]);
    expect(await lp.watchlist.delete(10086, options)).toBeUndefined();
    expect(`${server.only.method} ${server.only.url.href}`).toBe(`DELETE ${URL_OF_GROUPS}?${query}`);
    expect(server.only.init.body).toBeNull();
  });
});

test.each([
  ["pin", "add"],
  ["unpin", "remove"],
] as const)("%s", async (method, mode) => {
  const { lp, server } = withApiKey([ok("null")]);
  expect(await lp.watchlist[method](["700.HK"])).toBeUndefined();
  expect(`${server.only.method} ${server.only.url.pathname}`).toBe("POST /v1/watchlist/pinned");
  expect(server.only.body).toBe(`{"mode":"${mode}","securities":["700.HK"]}`);
});

test("every request carries the signature that the server computes", async () => {
  const { lp, server } = withApiKey([ok('{"id":1,"token":"m_new"}')]);
  await lp.watchlist.list();
  await lp.watchlist.create("組 \u{1f4c8}", ["700.HK"]);
  await lp.watchlist.update(1, { securities: [], mode: "replace" });
  await lp.watchlist.delete(1, { purge: true });
  await lp.watchlist.pin(["700.HK"]);
  await lp.refreshToken({ adopt: false });
  expect(server.sent).toHaveLength(6);
  for (const sent of server.sent)
    expect(sent.headers.get("x-api-signature")).toBe(expectedSignature(sent, credentials.appSecret));
});

describe("ids", () => {
  const ids = fc.oneof(
    fc.bigInt(1n, 2n ** 63n - 1n),
    fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n),
  );

  test("up to 2^63 - 1 are exact both ways, as numbers and as texts", async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.boolean(), fc.boolean(), async (id, isText, givesText) => {
        const { lp, server } = withBearer(
          [ok(`{"id":${isText ? `"${id}"` : id}}`), ok(`{"groups":[{"id":${id}}]}`), ok()],
          {
            pacing: false,
          },
        );
        expect(await lp.watchlist.create("a")).toBe(id);
        expect((await lp.watchlist.list())[0]?.id).toBe(id);
        const given = givesText ? String(id) : id;
        await lp.watchlist.update(given, { name: "b" });
        expect(server.sent[2]?.body).toBe(`{"id":${id},"name":"b"}`);
        await lp.watchlist.delete(given);
        expect(server.sent[3]?.url.search).toBe(`?id=${id}&purge=false`);
      }),
    );
  });

  test.each([
    [-6n, "id -6 is negative: that is a view which LongPort makes itself, and nobody can change"],
    ["-6", "id -6 is negative: that is a view which LongPort makes itself, and nobody can change"],
    [0, "id must be from 1 to 2^63 - 1"],
    [2n ** 63n, "id must be from 1 to 2^63 - 1"],
    [2 ** 53, "id must be a bigint, a whole number up to 2^53 - 1, or a text of digits"],
    [1.5, "id must be a bigint, a whole number up to 2^53 - 1, or a text of digits"],
    ["1e3", "id must be a bigint, a whole number up to 2^53 - 1, or a text of digits"],
    ["", "id must be a bigint, a whole number up to 2^53 - 1, or a text of digits"],
    [undefined as never, "id must be a bigint, a whole number up to 2^53 - 1, or a text of digits"],
  ])("%s cannot be changed or deleted", async (id, problem) => {
    const harness = withApiKey([ok()]);
    const { watchlist } = harness.lp;
    for (const call of [() => watchlist.update(id, { name: "a" }), () => watchlist.delete(id)]) {
      const error = await failureOf(harness, call());
      expect(error).toMatchObject({ code: "LONGPORT_INVALID_ARGUMENT", outcome: "not-sent" });
      expect(error.message).toBe(`[LONGPORT_INVALID_ARGUMENT] ${problem}`);
    }
    expect(harness.server.sent).toEqual([]);
  });
});

describe("wrong arguments are told before anything is sent", () => {
  type Lists = ReturnType<typeof withApiKey>["lp"]["watchlist"];
  test.each<[string, (lists: Lists) => Promise<unknown>]>([
    ["name must be a text that is not empty", (lists) => lists.create("")],
    ["name must be a text that is not empty", (lists) => lists.create(undefined as never)],
    ["name must be a text that is not empty", (lists) => lists.update(1, { name: "" })],
    [
      'securities[1] must be ticker and region, such as "700.HK" or "AAPL.US"',
      (lists) => lists.create("a", ["1.HK", "700"]),
    ],
    ['securities[0] must be ticker and region, such as "700.HK" or "AAPL.US"', (lists) => lists.pin(["HK.00700"])],
    ['securities must be a list, such as ["700.HK", "AAPL.US"]', (lists) => lists.unpin("700.HK" as never)],
    ["an update needs a name, or securities with a mode", (lists) => lists.update(1, {} as never)],
    ["a mode needs securities", (lists) => lists.update(1, { name: "a", mode: "add" } as never)],
    ["securities need a mode: add, remove, replace", (lists) => lists.update(1, { securities: [] } as never)],
    [
      "securities need a mode: add, remove, replace",
      (lists) => lists.update(1, { securities: [], mode: "update" } as never),
    ],
    ["timeoutMs must be a number above 0", (lists) => lists.list({ timeoutMs: 0 })],
    ["timeoutMs must be a number above 0", (lists) => lists.list({ timeoutMs: Number.NaN })],
  ])("%s", async (problem, call) => {
    const harness = withApiKey([ok()]);
    const error = await failureOf(harness, call(harness.lp.watchlist));
    expect(error.message).toBe(`[LONGPORT_INVALID_ARGUMENT] ${problem}`);
    expect(error.outcome).toBe("not-sent");
    expect(harness.server.sent).toEqual([]);
  });

  test.each([".DJI.US", "BRK.B.US", "AAPL230317P160000.US", "000001.SZ", "BTCUSD.HAS", "D05.SG", "700.hk"])(
    "%s is a symbol",
    async (symbol) => {
      const { lp, server } = withApiKey([ok()]);
      await lp.watchlist.pin([symbol]);
      expect(server.sent).toHaveLength(1);
    },
  );
});
