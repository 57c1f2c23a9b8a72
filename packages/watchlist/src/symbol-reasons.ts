// Why a symbol has no counterpart at the other broker, for people.

/** LongPort's regions that are venues of cryptocurrencies. */
export const cryptoVenues: ReadonlySet<string> = new Set(["HAS", "OSL", "BKKT"]);

/** Kinds of codes that LongPort does not have in any market; the first that fits is told. */
const futuOnly: ReadonlyArray<readonly [code: RegExp, what: string]> = [
  [/^BK\d+$/, "LongPort has no plates"],
  [
    /^\.?[A-Za-z]+\d{6}[CP]\d+$/,
    "LongPort has no such option: only those of US shares, the strike without zeros in front",
  ],
  [/^\./, "LongPort is not known to have this index"],
  [/[a-z]|^[A-Z]+\d{4}$/, "LongPort has no futures"],
];

const futuMarkets: Readonly<Record<string, string>> = {
  JP: "LongPort has no Japanese market",
  AU: "LongPort has no Australian market",
  MY: "LongPort has no Malaysian market",
  CA: "LongPort has no Canadian market",
  FX: "LongPort has no foreign exchange",
  CC: "at LongPort a cryptocurrency belongs to a venue (HAS, OSL, BKKT), which nobody but you can choose",
};

/** @param futu The whole symbol, `HK.HSImain`. */
export function whyNotLongPort(futu: string, market: string, code: string): string {
  const why =
    (Object.hasOwn(futuMarkets, market) ? futuMarkets[market] : undefined) ??
    futuOnly.find(([pattern]) => pattern.test(code))?.[1] ??
    byMarket(market, code);
  return `${futu}: ${why}`;
}

function byMarket(market: string, code: string): string {
  switch (market) {
    case "HK":
      if (/^0+$/.test(code)) return "a code of zeros is no security";
      if (/^\d{1,4}$/.test(code)) return "Futu writes five digits";
      return /^\d+$/.test(code) ? "LongPort is not known to have this index" : "no such code is known";
    case "US":
      return "that both brokers write such a ticker alike is not confirmed";
    case "SH":
    case "SZ":
      return "the codes of mainland China have six digits";
    case "SG":
      return "not confirmed: LongPort's ticker of this index or code is not known";
    default:
      return "LongPort has no such market";
  }
}

/** @param parts Undefined for what is no symbol at all. */
export function whyNotFutu(
  longPort: string,
  parts: { readonly ticker: string; readonly region: string } | undefined,
): string {
  return `${longPort}: ${parts === undefined ? "not a symbol" : byRegion(parts.ticker, parts.region)}`;
}

function byRegion(ticker: string, region: string): string {
  if (cryptoVenues.has(region))
    return "Futu's cryptocurrencies belong to no venue, and whether it means the same one only you can say";
  switch (region) {
    case "HK":
      if (/^0+$/.test(ticker)) return "a code of zeros is no security";
      return /^\d+$/.test(ticker)
        ? "a share of Hong Kong's has at most five digits"
        : "Futu's code of it is not confirmed";
    case "US":
      return ticker.startsWith(".")
        ? "Futu's code of this index is not confirmed"
        : "that both brokers write such a ticker alike is not confirmed";
    case "SH":
    case "SZ":
      return "the codes of mainland China have six digits";
    case "SG":
      return "Futu's code of it is not confirmed";
    default:
      return "LongPort's region is not known";
  }
}
