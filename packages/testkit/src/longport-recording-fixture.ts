import type { JsonValue } from "@tickwire/session";
import { parseLongPortFixture } from "./longport-fixtures.ts";
import { marketOf, symbolProblem } from "./longport-symbol.ts";
import { parseRecording, wrong } from "./recording.ts";
import { z } from "./zod.ts";

const wholeNumber = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const security = z.object({
  symbol: z.string(),
  name: z.string(),
  watched_price: z.string().nullish(),
  watched_at: wholeNumber,
  is_pinned: z.boolean().default(false),
});
const list = z.object({
  code: z.literal(0),
  data: z.object({
    groups: z.array(z.object({ id: wholeNumber, name: z.string(), securities: z.array(security).nullish() })),
  }),
});
type SentGroup = z.infer<typeof list>["data"]["groups"][number];

/**
 * A LongPort fixture of the first list of groups in a recording, as JSON for `parseLongPortFixture`. The first group is the one
 * with all securities; one with a market's name and only that market's securities counts as the market's. Securities of
 * regions that the fake does not know are left out.
 * @throws {TickwireError} `TESTKIT_RECORDING`, also when no list of groups was recorded.
 */
export function longPortFixtureFromRecording(text: string): JsonValue {
  const { header, events } = parseRecording(text);
  if (header.dialect !== "http") throw wrong(1, "it is OpenD's", "use fixtureFromRecording");
  for (const event of events) {
    const answer = event.event === "http-reply" ? list.safeParse(event.message).data : undefined;
    if (answer === undefined) continue;
    const { groups } = answer.data;
    const fixture = { version: 1, securities: securitiesOf(groups), groups: groups.map(groupOf) };
    parseLongPortFixture(fixture);
    return fixture;
  }
  throw wrong(1, "it has no list of groups", "record a session that lists them");
}

function securitiesOf(groups: readonly SentGroup[]) {
  const known = new Map(groups.flatMap(membersOf).map((each) => [each.symbol, each]));
  return [...known.values()].map(({ symbol, name, watched_price, watched_at, is_pinned }) => ({
    symbol,
    name,
    watchedPrice: watched_price ?? "",
    watchedAt: Number(watched_at),
    isPinned: is_pinned,
  }));
}

function groupOf(group: SentGroup, index: number) {
  const { id, name } = group;
  const securities = [...new Set(membersOf(group).map(({ symbol }) => symbol))];
  if (index === 0) return { type: "all", id, name, securities };
  if (id.startsWith("-")) return { type: "view", id, name, securities };
  const market = ["US", "HK", "CN", "SG", "Crypto"].find((each) => each.toLowerCase() === name.toLowerCase());
  if (market !== undefined && securities.every((symbol) => marketOf(symbol) === market))
    return { type: "market", id, name, market };
  return { type: "custom", id, name, securities };
}

const membersOf = ({ securities }: SentGroup) =>
  (securities ?? []).filter(({ symbol }) => symbolProblem(symbol) === undefined);
