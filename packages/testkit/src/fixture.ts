import type { ExchType, OptionType, SecurityType, UserAttribution, WarrantType } from "@tickwire/session";
import type { FixtureAccount } from "./trade-fixture.ts";

/** The language that OpenD is set to (`lang`): it decides the names of system groups and the texts of refusals. */
export type Language = "en" | "zh";

/** A text that is the same in both languages, or one per language. */
export type LocalText = string | Readonly<Record<Language, string>>;

/** What a fake gateway knows: plain data, so that a test can change a copy of it. `parseFixture` makes it from JSON. */
export interface Fixture {
  readonly gateway: FixtureGateway;
  readonly securities: readonly FixtureSecurity[];
  /** The watchlist's groups, in the order of the app. */
  readonly groups: readonly FixtureGroup[];
  /** The trading accounts. Default none. */
  readonly accounts?: readonly FixtureAccount[];
}

/** The gateway itself and the account that it is logged in with. */
export interface FixtureGateway {
  readonly language: Language;
  /** The version as InitConnect (1001) and GetGlobalState (1002) tell it: 1011 is 10.11. */
  readonly serverVer: number;
  readonly serverBuildNo: number;
  readonly loginUserID: bigint;
  readonly userAttribution: UserAttribution;
  /** How many securities the system group "All" holds at most: 500 for an account without trades, else 2,000. */
  readonly watchlistCap: number;
  /** How many units of subscription the account has; one security with one `SubType` takes one. */
  readonly subscriptionQuota: number;
  /** What unlocks trading (2005), in plain text: something made up, as its MD5 is no secret. Default: anything does. */
  readonly tradePassword?: string | undefined;
}

/** A security that the gateway knows; what is not listed is refused as unknown. */
export interface FixtureSecurity {
  /** Market, dot, code: `HK.00700`. */
  readonly symbol: string;
  readonly id: bigint;
  /** Shares per lot; for options shares per contract, for futures the contract multiplier. 0 for indexes. */
  readonly lotSize: number;
  readonly secType: SecurityType;
  readonly name: LocalText;
  /** `yyyy-MM-dd`, or empty. The gateway sends 1970-01-01 for indexes. */
  readonly listTime: string;
  /** Midnight of the listing date in the market's time, in Unix seconds. */
  readonly listTimestamp?: number | undefined;
  readonly delisting?: boolean | undefined;
  readonly exchType?: ExchType | undefined;
  /** For warrants only. */
  readonly warrant?: FixtureWarrant | undefined;
  /** For options only. */
  readonly option?: FixtureOption | undefined;
  /** For futures only. */
  readonly future?: FixtureFuture | undefined;
  readonly quote: FixtureQuote;
}

/** What only warrants have. */
export interface FixtureWarrant {
  readonly type: WarrantType;
  /** Symbol of the underlying security. */
  readonly owner: string;
}

/** What only options have. */
export interface FixtureOption {
  readonly type: OptionType;
  /** Symbol of the underlying security. */
  readonly owner: string;
  /** Exercise date, `yyyy-MM-dd` in the market's time. */
  readonly strikeTime: string;
  readonly strikePrice: number;
  /** Whether trading is suspended. */
  readonly suspend: boolean;
  /** Name of the market that issued it. */
  readonly market: string;
  /** Exercise date in Unix seconds. */
  readonly strikeTimestamp?: number | undefined;
}

/** What only futures have. */
export interface FixtureFuture {
  /** Last day of trading; empty for main, current-month and next-month contracts. */
  readonly lastTradeTime: string;
  readonly isMainContract: boolean;
}

/** The quote to start from. Prices are in the market's currency; in JSON all but `curPrice` may be left out. */
export interface FixtureQuote {
  readonly curPrice: number;
  /** Close of the previous trading day. Default `curPrice`, as for the next three. */
  readonly lastClosePrice: number;
  readonly openPrice: number;
  readonly highPrice: number;
  readonly lowPrice: number;
  /**
   * The smallest step of the price. Default: what the market says at `curPrice`. A step that the market says changes with
   * the price, as the market's; any other stays.
   */
  readonly priceSpread: number;
  /** Shares or contracts traded today. Default 0. */
  readonly volume: bigint;
  /** Money traded today. Default 0. */
  readonly turnover: number;
  /** In percent: 20 means 20 %. Default 0. */
  readonly turnoverRate: number;
  /** Whether trading is suspended; the price then stands still. Default false. */
  readonly isSuspended: boolean;
}

/** A group of the watchlist. Names need not be unique; of equal ones the first counts. */
export interface FixtureGroup {
  readonly name: LocalText;
  /** System groups cannot be changed; of them, the one named "All" (全部) holds whatever is added to a custom group. */
  readonly type: "system" | "custom";
  /** Symbols of its securities, in order. */
  readonly members: readonly string[];
}

/** A text in the gateway's language. */
export function textIn(language: Language, text: LocalText): string {
  return typeof text === "string" ? text : text[language];
}
