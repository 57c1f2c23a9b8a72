import type { Mapped } from "./symbol.ts";

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of each request to the broker, in milliseconds; more than 0. Default: the client's. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `remove`. */
export interface RemoveOptions extends CallOptions {
  /** True to take the securities off the watchlist altogether, out of every group. Default false: out of this group only. */
  readonly everywhere?: boolean | undefined;
}

/** What a broker can, and how fast. */
export interface Capabilities {
  readonly create: boolean;
  readonly rename: boolean;
  readonly delete: boolean;
  /** Whether the order of a group can be set. If so, what is added comes to its end, in the order in which it was given. */
  readonly reorder: boolean;
  /** Whether `remove` knows `everywhere`. */
  readonly removeEverywhere: boolean;
  /** How often one group may be read for hours, in milliseconds between two reads. */
  readonly minPollMs: number;
}

/** A group of a watchlist. */
export interface Group {
  /** Names the group in every call, and stays the same while the group keeps its name. */
  readonly id: string;
  /** Need not be unique. */
  readonly name: string;
  /** Which watchlist it is of: `futu`, `longport`, or a name that was given to `combine`. */
  readonly source: string;
  /** True for the broker's own groups, as far as the broker tells. */
  readonly isReadOnly: boolean;
  /**
   * True where another group of this name stands before it and the broker goes by names (Futu): it can neither be read nor
   * changed until one of them has another name.
   */
  readonly isShadowed: boolean;
}

/** A security in a group. */
export interface Item {
  /** The same for every broker: `700.HK`; with the broker in front what only that one has, `futu:HK.HSImain`. */
  readonly symbol: string;
  /** In the language of the broker's client; undefined where the broker sends none. */
  readonly name: string | undefined;
  /** What the broker calls it: `HK.00700` or `700.HK`. */
  readonly nativeId: string;
}

/**
 * The watchlist of an account, whichever broker has it.
 *
 * A group is named by its id or by its name. An id goes before a name; of several groups of one name the first is taken.
 * Symbols are taken as people write them (see `parseWatchlistSymbol`). Every call rejects with a {@link WatchlistError};
 * what the broker cannot rejects with `WATCHLIST_CANNOT`, and says what to do instead.
 */
export interface Watchlist {
  /** What can be done with a group, or, of a combined watchlist without one, with every group. */
  capabilities(group?: string): Capabilities;
  /** All groups, in the order of the broker's app. */
  groups(options?: CallOptions): Promise<Group[]>;
  /** One group. */
  find(group: string, options?: CallOptions): Promise<Group>;
  /** The securities of a group, in the broker's order. */
  items(group: string, options?: CallOptions): Promise<Item[]>;
  /** Adds to a group, in one request; what is there already stays where it is. */
  add(group: string, symbols: string | readonly string[], options?: CallOptions): Promise<void>;
  /** Takes out of this group, in one request; what is not there does no harm. */
  remove(group: string, symbols: string | readonly string[], options?: RemoveOptions): Promise<void>;
  /** Creates an empty group. */
  create(name: string, options?: CallOptions): Promise<Group>;
  rename(group: string, name: string, options?: CallOptions): Promise<void>;
  /** Deletes a group; its securities stay on the watchlist. */
  delete(group: string, options?: CallOptions): Promise<void>;
  /**
   * Brings the securities of a group into this order.
   * @param symbols All that are in the group. When the group holds others meanwhile, it rejects with `WATCHLIST_CHANGED`.
   */
  reorder(group: string, symbols: readonly string[], options?: CallOptions): Promise<void>;
  /** What the broker of this group calls a security, or why it cannot have it. */
  native(group: string, symbol: string): Mapped;
}
