import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FixtureError } from "./errors.ts";
import { defaultLongPortFixture, longPortFixtureJsonSchema, parseLongPortFixture } from "./longport-fixtures.ts";

const minimal = {
  version: 1,
  securities: [{ symbol: "700.HK", name: "TENCENT" }],
  groups: [
    { type: "all", id: "1", name: "all", securities: [] as string[] },
    { type: "custom", id: "2", name: "mine", securities: ["700.HK"] },
  ],
};
type Json = typeof minimal;

test("fills in what a short fixture leaves out", () => {
  expect(parseLongPortFixture(minimal)).toEqual({
    securities: [{ symbol: "700.HK", name: "TENCENT", watchedPrice: "", watchedAt: 1_652_855_022, isPinned: false }],
    groups: [
      { type: "all", id: 1n, name: "all", securities: [] },
      { type: "custom", id: 2n, name: "mine", securities: ["700.HK"] },
    ],
  });
});

test.each<[problem: string, change: (json: Json) => unknown]>([
  [
    "securities[0].symbol: 00700.HK has leading zeros: write it as 700.HK",
    ({ securities: [one] }) => {
      one!.symbol = "00700.HK";
    },
  ],
  [
    "securities[0].watchedPrice: expected a decimal number",
    ({ securities }) => Object.assign(securities[0]!, { watchedPrice: "1e3" }),
  ],
  ["securities[1].symbol: 700.HK is already securities[0]", ({ securities }) => securities.push(securities[0]!)],
  [
    "groups[0].id: expected a whole number written as a text",
    ({ groups }) => {
      groups[0]!.id = "01";
    },
  ],
  [
    "groups[1].id: 1 is already the id of groups[0]",
    ({ groups }) => {
      groups[1]!.id = "1";
    },
  ],
  [
    'groups[1].id: groups of type "view", and no others',
    ({ groups }) => {
      groups[1]!.id = "-2";
    },
  ],
  [
    'groups[1].id: groups of type "view", and no others',
    ({ groups }) => {
      groups[1]!.type = "view";
    },
  ],
  ['groups[0].type: the first group, and no other, is of type "all"', ({ groups }) => groups.reverse()],
  ['groups: the group of type "all" is missing', ({ groups }) => groups.splice(0)],
  [
    "groups[1].securities[0]: AAPL.US is none of the securities",
    ({ groups }) => {
      groups[1]!.securities = ["AAPL.US"];
    },
  ],
  ["groups[1].securities[1]: 700.HK is in the group twice", ({ groups }) => groups[1]!.securities.push("700.HK")],
  [
    "groups[1].market: ",
    ({ groups }) => groups.splice(1, 1, { type: "market", id: "2", name: "jp", market: "JP" } as never),
  ],
])("tells the path: %s", (problem, change) => {
  const json = structuredClone(minimal);
  change(json);
  expect(() => parseLongPortFixture(json)).toThrow(FixtureError);
  expect(() => parseLongPortFixture(json)).toThrow(problem);
});

test("the checked-in JSON Schema is the one of the code", () => {
  const file = new URL("fixtures/longport-fixture.schema.json", import.meta.url);
  // To renew it: write this value there and run `npm run fix`.
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(longPortFixtureJsonSchema())));
});

test("the default fixture has what the vendor's pages show", () => {
  expect(defaultLongPortFixture.groups.map(({ type, id, name }) => [type, id, name])).toEqual([
    ["all", 2630n, "all"],
    ["view", -6n, "holdings"],
    ["market", 2631n, "us"],
    ["market", 2632n, "hk"],
    ["custom", 28020n, "信息產業組"],
    ["custom", 28021n, "Favourites"],
    ["custom", 9_007_199_254_740_993n, "big id"],
  ]);
  const symbols = defaultLongPortFixture.securities.map(({ symbol }) => symbol);
  expect(symbols).toEqual(expect.arrayContaining(["700.HK", "AAPL.US", "BABA.US", "BRK.B.US", ".DJI.US", "000001.SZ"]));
});
