/** The market that LongPort sends with a security, by the region of its symbol. */
const marketOfRegion: Readonly<Record<string, string>> = {
  US: "US",
  HK: "HK",
  SH: "CN",
  SZ: "CN",
  SG: "SG",
  HAS: "Crypto",
  OSL: "Crypto",
  BKKT: "Crypto",
};

/** The market of a symbol that {@link symbolProblem} has nothing against: `US`, `HK`, `CN`, `SG` or `Crypto`. */
export function marketOf(symbol: string): string {
  return marketOfRegion[symbol.slice(symbol.lastIndexOf(".") + 1)] ?? "";
}

/**
 * What is wrong with a symbol, or undefined. A symbol is `TICKER.REGION`, split at the last dot (`BRK.B.US`). How tolerant
 * the service is towards `00700.HK` or `aapl.us` is not known, so the fake takes only what is right for certain.
 */
export function symbolProblem(text: string): string | undefined {
  if (!/^[^\s]+\.[A-Z]+$/.test(text) || marketOf(text) === "")
    return `${JSON.stringify(text)} is not a symbol: expected TICKER.REGION, for example AAPL.US or 700.HK`;
  if (/^0+\d+\.HK$/.test(text)) return `${text} has leading zeros: write it as ${text.replace(/^0+(?=\d)/, "")}`;
  return undefined;
}
