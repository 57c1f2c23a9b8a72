export { WatchlistError, type WatchlistErrorCode } from "./errors.ts";
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
