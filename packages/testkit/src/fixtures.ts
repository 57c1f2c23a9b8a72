import { formatSymbol, parseSymbol, TickwireError } from "@tickwire/session";
import { z } from "zod";
import { FixtureError } from "./errors.ts";
import type { Fixture, FixtureGroup, FixtureSecurity } from "./fixture.ts";
import { duplicateSymbols, type FixtureProblem } from "./fixture-problems.ts";
import defaultJson from "./fixtures/default.json" with { type: "json" };
import { beginJitless } from "./jitless.ts";
import { marketTickSize } from "./tick-size.ts";

const endJitless = beginJitless();

const integer = (min: bigint, max: bigint) =>
  z
    .string()
    .regex(/^-?\d{1,20}$/, {
      error: "expected a whole number written as a text, because it may exceed 2^53",
      abort: true,
    })
    .refine((text) => BigInt(text) >= min && BigInt(text) <= max, { error: "the number does not fit 64 bits" })
    .transform(BigInt);
const int64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
const uint64 = integer(0n, 2n ** 64n - 1n);
const count = z.int32().nonnegative();
const price = z.number().nonnegative();
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a date as yyyy-MM-dd");
const dateOrNone = z.union([date, z.literal("")], "expected a date as yyyy-MM-dd, or an empty text");

const symbol = z.string().superRefine((text, ctx) => {
  try {
    const canonical = formatSymbol(parseSymbol(text));
    if (canonical !== text) ctx.addIssue({ code: "custom", message: `write it as ${JSON.stringify(canonical)}` });
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    ctx.addIssue({ code: "custom", message: error.message });
  }
});

const localText = z.union(
  [z.string().min(1), z.strictObject({ en: z.string().min(1), zh: z.string().min(1) })],
  "expected a text that is not empty, or one per language: { en, zh }",
);

const gateway = z.strictObject({
  language: z.enum(["en", "zh"]).default("en"),
  serverVer: count.default(1011),
  serverBuildNo: count.default(7108),
  loginUserID: uint64.prefault("10000001"),
  userAttribution: z.int32().default(1),
  watchlistCap: count.default(500),
  subscriptionQuota: count.default(300),
});

const quote = z
  .strictObject({
    curPrice: price,
    lastClosePrice: price.optional(),
    openPrice: price.optional(),
    highPrice: price.optional(),
    lowPrice: price.optional(),
    priceSpread: z.number().positive().optional(),
    volume: int64.prefault("0"),
    turnover: price.default(0),
    turnoverRate: price.default(0),
    isSuspended: z.boolean().default(false),
  })
  .superRefine(({ curPrice, lowPrice = curPrice, highPrice = curPrice }, ctx) => {
    if (lowPrice > curPrice) ctx.addIssue({ code: "custom", path: ["lowPrice"], message: "above curPrice" });
    if (highPrice < curPrice) ctx.addIssue({ code: "custom", path: ["highPrice"], message: "below curPrice" });
  })
  .transform(({ curPrice, ...rest }) => ({
    ...rest,
    curPrice,
    lastClosePrice: rest.lastClosePrice ?? curPrice,
    openPrice: rest.openPrice ?? curPrice,
    highPrice: rest.highPrice ?? curPrice,
    lowPrice: rest.lowPrice ?? curPrice,
  }));

const security = z
  .strictObject({
    symbol,
    id: int64,
    lotSize: count,
    secType: count,
    name: localText,
    listTime: dateOrNone,
    listTimestamp: z.number().optional(),
    delisting: z.boolean().optional(),
    exchType: count.optional(),
    warrant: z.strictObject({ type: count, owner: symbol }).optional(),
    option: z
      .strictObject({
        type: count,
        owner: symbol,
        strikeTime: date,
        strikePrice: price,
        suspend: z.boolean(),
        market: z.string(),
        strikeTimestamp: z.number().optional(),
      })
      .optional(),
    future: z.strictObject({ lastTradeTime: dateOrNone, isMainContract: z.boolean() }).optional(),
    quote,
  })
  .transform(({ quote, ...rest }) => {
    const spreadOfMarket = marketTickSize(rest.symbol, rest.secType)(quote.curPrice);
    return { ...rest, quote: { ...quote, priceSpread: quote.priceSpread ?? spreadOfMarket } };
  });

const group = z.strictObject({ name: localText, type: z.enum(["system", "custom"]), members: z.array(symbol) });

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    gateway: gateway.prefault({}),
    securities: z.array(security),
    groups: z.array(group),
  })
  .superRefine(({ securities, groups }, ctx) => {
    for (const issue of crossReferences(securities, groups)) ctx.addIssue({ code: "custom", ...issue });
  })
  .transform(({ gateway, securities, groups }): Fixture => ({ gateway, securities, groups }));

endJitless();

/** What no single value shows: symbols that are there twice, or that a group uses but no security defines. */
function* crossReferences(
  securities: readonly FixtureSecurity[],
  groups: readonly FixtureGroup[],
): Generator<FixtureProblem> {
  const firstAt = yield* duplicateSymbols(securities);
  for (const [groupIndex, { members }] of groups.entries()) {
    for (const [index, member] of members.entries()) {
      const path = ["groups", groupIndex, "members", index];
      if (!firstAt.has(member)) yield { path, message: `${member} is none of the securities` };
      else if (members.indexOf(member) < index) yield { path, message: `${member} is in the group twice` };
    }
  }
}

/**
 * Makes a fixture from JSON of version 1; `fixture.schema.json` beside the built files is its JSON Schema. 64-bit integers
 * are texts there.
 * @throws {FixtureError} With the path of each wrong value.
 */
export function parseFixture(json: unknown): Fixture {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new FixtureError(
    result.error.issues.map(({ path, message }) => ({ path: formatPath(path), problem: message })),
  );
}

/** A path as people write it: `securities[3].lotSize`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}

/** The JSON Schema of fixture files, for editors. A test keeps `fixtures/fixture.schema.json` equal to it. */
export function fixtureJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}

/**
 * The fixture that a fake has unless told otherwise: thirteen groups and the securities that the vendor's documentation
 * shows in its samples, and some more of other kinds. `fixtures/default.json` is its source.
 */
export const defaultFixture: Fixture = /* @__PURE__ */ parseFixture(defaultJson);
