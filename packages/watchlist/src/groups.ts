import { invalidArgument, WatchlistError } from "./errors.ts";
import { type Mapped, parseWatchlistSymbol } from "./symbol.ts";
import type { Group } from "./types.ts";

/**
 * The group of that id, else the first of that name.
 * @throws {WatchlistError} `WATCHLIST_NO_GROUP`, `WATCHLIST_SHADOWED`, or `WATCHLIST_FAILED` when there is no group at all:
 * both brokers have one with everything, so its list got lost on the way, and nobody may conclude that a group is missing.
 */
export function findGroup(groups: readonly Group[], idOrName: string): Group {
  if (groups.length === 0)
    throw new WatchlistError(
      "WATCHLIST_FAILED",
      "the broker lists no group at all, not even the one with everything: ask again",
      { outcome: "rejected", retryable: true },
    );
  const group = groups.find(({ id }) => id === idOrName) ?? groups.find(({ name }) => name === idOrName);
  if (group === undefined) {
    const known = groups.map(({ name }) => JSON.stringify(name)).join(", ");
    throw new WatchlistError("WATCHLIST_NO_GROUP", `there is no group ${JSON.stringify(idOrName)}: there are ${known}`);
  }
  if (group.isShadowed)
    throw new WatchlistError(
      "WATCHLIST_SHADOWED",
      `the broker takes the first group of the name ${JSON.stringify(group.name)}: give this one another name in the app`,
    );
  return group;
}

/**
 * What a broker calls these securities, each once.
 * @throws {WatchlistError} `WATCHLIST_INVALID_ARGUMENT`, or `WATCHLIST_UNSUPPORTED` that names all that it cannot have.
 */
export function nativeSymbols(symbols: string | readonly string[], toNative: (symbol: string) => Mapped): string[] {
  const list = typeof symbols === "string" ? [symbols] : symbols;
  if (!Array.isArray(list) || list.length === 0)
    throw invalidArgument('symbols must be one symbol or a list of at least one, as in ["700.HK"]');
  const mapped = list.map((symbol) => toNative(parseWatchlistSymbol(symbol)));
  const unsupported = mapped.flatMap(({ unsupported: why }) => why ?? []);
  if (unsupported.length > 0) throw new WatchlistError("WATCHLIST_UNSUPPORTED", unsupported.join("; "));
  return [...new Set(mapped.flatMap(({ symbol }) => symbol ?? []))];
}
