import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "./csv.ts";
import { WatchlistError } from "./errors.ts";
import { exportGroups, groupsFromCsv, groupsFromJson, groupsToCsv, groupsToJson, type SavedGroup } from "./saved.ts";
import { sync } from "./sync.ts";
import { futuBroker, futuFixture, longPortBroker, longPortFixture } from "./testing/brokers.ts";

const symbol = fc.constantFrom("700.HK", "BRK.B.US", ".DJI.US", "futu:HK.HSImain", "longport:BTCUSD.HAS", "000001.SZ");
/** Also what a spreadsheet would run, and what CSV has to quote. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^['=+\-@\t\r\n", ]{1,5}[a-z(]{0,5}$/),
  fc.constantFrom('=HYPERLINK("http://x")', "'", "''=1", "信息產業組", "a\r\nb", "\uFEFF"),
);
const group = fc.record({
  id: text,
  name: text,
  items: fc.array(fc.oneof(fc.record({ symbol }), fc.record({ symbol, name: text.filter((name) => name !== "") })), {
    maxLength: 5,
  }),
});
const groups = fc.uniqueArray(group, { selector: ({ id }) => id, maxLength: 5 });

test("JSON and CSV hold whatever groups there are", () => {
  fc.assert(
    fc.property(groups, (saved) => {
      expect(groupsFromJson(groupsToJson(saved))).toEqual(saved);
      expect(groupsFromCsv(groupsToCsv(saved))).toEqual(saved);
    }),
    { numRuns: 1000 },
  );
});

test("no cell of the CSV begins like a formula", () => {
  fc.assert(
    fc.property(groups, (saved) => {
      // By the grammar alone, without taking the apostrophes away.
      const cells = groupsToCsv(saved).match(/(?<=^|,|\r\n)(?:"(?:[^"]|"")*"|[^",\r\n]*)(?=,|\r\n)/g) ?? [];
      expect(cells.filter((cell) => /^"?[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("the files look like this", () => {
  const saved: SavedGroup[] = [
    { id: "#1", name: '=Tech, "mine"', items: [{ symbol: "700.HK", name: "TENCENT" }, { symbol: ".DJI.US" }] },
    { id: "#2", name: "empty", items: [] },
  ];
  expect(groupsToCsv(saved)).toBe(
    [
      "group_id,group,symbol,name",
      '#1,"\'=Tech, ""mine""",700.HK,TENCENT',
      '#1,"\'=Tech, ""mine""",.DJI.US,',
      "#2,empty,,",
      "",
    ].join("\r\n"),
  );
  expect(JSON.parse(groupsToJson(saved))).toEqual({ format: "tickwire.watchlist", version: 1, groups: saved });
});

describe("a file that somebody else made", () => {
  test("needs only two columns, in any order and case, and may have others", () => {
    const csv = '\uFEFFSymbol,Note,GROUP\n0700.hk,"a,b",Tech\n\nfutu:HK.00005,,Tech\naapl.us,,US\n';
    expect(() => groupsFromCsv(csv)).not.toThrow();
    expect(groupsFromCsv("symbol,group\r700.HK,Tech\rAAPL.US")).toEqual([
      { id: "Tech", name: "Tech", items: [{ symbol: "700.HK" }] },
      { id: "", name: "", items: [{ symbol: "AAPL.US" }] },
    ]);
    expect(groupsFromCsv(csv)[0]).toEqual({
      id: "Tech",
      name: "Tech",
      items: [{ symbol: "700.HK" }, { symbol: "5.HK" }],
    });
  });

  test.each([
    ["", 'line 1: there is no column "group"'],
    ["group,name\na,b", 'line 1: there is no column "symbol"'],
    ['group,symbol\na,700.HK\n\n"b\nc",HK.00700', 'line 4: "HK.00700" is not a symbol'],
    ['group,symbol\na,"700.HK', "line 2: a quotation mark is not closed"],
    ['group,symbol\na,7"00.HK', "line 2: a quotation mark"],
    ['group,symbol\na,"700.HK"x', "line 2: a quotation mark"],
  ])("%j is refused: %s", (csv, why) => {
    expect(() => groupsFromCsv(csv)).toThrow(WatchlistError);
    expect(() => groupsFromCsv(csv)).toThrow(`[WATCHLIST_BAD_FILE] ${why}`);
  });

  test.each([
    ["{", "the text: it is not JSON"],
    ["null", 'format: expected "tickwire.watchlist"'],
    ['{"format":"tickwire.watchlist","version":2}', "version: expected 1"],
    ['{"format":"tickwire.watchlist","version":1}', "groups: expected a list"],
    ['{"format":"tickwire.watchlist","version":1,"groups":[{}]}', "groups[0].id: expected a text"],
    [
      '{"format":"tickwire.watchlist","version":1,"groups":[{"id":"a","name":"a"}]}',
      "groups[0].items: expected a list",
    ],
    [
      '{"format":"tickwire.watchlist","version":1,"groups":[{"id":"a","name":"a","items":[{"symbol":"x"}]}]}',
      'groups[0].items[0].symbol: "x" is not a symbol',
    ],
  ])("%j is refused: %s", (json, why) => {
    expect(() => groupsFromJson(json)).toThrow(WatchlistError);
    expect(() => groupsFromJson(json)).toThrow(`[WATCHLIST_BAD_FILE] ${why}`);
  });

  test("any text is read or refused, in time that grows with its length only", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[",\r\nab']{0,40}$/), (csv) => {
        try {
          readCsv(csv);
        } catch (error) {
          expect(error).toBeInstanceOf(WatchlistError);
        }
      }),
    );
    expect(() => readCsv(`"${'""'.repeat(100_000)}`)).toThrow(WatchlistError);
    expect(readCsv("a,".repeat(100_000))[0]?.cells).toHaveLength(100_001);
  });
});

describe("export and import", () => {
  test("brings the user's groups from one broker to the other by a file", async () => {
    const futu = await futuBroker({ fixture: futuFixture({ B: ["HK.00003", "HK.HSImain"], A: ["US.AAPL"], "": [] }) });
    const longport = longPortBroker({ fixture: longPortFixture({}) });
    const saved = await exportGroups(futu.watchlist);
    expect(saved.map(({ name }) => name)).toEqual(["B", "A", ""]);
    for (const { name, items } of groupsFromCsv(groupsToCsv(saved)).filter(({ items }) => items.length > 0)) {
      const symbols = items.map((item) => item.symbol);
      await sync({ symbols }, { watchlist: longport.watchlist, group: name }, { create: true });
    }
    expect(await longport.members("B")).toEqual(["3.HK"]);
    expect(await longport.members("A")).toEqual(["AAPL.US"]);
    await futu.client.close();
  });

  test("takes the groups that are named, also the broker's own", async () => {
    const { watchlist } = longPortBroker();
    const saved = await exportGroups(watchlist, ["holdings", "#28021"]);
    expect(saved.map(({ id, items }) => [id, items.map((item) => item.symbol)])).toEqual([
      ["#-6", ["700.HK", "TSLA.US"]],
      ["#28021", ["700.HK", "BRK.B.US"]],
    ]);
    await expect(exportGroups(watchlist, ["nope"])).rejects.toMatchObject({ code: "WATCHLIST_NO_GROUP" });
  });
});
