import type { CallOptions } from "./options.ts";

/** Id of a group: 64 bits. A number only up to 2^53 - 1; a text of digits for more, or a bigint. */
export type GroupId = bigint | number | string;

/** A security in a group. */
export interface WatchlistSecurity {
  /** `TICKER.REGION`, for example `700.HK` or `BRK.B.US`. */
  readonly symbol: string;
  /** As the server names it, for example `HK`, `US`, `CN`, `SG`; take the region from the symbol instead. May be empty. */
  readonly market: string;
  /** In the client's language. May be empty. */
  readonly name: string;
  /** The price when it was added: a decimal, digit for digit as the server wrote it; undefined where there was none. */
  readonly watchedPrice: string | undefined;
  /** When it was added, to the second; undefined where the server does not tell. */
  readonly watchedAt: Date | undefined;
  /** True when it is pinned to the top, which it is in every group at once. */
  readonly isPinned: boolean;
}

/** A group of the watchlist. */
export interface WatchlistGroup {
  readonly id: bigint;
  readonly name: string;
  /** True for the views that LongPort makes itself, such as `holdings`: their ids are negative, and nobody can change them. */
  readonly isReadOnly: boolean;
  /** In the order in which they are shown. */
  readonly securities: readonly WatchlistSecurity[];
}

/**
 * What happens to the securities of a group.
 * - `add`: they come behind those that are there, in this order.
 * - `remove`: they leave this group.
 * - `replace`: the group holds exactly these, in this order; with none it is empty.
 */
export type UpdateMode = "add" | "remove" | "replace";

/**
 * A change of a group: its name, its securities, or both. With securities the mode has to be told: what the server does
 * without one is not documented, and to replace by mistake loses a list.
 */
export type GroupUpdate =
  | { readonly name: string; readonly securities?: undefined; readonly mode?: undefined }
  | { readonly name?: string | undefined; readonly securities: readonly string[]; readonly mode: UpdateMode };

/** Options of `delete`. */
export interface DeleteOptions extends CallOptions {
  /**
   * True to unfollow the group's securities too, so that they leave the group `all`, and by the vendor's Go SDK other groups
   * as well. Default false: only the group goes.
   */
  readonly purge?: boolean | undefined;
}
