/** What a fake LongPort knows at its start: plain data. `parseLongPortFixture` makes it from JSON. */
export interface LongPortFixture {
  /** Securities with names and prices. Groups can take others too; those have their symbol as name, and no price. */
  readonly securities: readonly LongPortFixtureSecurity[];
  /** The groups in the order of the app; the first is the one of type `all`. */
  readonly groups: readonly LongPortFixtureGroup[];
}

/** A security. */
export interface LongPortFixtureSecurity {
  /** `TICKER.REGION`: `700.HK`, `BRK.B.US`. */
  readonly symbol: string;
  readonly name: string;
  /** Its price when it was put on the watchlist, a decimal number as text; empty when there is none. Default empty. */
  readonly watchedPrice: string;
  /** When it was put on the watchlist, in Unix seconds. Default 1652855022, the vendor's sample. */
  readonly watchedAt: number;
  /** Whether it is pinned, in every group. Default false. */
  readonly isPinned: boolean;
}

/**
 * A group. Of type `all` is the one with every security of the watchlist; `market` those of them that belong to one market;
 * `view` the read-only ones with negative ids that do not depend on the watchlist, such as holdings; `custom` the user's.
 */
export type LongPortFixtureGroup = LongPortFixtureMarketGroup | LongPortFixtureListGroup;

/** A group whose securities follow from its market. */
export interface LongPortFixtureMarketGroup {
  readonly type: "market";
  readonly id: bigint;
  readonly name: string;
  /** As the service writes it: `US`, `HK`, `CN`, `SG`, `Crypto`. */
  readonly market: string;
}

/** A group with a list of securities. */
export interface LongPortFixtureListGroup {
  readonly type: "all" | "view" | "custom";
  /** Negative for a `view`, else positive. */
  readonly id: bigint;
  readonly name: string;
  /** Symbols in order. `all` holds those of the custom groups too, listed or not. */
  readonly securities: readonly string[];
}
