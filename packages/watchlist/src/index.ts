export { type CombinedWatchlist, combine } from "./combine.ts";
export { type DiffOptions, diff, type Plan, type Side, type Source, type Step } from "./diff.ts";
export { WatchlistError, type WatchlistErrorCode } from "./errors.ts";
export { type FutuClient, fromFutu } from "./futu.ts";
export { type FutuQuotesOptions, futuQuotes } from "./futu-quotes.ts";
export { fromLongPort, type LongPortClient } from "./longport.ts";
export { longPortQuotes } from "./longport-quotes.ts";
export type { EventStream } from "./mailbox.ts";
export type { Quote, QuoteEvent, QuoteGap, QuoteRefusal, QuoteSilence, QuoteSource } from "./quotes.ts";
export {
  exportGroups,
  groupsFromCsv,
  groupsFromJson,
  groupsToCsv,
  groupsToJson,
  type SavedGroup,
  type SavedItem,
} from "./saved.ts";
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
export { type ItemResult, type SyncOptions, type SyncResult, sync } from "./sync.ts";
export type { CallOptions, Capabilities, Group, Item, RemoveOptions, Watchlist } from "./types.ts";
export { type Membership, type Trouble, type WatchEvent, type WatchOptions, watchGroup } from "./watch.ts";
