import {
  type Interceptor,
  QotGetUserSecurity,
  type QotGetUserSecurityS2C,
  toWatchlistRow,
  type WatchlistRow,
} from "@tickwire/web-client";
import type { Named } from "./source.ts";

/** What is known of securities: of every one that was in a list so far, and by name of those that the source knows. */
export class Securities {
  readonly #rows = new Map<string, WatchlistRow>();
  #known: readonly Named[] = [];

  /**
   * The watchlist gives symbols and names; the ids and kinds that the same replies have are kept here, without a further
   * request.
   */
  readonly keep: Interceptor = (next) => async (call) => {
    const reply = await next(call);
    if (call.protocol.id === QotGetUserSecurity.id)
      for (const info of (reply as QotGetUserSecurityS2C).staticInfoList) {
        const row = toWatchlistRow(info);
        this.#rows.set(row.code, row);
      }
    return reply;
  };

  /** Forgets all but these. */
  startWith(known: readonly Named[]): void {
    this.#rows.clear();
    this.#known = known;
  }

  row(symbol: string): WatchlistRow | undefined {
    return this.#rows.get(symbol);
  }

  nameOf(symbol: string): string {
    return this.row(symbol)?.name ?? this.#known.find((each) => each.symbol === symbol)?.name ?? symbol;
  }

  /** All of them, each once. */
  all(): readonly Named[] {
    const names = new Map(this.#known.map(({ symbol, name }) => [symbol, name]));
    for (const { code, name } of this.#rows.values()) names.set(code, name);
    return [...names].map(([symbol, name]) => ({ symbol, name }));
  }
}
