import { parseSymbol, QotMarket, SecurityType } from "@tickwire/codec";
import { Currency, TrdMarket, TrdSecMarket } from "@tickwire/codec/trade";
import type { FixtureSecurity } from "./fixture.ts";

/** A market, as the trade protocols see it. */
interface TradePlace {
  readonly secMarket: TrdSecMarket;
  readonly currency: Currency;
  /** Of the times of its orders. */
  readonly timeZone: string;
  /** The trading markets that an order of its securities can belong to. */
  readonly trdMarkets: readonly TrdMarket[];
  /** The same of its futures; empty where it has none. */
  readonly futures: readonly TrdMarket[];
}

const stockConnect = [TrdMarket.HKCC, TrdMarket.CN];
const futuresAnd = (paper: TrdMarket) => [TrdMarket.Futures, paper];

const place = (
  secMarket: TrdSecMarket,
  currency: Currency,
  timeZone: string,
  trdMarkets: readonly TrdMarket[],
  futures: readonly TrdMarket[] = [],
): TradePlace => ({ secMarket, currency, timeZone, trdMarkets, futures });

const { HKD, USD, CNH, SGD, JPY, AUD, MYR, CAD } = Currency;
const { Futures_Simulate_HK, Futures_Simulate_US, Futures_Simulate_SG, Futures_Simulate_JP } = TrdMarket;
const places: ReadonlyMap<QotMarket, TradePlace> = new Map([
  [
    QotMarket.HK_Security,
    place(TrdSecMarket.HK, HKD, "Asia/Hong_Kong", [TrdMarket.HK], futuresAnd(Futures_Simulate_HK)),
  ],
  [
    QotMarket.US_Security,
    place(TrdSecMarket.US, USD, "America/New_York", [TrdMarket.US], futuresAnd(Futures_Simulate_US)),
  ],
  [QotMarket.CNSH_Security, place(TrdSecMarket.CN_SH, CNH, "Asia/Shanghai", stockConnect)],
  [QotMarket.CNSZ_Security, place(TrdSecMarket.CN_SZ, CNH, "Asia/Shanghai", stockConnect)],
  [
    QotMarket.SG_Security,
    place(TrdSecMarket.SG, SGD, "Asia/Singapore", [TrdMarket.SG], futuresAnd(Futures_Simulate_SG)),
  ],
  [QotMarket.JP_Security, place(TrdSecMarket.JP, JPY, "Asia/Tokyo", [TrdMarket.JP], futuresAnd(Futures_Simulate_JP))],
  [QotMarket.AU_Security, place(TrdSecMarket.AU, AUD, "Australia/Sydney", [TrdMarket.AU])],
  [QotMarket.MY_Security, place(TrdSecMarket.MY, MYR, "Asia/Kuala_Lumpur", [TrdMarket.MY])],
  [QotMarket.CA_Security, place(TrdSecMarket.CA, CAD, "America/Toronto", [TrdMarket.CA])],
]);

/** `security` is a stock or a fund, `warrant` a CBBC too. */
export type TradableKind = "security" | "warrant" | "option" | "future";

/** Something that can be traded. */
export interface Tradable {
  readonly security: FixtureSecurity;
  readonly code: string;
  readonly secMarket: TrdSecMarket;
  readonly currency: Currency;
  readonly timeZone: string;
  /** The trading markets that its orders can belong to. */
  readonly trdMarkets: readonly TrdMarket[];
  readonly kind: TradableKind;
  /** What one share or contract is worth at the price 1. */
  readonly multiplier: number;
  /** Orders are for multiples of it. */
  readonly lot: number;
}

const kinds: ReadonlyMap<SecurityType, TradableKind> = new Map([
  [SecurityType.Future, "future"],
  [SecurityType.Drvt, "option"],
  [SecurityType.Warrant, "warrant"],
]);

/** A security as something that can be traded; undefined for an index, and for a market that accounts have none of. */
export function tradableOf(security: FixtureSecurity): Tradable | undefined {
  const { market, code } = parseSymbol(security.symbol);
  const { secType, lotSize } = security;
  const place = places.get(market);
  const kind = kinds.get(secType) ?? "security";
  const trdMarkets = kind === "future" ? place?.futures : place?.trdMarkets;
  if (place === undefined || trdMarkets === undefined || trdMarkets.length === 0 || lotSize === 0) return undefined;
  const { secMarket, currency, timeZone } = place;
  const isContract = kind === "option" || kind === "future";
  const [multiplier, lot] = isContract ? [lotSize, 1] : [1, lotSize];
  return { security, code, secMarket, currency, timeZone, trdMarkets, kind, multiplier, lot };
}

/** The trading market whose securities are priced in a currency, of several. */
export function marketOf(currency: Currency, among: readonly TrdMarket[]): TrdMarket | undefined {
  const place = [...places.values()].find((each) => each.currency === currency);
  return among.find((market) => place?.trdMarkets.includes(market)) ?? among[0];
}

/** The one of its markets in which an account trades a tradable; undefined when it may not. */
export function marketIn({ trdMarkets }: Tradable, allowed: readonly TrdMarket[]): TrdMarket | undefined {
  return trdMarkets.find((market) => allowed.includes(market));
}
