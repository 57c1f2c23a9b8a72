import { LongPortError } from "./errors.ts";
import { fieldsOf, integerOf, type LosslessJson, listOf, textOf } from "./json.ts";
import type { WatchlistGroup, WatchlistSecurity } from "./watchlist-types.ts";

/**
 * Reads the data of `GET /v1/watchlist/groups`. Documentation and servers differ about it, so a list may be absent or null,
 * an id, a price and a time may be a text or a number, and what is not known is ignored.
 * @throws {LongPortError} `LONGPORT_BAD_REPLY` for a group without an id, and for a security without a symbol.
 */
export function readGroups(data: LosslessJson | undefined): WatchlistGroup[] {
  return listOf(fieldsOf(data)["groups"]).map(readGroup);
}

function readGroup(json: LosslessJson, index: number): WatchlistGroup {
  const { id: idJson, name, securities } = fieldsOf(json);
  const id = integerOf(idJson);
  if (id === undefined) throw unreadable(`groups[${index}].id is not an integer`);
  return {
    id,
    name: textOf(name) ?? "",
    isReadOnly: id < 0n,
    securities: listOf(securities).map((security, i) => readSecurity(security, `groups[${index}].securities[${i}]`)),
  };
}

function readSecurity(json: LosslessJson, path: string): WatchlistSecurity {
  const { symbol: symbolJson, market, name, watched_price, watched_at, is_pinned } = fieldsOf(json);
  const symbol = textOf(symbolJson);
  if (symbol === undefined) throw unreadable(`${path}.symbol is missing`);
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

function unreadable(problem: string): LongPortError {
  return new LongPortError("LONGPORT_BAD_REPLY", problem, {
    operation: "GET /v1/watchlist/groups",
    outcome: "unknown",
  });
}
