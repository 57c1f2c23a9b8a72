export { type CombinedWatchlist, combine } from "./combine.ts";
export { WatchlistError, type WatchlistErrorCode } from "./errors.ts";
export { type FutuClient, fromFutu } from "./futu.ts";
export { fromLongPort, type LongPortClient } from "./longport.ts";
export {
  fromFutuSymbol,
  fromLongPortSymbol,
  futuToLongPort,
  longPortToFutu,
  type Mapped,
  parseWatchlistSymbol,
  toFutuSymbol,
  toLongPortSymbol,
} from "./symbol.ts";
export type { CallOptions, Capabilities, Group, Item, RemoveOptions, Watchlist } from "./types.ts";
