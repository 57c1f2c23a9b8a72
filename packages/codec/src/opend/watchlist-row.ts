import {
  type OptionType,
  QotMarket,
  type SecurityStaticInfo,
  type SecurityType,
  type WarrantType,
} from "../gen/opend/Qot_Common.ts";
import { formatSymbol } from "./symbol.ts";

/**
 * A security of a watchlist as one flat row: the fifteen columns of the vendor's Python table, and the time zone of its
 * dates. What does not apply to a kind of security, or was not sent, is `undefined`.
 */
export interface WatchlistRow {
  /** Symbol, for example `"HK.00700"`. */
  code: string;
  name: string;
  /** Shares per lot; for options shares per contract, for futures the contract multiplier. 0 for indexes. */
  lotSize: number;
  stockType: SecurityType;
  /** Warrants only. */
  stockChildType: WarrantType | undefined;
  /** Warrants and options: the symbol of the underlying security. */
  stockOwner: string | undefined;
  /** Options only. */
  optionType: OptionType | undefined;
  /** Options only: the exercise date, `yyyy-MM-dd`, in {@link WatchlistRow.timeZone}. */
  strikeTime: string | undefined;
  /** Options only, in the currency of the market. */
  strikePrice: number | undefined;
  /** Options only: whether trading is suspended. */
  suspension: boolean | undefined;
  /** `yyyy-MM-dd`, in {@link WatchlistRow.timeZone}; the gateway sends 1970-01-01 for indexes. */
  listingDate: string | undefined;
  /** The vendor's id of the security, a 64-bit integer. */
  stockId: bigint;
  delisting: boolean | undefined;
  /** Futures only: whether this is the main contract. */
  mainContract: boolean | undefined;
  /**
   * Futures only: the last day of trading, in {@link WatchlistRow.timeZone}. Main, current-month and next-month contracts
   * have none.
   */
  lastTradeTime: string | undefined;
  /**
   * IANA name of the zone that the dates of this row are in: Beijing time for Hong Kong and mainland China, US Eastern
   * time for the United States. `undefined` for other markets, of which the vendor does not say it.
   */
  timeZone: "Asia/Shanghai" | "America/New_York" | undefined;
}

function timeZoneOf(market: number): WatchlistRow["timeZone"] {
  switch (market) {
    case QotMarket.HK_Security:
    case QotMarket.HK_Future:
    case QotMarket.CNSH_Security:
    case QotMarket.CNSZ_Security:
      return "Asia/Shanghai";
    case QotMarket.US_Security:
      return "America/New_York";
    default:
      return undefined;
  }
}

/** Flattens one security of `getUserSecurity` (3213) into a {@link WatchlistRow}. */
export function toWatchlistRow(info: SecurityStaticInfo): WatchlistRow {
  const { basic, warrantExData: warrant, optionExData: option, futureExData: future } = info;
  const owner = option?.owner ?? warrant?.owner;
  return {
    code: formatSymbol(basic.security),
    name: basic.name,
    lotSize: basic.lotSize,
    stockType: basic.secType,
    stockChildType: warrant?.type,
    stockOwner: owner && formatSymbol(owner),
    optionType: option?.type,
    strikeTime: option?.strikeTime,
    strikePrice: option?.strikePrice,
    suspension: option?.suspend,
    listingDate: basic.listTime || undefined,
    stockId: basic.id,
    delisting: basic.delisting,
    mainContract: future?.isMainContract,
    lastTradeTime: future?.lastTradeTime || undefined,
    timeZone: timeZoneOf(basic.security.market),
  };
}
