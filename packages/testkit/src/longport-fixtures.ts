import { FixtureError } from "./errors.ts";
import { duplicateSymbols, type FixtureProblem } from "./fixture-problems.ts";
import defaultJson from "./fixtures/longport-default.json" with { type: "json" };
import { formatPath } from "./fixtures.ts";
import type { LongPortFixture, LongPortFixtureGroup, LongPortFixtureSecurity } from "./longport-fixture.ts";
import { symbolProblem } from "./longport-symbol.ts";
import { z } from "./zod.ts";

const symbol = z.string().superRefine((text, ctx) => {
  const message = symbolProblem(text);
  if (message !== undefined) ctx.addIssue({ code: "custom", message });
});

const id = z
  .string()
  .regex(/^-?[1-9]\d{0,18}$/, "expected a whole number written as a text, because it may exceed 2^53")
  .transform(BigInt);

const security = z.strictObject({
  symbol,
  name: z.string(),
  watchedPrice: z
    .string()
    .regex(/^(\d+(\.\d+)?)?$/, "expected a decimal number written as a text, or an empty text")
    .default(""),
  watchedAt: z.int().nonnegative().default(1_652_855_022),
  isPinned: z.boolean().default(false),
});

const name = z.string().min(1);
const group = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("all"), id, name, securities: z.array(symbol).default([]) }),
  z.strictObject({
    type: z.literal("market"),
    id,
    name,
    market: z.enum(["US", "HK", "CN", "SG", "Crypto"]),
  }),
  z.strictObject({ type: z.literal("view"), id, name, securities: z.array(symbol) }),
  z.strictObject({ type: z.literal("custom"), id, name, securities: z.array(symbol) }),
]);

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    securities: z.array(security),
    groups: z.array(group),
  })
  .superRefine(({ securities, groups }, ctx) => {
    for (const issue of crossReferences(securities, groups)) ctx.addIssue({ code: "custom", ...issue });
  })
  .transform(({ securities, groups }): LongPortFixture => ({ securities, groups }));

/** What no single value shows: what is there twice or misplaced, or used but not defined. */
function* crossReferences(
  securities: readonly LongPortFixtureSecurity[],
  groups: readonly LongPortFixtureGroup[],
): Generator<FixtureProblem> {
  const firstAt = yield* duplicateSymbols(securities);
  if (groups.length === 0) yield { path: ["groups"], message: 'the group of type "all" is missing' };
  const groupAt = new Map<bigint, number>();
  for (const [index, group] of groups.entries()) {
    const { type, id } = group;
    const path = ["groups", index];
    if ((type === "all") !== (index === 0))
      yield { path: [...path, "type"], message: 'the first group, and no other, is of type "all"' };
    if ((type === "view") !== id < 0n)
      yield { path: [...path, "id"], message: 'groups of type "view", and no others, have negative ids' };
    const first = groupAt.get(id);
    if (first === undefined) groupAt.set(id, index);
    else yield { path: [...path, "id"], message: `${id} is already the id of groups[${first}]` };
    if (type === "market") continue;
    for (const [at, member] of group.securities.entries()) {
      const memberPath = [...path, "securities", at];
      if (!firstAt.has(member)) yield { path: memberPath, message: `${member} is none of the securities` };
      else if (group.securities.indexOf(member) < at)
        yield { path: memberPath, message: `${member} is in the group twice` };
    }
  }
}

/**
 * Makes a LongPort fixture from JSON of version 1; `longport-fixture.schema.json` in `dist/fixtures` is its JSON Schema.
 * Ids are texts there.
 * @throws {FixtureError} With the path of each wrong value.
 */
export function parseLongPortFixture(json: unknown): LongPortFixture {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new FixtureError(
    result.error.issues.map(({ path, message }) => ({ path: formatPath(path), problem: message })),
  );
}

/** The JSON Schema of LongPort fixtures. A test keeps `fixtures/longport-fixture.schema.json` equal to it. */
export function longPortFixtureJsonSchema(): object {
  return z.toJSONSchema(schema, { io: "input" });
}

/**
 * The fixture that a fake LongPort has unless told otherwise: the groups all (2630), holdings (-6), us and hk, and three of
 * the user's, one with a Chinese name and one with an id beyond 2^53. `fixtures/longport-default.json` is its source.
 */
export const defaultLongPortFixture: LongPortFixture = /* @__PURE__ */ parseLongPortFixture(defaultJson);
