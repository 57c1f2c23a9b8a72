import { fromFutuSymbol, parseWatchlistSymbol } from "@tickwire/watchlist";

/** OpenD's form: the market, a dot, the code. */
const FUTU_FORM = /^(HK|US|SH|SZ|SG|JP|AU|MY|CA|FX|CC)\.(\S+)$/i;

/**
 * The watchlist's symbol of what a person wrote: `HK.00700`, `700.hk`, `700` (Hong Kong), `600519` (Shanghai or Shenzhen,
 * by its first digit), `AAPL` (US).
 * @throws {WatchlistError} `WATCHLIST_INVALID_ARGUMENT`
 */
export function readSymbol(text: string): string {
  const written = text.trim();
  const symbol = written.toUpperCase();
  const [, market, code = ""] = FUTU_FORM.exec(written) ?? [];
  // `HK.HSImain` has capitals and others, and is another code than `HK.HSIMAIN`.
  if (market !== undefined)
    return fromFutuSymbol(`${market.toUpperCase()}.${/[A-Z]/.test(code) ? code : code.toUpperCase()}`);
  if (/^\d{6}$/.test(symbol)) return `${symbol}.${/^[569]/.test(symbol) ? "SH" : "SZ"}`;
  if (/^\d{1,5}$/.test(symbol)) return parseWatchlistSymbol(`${symbol}.HK`);
  if (/^[A-Z]+$/.test(symbol)) return `${symbol}.US`;
  return parseWatchlistSymbol(symbol);
}
