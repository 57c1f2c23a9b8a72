import { ExchType, OptionType, SecurityType, UserAttribution, WarrantType } from "@tickwire/codec";
import { FixtureError } from "./errors.ts";
import type { Fixture, FixtureGroup, FixtureSecurity } from "./fixture.ts";
import { duplicateSymbols, type FixtureProblem } from "./fixture-problems.ts";
import { count, date, dateOrNone, enumOf, int64, localText, price, symbol, uint64, volume } from "./fixture-values.ts";
import defaultJson from "./fixtures/default.json" with { type: "json" };
import { marketTickSize } from "./tick-size.ts";
import { account, accountProblems } from "./trade-fixtures.ts";
import { z } from "./zod.ts";

const gateway = z.strictObject({
  language: z.enum(["en", "zh"]).default("en").describe("Language of group names and refusals. Default en."),
  serverVer: count.default(1011).describe("The version: 1011 (default) is 10.11."),
  serverBuildNo: count.default(7108).describe("Default 7108."),
  loginUserID: uint64.prefault("10000001").describe("Of the account that the gateway is logged in with, as text."),
  userAttribution: enumOf(UserAttribution).default(UserAttribution.NN).describe("NN (default) is Futu, MM moomoo."),
  watchlistCap: count.default(500).describe("How many securities the system group All holds. Default 500."),
  subscriptionQuota: count.default(300).describe("How many units of subscription there are. Default 300."),
  tradePassword: z
    .string()
    .min(1)
    .optional()
    .describe("What unlocks trading, in plain text: something made up. Default: anything does."),
});

const quote = z
  .strictObject({
    curPrice: price.describe("The price to start from, in the market's currency."),
    lastClosePrice: price
      .optional()
      .describe("Close of the previous trading day. Default curPrice, as for the next three."),
    openPrice: price.optional().describe("First price of the day."),
    highPrice: price.optional().describe("Highest price of the day."),
    lowPrice: price.optional().describe("Lowest price of the day."),
    priceSpread: z
      .number()
      .min(1e-9)
      .max(1e9)
      .optional()
      .describe("The smallest step of the price. Default: what the market says."),
    volume: volume.prefault("0").describe("Shares or contracts traded today, as text. Default 0."),
    turnover: price.default(0).describe("Money traded today. Default 0."),
    turnoverRate: price.default(0).describe("In percent: 20 means 20 %. Default 0."),
    isSuspended: z.boolean().default(false).describe("Whether trading is suspended: the price stands still."),
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

const owner = symbol.describe("Symbol of the underlying security.");

const security = z
  .strictObject({
    symbol: symbol.describe("Market, dot, code: HK.00700."),
    id: int64.describe("As text."),
    lotSize: count.describe(
      "Shares per lot; of options shares per contract, of futures the multiplier. 0 for indexes.",
    ),
    secType: enumOf(SecurityType).describe("Eqty is a stock, Trust a fund, Drvt an option; or the number."),
    name: localText.describe("A text, or one per language."),
    listTime: dateOrNone.describe("Date of the listing, yyyy-MM-dd, or empty."),
    listTimestamp: z.number().optional().describe("The same in Unix seconds."),
    delisting: z.boolean().optional().describe("Whether it is delisted."),
    exchType: enumOf(ExchType).optional().describe("Exchange and board: HK_MainBoard, US_Nasdaq, …"),
    warrant: z
      .strictObject({
        type: enumOf(WarrantType).describe("Buy is a call, Sell a put, Bull and Bear are CBBCs."),
        owner,
      })
      .optional()
      .describe("For warrants and CBBCs only."),
    option: z
      .strictObject({
        type: enumOf(OptionType).describe("Call or Put."),
        owner,
        strikeTime: date.describe("Exercise date, yyyy-MM-dd."),
        strikePrice: price.describe("Exercise price."),
        suspend: z.boolean().describe("Whether trading is suspended."),
        market: z.string().describe("Name of the market that issued it."),
        strikeTimestamp: z.number().optional().describe("Exercise date in Unix seconds."),
      })
      .optional()
      .describe("For options only."),
    future: z
      .strictObject({
        lastTradeTime: dateOrNone.describe("Empty for main contracts."),
        isMainContract: z.boolean().describe("Whether it stands for the month that is traded most."),
      })
      .optional()
      .describe("For futures only."),
    quote: quote.describe("The quote to start from; all but curPrice may be left out."),
  })
  .transform(({ quote, ...rest }) => {
    const spreadOfMarket = marketTickSize(rest.symbol, rest.secType)(quote.curPrice);
    return { ...rest, quote: { ...quote, priceSpread: quote.priceSpread ?? spreadOfMarket } };
  });

const group = z.strictObject({
  name: localText.describe("Need not be unique; of equal ones the first counts."),
  type: z.enum(["system", "custom"]).describe("System groups cannot be changed."),
  members: z.array(symbol).describe("Symbols of its securities, in order."),
});

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1).describe("Of this format."),
    gateway: gateway.prefault({}).describe("The gateway itself and the account that it is logged in with."),
    securities: z.array(security).describe("What the gateway knows; the rest is refused as unknown."),
    groups: z.array(group).describe("The watchlist's groups, in the order of the app."),
    accounts: z.array(account).default([]).describe("The trading accounts."),
  })
  .superRefine(({ securities, groups, accounts }, ctx) => {
    for (const issue of crossReferences(securities, groups)) ctx.addIssue({ code: "custom", ...issue });
    for (const issue of accountProblems(accounts, securities)) ctx.addIssue({ code: "custom", ...issue });
  })
  .transform(({ gateway, securities, groups, accounts }): Fixture => ({ gateway, securities, groups, accounts }));

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
 * Makes a fixture from JSON of version 1; `fixture.schema.json` in `dist/fixtures` is its JSON Schema. 64-bit integers
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
