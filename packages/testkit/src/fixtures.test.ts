import { readFileSync } from "node:fs";
import { TickwireError } from "@tickwire/session";
import { expect, test } from "vitest";
import { FixtureError } from "./errors.ts";
import type { Fixture } from "./fixture.ts";
import { defaultFixture, fixtureJsonSchema, parseFixture } from "./fixtures.ts";

const stock = {
  symbol: "HK.00001",
  id: "9007199254740993",
  lotSize: 500,
  secType: 3,
  name: "One",
  listTime: "1972-11-01",
  quote: { curPrice: 50 },
};
const minimal = { version: 1, securities: [stock], groups: [{ name: "Mine", type: "custom", members: ["HK.00001"] }] };

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** The message of the error for a fixture in which one value was changed. */
function problemWith(change: (json: typeof minimal) => unknown): string {
  const json = structuredClone(minimal);
  change(json);
  try {
    parseFixture(json);
  } catch (error) {
    if (!(error instanceof FixtureError && error instanceof TickwireError)) throw error;
    expect(error.code).toBe("TESTKIT_FIXTURE");
    return error.message.replace("[TESTKIT_FIXTURE] ", "");
  }
  throw new Error("the fixture was taken");
}

test("fills in what a short fixture leaves out", () => {
  const { gateway, securities } = parseFixture(minimal);
  expect(gateway).toEqual({
    language: "en",
    serverVer: 1011,
    serverBuildNo: 7108,
    loginUserID: 10_000_001n,
    userAttribution: 1,
    watchlistCap: 500,
    subscriptionQuota: 300,
  });
  expect(securities[0]?.id).toBe(9_007_199_254_740_993n);
  expect(securities[0]?.quote).toEqual({
    curPrice: 50,
    lastClosePrice: 50,
    openPrice: 50,
    highPrice: 50,
    lowPrice: 50,
    priceSpread: 0.05,
    volume: 0n,
    turnover: 0,
    turnoverRate: 0,
    isSuspended: false,
  });
});

test.each<[path: string, problem: string, change: (json: Fixture & typeof minimal) => void]>([
  ["version", "expected 1", (json) => Object.assign(json, { version: 2 })],
  ["securities[0].lotSize", "expected number", (json) => Object.assign(json.securities[0]!, { lotSize: "500" })],
  ["securities[0].lotSize", "expected int", (json) => Object.assign(json.securities[0]!, { lotSize: 0.5 })],
  ["securities[0].id", "expected string", (json) => Object.assign(json.securities[0]!, { id: 1 })],
  ["securities[0].id", "a whole number written as a text", (json) => Object.assign(json.securities[0]!, { id: "1e3" })],
  ["securities[0].id", "does not fit 64 bits", (json) => Object.assign(json.securities[0]!, { id: `${2n ** 63n}` })],
  ["securities[0].name", "expected a text", (json) => Object.assign(json.securities[0]!, { name: { en: "One" } })],
  ["securities[0].symbol", "not a symbol", (json) => Object.assign(json.securities[0]!, { symbol: "00001" })],
  [
    "securities[0].symbol",
    'write it as "HK.00001"',
    (json) => Object.assign(json.securities[0]!, { symbol: "hk.00001" }),
  ],
  ["securities[0].listTime", "yyyy-MM-dd", (json) => Object.assign(json.securities[0]!, { listTime: "1/11/1972" })],
  [
    "securities[0].quote.lowPrice",
    "above curPrice",
    (json) => Object.assign(json.securities[0]!.quote, { lowPrice: 51 }),
  ],
  [
    "securities[0].quote.highPrice",
    "below curPrice",
    (json) => Object.assign(json.securities[0]!.quote, { highPrice: 1 }),
  ],
  [
    "securities[0].quote.curPrice",
    "1000000000000000",
    (json) => Object.assign(json.securities[0]!.quote, { curPrice: 1e16 }),
  ],
  [
    "securities[0].quote.curPrice",
    "Infinity",
    (json) => Object.assign(json.securities[0]!.quote, { curPrice: Number("1e999") }),
  ],
  [
    "securities[0].quote.volume",
    "expected 0 to 1000000000000000",
    (json) => Object.assign(json.securities[0]!.quote, { volume: "-1" }),
  ],
  [
    "securities[0].quote.priceSpread",
    "1e-9",
    (json) => Object.assign(json.securities[0]!.quote, { priceSpread: 1e-300 }),
  ],
  ["securities[0]", 'Unrecognized key: "lotsize"', (json) => Object.assign(json.securities[0]!, { lotsize: 1 })],
  [
    "securities[1].symbol",
    "HK.00001 is already securities[0]",
    (json) => json.securities.push({ ...json.securities[0]! }),
  ],
  ["groups[0].members[1]", "US.X is none of the securities", (json) => json.groups[0]!.members.push("US.X")],
  ["groups[0].members[1]", "HK.00001 is in the group twice", (json) => json.groups[0]!.members.push("HK.00001")],
  ["groups[0].type", "expected one of", (json) => Object.assign(json.groups[0]!, { type: "mine" })],
])("names the place of a wrong value: %s: …%s…", (path, problem, change) => {
  const message = problemWith(change as (json: typeof minimal) => unknown);
  expect(message.startsWith(`${path}: `), message).toBe(true);
  expect(message).toContain(problem);
});

test("names every wrong value, and says so when the whole is wrong", () => {
  const message = problemWith((json) => {
    Object.assign(json.securities[0]!, { lotSize: -1, secType: "stock" });
  });
  expect(message).toContain("securities[0].lotSize: ");
  expect(message).toContain("securities[0].secType: ");
  expect(() => parseFixture(null)).toThrow("the fixture: ");
});

test("the checked-in JSON Schema is the one of the code", () => {
  const checkedIn = JSON.parse(readFileSync(new URL("fixtures/fixture.schema.json", import.meta.url), "utf8"));
  // To renew it: write this value there and run `npm run fix`.
  expect(checkedIn).toEqual(JSON.parse(JSON.stringify(fixtureJsonSchema())));
});

test("the JSON Schema explains every property to editors", () => {
  function* silent(schema: JsonSchema, path: string): Generator<string> {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (property.description === undefined && name !== "$schema") yield `${path}.${name}`;
      yield* silent(property, `${path}.${name}`);
    }
    if (schema.items !== undefined) yield* silent(schema.items, `${path}[]`);
    for (const each of schema.anyOf ?? []) yield* silent(each, path);
  }
  expect([...silent(fixtureJsonSchema(), "")]).toEqual([]);
});

test("the default fixture has the vendor's thirteen groups, C last", () => {
  expect(defaultFixture.groups.map(({ name, type }) => `${typeof name === "string" ? name : name.en} ${type}`)).toEqual(
    [
      ...["All", "Starred", "CN", "HK", "US", "Options", "Futures", "Bonds"].map((name) => `${name} system`),
      ...["A", "some_group", "testgroup", "testgroup", "C"].map((name) => `${name} custom`),
    ],
  );
  const all = defaultFixture.securities.map(({ symbol }) => symbol);
  expect(defaultFixture.groups[0]?.members).toEqual(all);
});
