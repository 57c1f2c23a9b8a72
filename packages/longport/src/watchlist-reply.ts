import { fieldsOf, integerOf, type LosslessJson, listOf, textOf } from "./json.ts";
import type { WatchlistGroup, WatchlistSecurity } from "./watchlist-types.ts";

/** Says what cannot be read, by throwing. */
type Fail = (problem: string) => never;

/**
 * Reads the data of `GET /v1/watchlist/groups`. Documentation and servers differ about it, so a list may be absent or null,
 * an id, a price and a time may be a text or a number, and what is not known is ignored.
 * @param fail Called for a group without an id, a security without a symbol, and something else in place of a list.
 */
export function readGroups(data: LosslessJson | undefined, fail: Fail): WatchlistGroup[] {
  if (data !== undefined && data !== null && (typeof data !== "object" || Array.isArray(data)))
    fail("data is not an object");
  return readList(fieldsOf(data)["groups"], "groups", fail).map((group, index) => readGroup(group, index, fail));
}

/** A list that may be absent. Anything else in its place is no empty watchlist. */
function readList(json: LosslessJson | undefined, path: string, fail: Fail): readonly LosslessJson[] {
  if (json !== undefined && json !== null && !Array.isArray(json)) fail(`${path} is not a list`);
  return listOf(json);
}

function readGroup(json: LosslessJson, index: number, fail: Fail): WatchlistGroup {
  const { id: idJson, name, securities } = fieldsOf(json);
  const id = integerOf(idJson);
  if (id === undefined) return fail(`groups[${index}].id is not an integer`);
  return {
    id,
    name: textOf(name) ?? "",
    isReadOnly: id < 0n,
    securities: readList(securities, `groups[${index}].securities`, fail).map((security, i) =>
      readSecurity(security, `groups[${index}].securities[${i}]`, fail),
    ),
  };
}

function readSecurity(json: LosslessJson, path: string, fail: Fail): WatchlistSecurity {
  const { symbol: symbolJson, market, name, watched_price, watched_at, is_pinned } = fieldsOf(json);
  const symbol = textOf(symbolJson);
  if (symbol === undefined) return fail(`${path}.symbol is missing`);
  return {
    symbol,
    market: textOf(market) ?? "",
    name: textOf(name) ?? "",
    watchedPrice: textOf(watched_price),
    watchedAt: readSeconds(watched_at),
    isPinned: is_pinned === true,
  };
}

/** Seconds since 1970; 0 stands for none. */
function readSeconds(json: LosslessJson | undefined): Date | undefined {
  const seconds = Number(integerOf(json) ?? 0n);
  const date = new Date(seconds * 1000);
  return seconds === 0 || Number.isNaN(date.getTime()) ? undefined : date;
}
