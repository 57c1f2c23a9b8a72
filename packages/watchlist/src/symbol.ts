import { formatSymbol, parseSymbol, type SecurityLike, TickwireError } from "@tickwire/codec";
import { invalidArgument } from "./errors.ts";
import { cryptoVenues, whyNotFutu, whyNotLongPort } from "./symbol-reasons.ts";

// One spelling for both brokers. What both have is written as LongPort does, `700.HK`. What only one has, or what is not
// confirmed to be the same at the other, has the broker in front, `futu:HK.HSImain`: so nothing is ever taken for something
// else, and everything that a broker lists can be named.
//
//   symbol   = both / "futu:" MARKET "." CODE / "longport:" TICKER "." REGION
//   both     = TICKER "." REGION                 the region ends it: parse at the last dot (BRK.B.US, .DJI.US)
//   Futu     = MARKET "." CODE                   the market begins it: parse at the first dot (US.BRK.B, US..DJI)

/** A symbol of the other side, or why there is none. */
export type Mapped =
  | { readonly symbol: string; readonly unsupported?: undefined }
  | { readonly symbol?: undefined; readonly unsupported: string };

const FUTU = "futu:";
const LONGPORT = "longport:";

/** Index codes of Futu's that are confirmed, and LongPort's tickers. */
const hongKongIndexes: ReadonlyMap<string, string> = new Map([
  ["800000", "HSI"],
  ["800100", "HSCEI"],
  ["800700", "HSTECH"],
]);
const usIndexes: ReadonlySet<string> = new Set([".DJI", ".IXIC", ".SPX", ".NDX", ".VIX"]);
const singaporeIndexes: ReadonlySet<string> = new Set(["STI", "FSTC", "FSTRE"]);

/** A share with its class, or an option: root, date as yymmdd, call or put, strike in thousandths without zeros in front. */
const US_SHARE = /^[A-Z]+(\.[A-Z]+)?$/;
const US_OPTION = /^[A-Z]{1,6}\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[CP][1-9]\d*$/;

/** How a region's codes change from Futu to LongPort and back; undefined where there is no certain counterpart. */
interface Region {
  toLongPort(code: string): string | undefined;
  toFutu(ticker: string): string | undefined;
}

const copied = (isBoth: (code: string) => boolean): Region => {
  const copy = (code: string) => (isBoth(code) ? code : undefined);
  return { toLongPort: copy, toFutu: copy };
};

const mainland = copied((code) => /^\d{6}$/.test(code));
const regions: Readonly<Record<string, Region>> = {
  HK: {
    toLongPort: (code) => (/^(?!0{5})\d{5}$/.test(code) ? code.replace(/^0+/, "") : hongKongIndexes.get(code)),
    toFutu: (ticker) =>
      /^[1-9]\d{0,4}$/.test(ticker)
        ? ticker.padStart(5, "0")
        : [...hongKongIndexes].find(([, index]) => index === ticker)?.[0],
  },
  US: copied((code) => US_SHARE.test(code) || US_OPTION.test(code) || usIndexes.has(code)),
  SH: mainland,
  SZ: mainland,
  SG: copied((code) => /^[A-Z0-9]{1,4}$/.test(code) && !singaporeIndexes.has(code)),
};

/** LongPort's regions. */
const knownRegions: ReadonlySet<string> = new Set([...Object.keys(regions), ...cryptoVenues]);

/** Region and ticker of a LongPort symbol: the region in upper case, Hong Kong's codes without zeros in front. */
function splitLongPort(symbol: string): { readonly ticker: string; readonly region: string } | undefined {
  const dot = symbol.lastIndexOf(".");
  const ticker = symbol.slice(0, Math.max(dot, 0));
  const region = symbol.slice(dot + 1).toUpperCase();
  if (!/^[A-Z]+$/.test(region) || !/^\S+$/.test(ticker)) return undefined;
  return { ticker: region === "HK" ? ticker.replace(/^0+(?=[1-9]\d*$)/, "") : ticker, region };
}

/** `00700.hk` → `700.HK`; what is no symbol stays as it is. */
function normalLongPort(symbol: string): string {
  const parts = splitLongPort(symbol);
  return parts === undefined ? symbol : `${parts.ticker}.${parts.region}`;
}

/** A symbol without the broker in front, where that is LongPort. */
const withoutLongPort = (symbol: string): string =>
  symbol.startsWith(LONGPORT) ? symbol.slice(LONGPORT.length) : symbol;

/** Market and code of a Futu symbol, as Futu writes it. */
function splitFutu(symbol: string): { readonly market: string; readonly code: string } {
  const dot = symbol.indexOf(".");
  return { market: symbol.slice(0, dot), code: symbol.slice(dot + 1) };
}

const regionOf = (name: string): Region | undefined => (Object.hasOwn(regions, name) ? regions[name] : undefined);

/** The symbol of a security that LongPort lists as `700.HK`. It never fails: a list with something odd can still be read. */
export function fromLongPortSymbol(longPort: string): string {
  const parts = splitLongPort(longPort);
  const isBoth = parts !== undefined && regionOf(parts.region)?.toFutu(parts.ticker) !== undefined;
  return (isBoth ? "" : LONGPORT) + normalLongPort(longPort);
}

/**
 * The symbol of a security that Futu lists as `HK.00700`, or on the wire as `{ market: 1, code: "00700" }`.
 * @throws {CodecError} for a text that is not a symbol of Futu's.
 */
export function fromFutuSymbol(futu: SecurityLike): string {
  const text = formatSymbol(parseSymbol(futu));
  const { market, code } = splitFutu(text);
  const ticker = regionOf(market)?.toLongPort(code);
  return ticker === undefined ? FUTU + text : `${ticker}.${market}`;
}

/** What Futu calls a security. */
export function toFutuSymbol(symbol: string): Mapped {
  if (symbol.startsWith(FUTU)) return { symbol: symbol.slice(FUTU.length) };
  const longPort = withoutLongPort(symbol);
  const parts = splitLongPort(longPort);
  const code = parts && regionOf(parts.region)?.toFutu(parts.ticker);
  if (parts === undefined || code === undefined) return { unsupported: whyNotFutu(longPort, parts) };
  return { symbol: `${parts.region}.${code}` };
}

/** What LongPort calls a security. */
export function toLongPortSymbol(symbol: string): Mapped {
  if (!symbol.startsWith(FUTU)) return { symbol: normalLongPort(withoutLongPort(symbol)) };
  const futu = symbol.slice(FUTU.length);
  const { market, code } = splitFutu(futu);
  const ticker = regionOf(market)?.toLongPort(code);
  return ticker === undefined ? { unsupported: whyNotLongPort(futu, market, code) } : { symbol: `${ticker}.${market}` };
}

/** `"HK.00700"` → `{ symbol: "700.HK" }`; what LongPort does not have, or not for certain, is `unsupported`. */
export function futuToLongPort(futu: SecurityLike): Mapped {
  return toLongPortSymbol(fromFutuSymbol(futu));
}

/** `"700.HK"` → `{ symbol: "HK.00700" }`; what Futu does not have, or not for certain, is `unsupported`. */
export function longPortToFutu(longPort: string): Mapped {
  return toFutuSymbol(fromLongPortSymbol(longPort));
}

/**
 * The one spelling of a symbol that somebody wrote: `"0700.hk"` → `"700.HK"`, `"futu:HK.00700"` → `"700.HK"`,
 * `"BTCUSD.HAS"` → `"longport:BTCUSD.HAS"`. Futu's own form needs the broker in front, because `SG.US` may be either: Futu's
 * security "US" in Singapore, or LongPort's "SG" in the US.
 * @throws {WatchlistError} `WATCHLIST_INVALID_ARGUMENT`
 */
export function parseWatchlistSymbol(text: string): string {
  if (typeof text !== "string") throw invalidArgument(`a symbol must be a text, such as "700.HK"; it is ${text}`);
  const problem = (why: string) => invalidArgument(`${JSON.stringify(text)} is not a symbol: ${why}`);
  if (text.startsWith(FUTU)) {
    try {
      return fromFutuSymbol(text.slice(FUTU.length));
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      throw problem('write the market, a dot and the code behind "futu:", as in "futu:HK.00700"');
    }
  }
  const longPort = withoutLongPort(text);
  const parts = splitLongPort(longPort);
  if (parts === undefined || !knownRegions.has(parts.region))
    throw problem(
      `write ticker, dot and region, as in "700.HK", or Futu's own form as in "futu:JP.7203"; regions are ${[...knownRegions].join(", ")}`,
    );
  return fromLongPortSymbol(longPort);
}
