import { QotUpdateBasicQot, SubType } from "@tickwire/codec";
import type { Client } from "@tickwire/session";
import { type EventStream, type Mailbox, mailbox } from "./mailbox.ts";
import { fromFutuSymbol, toFutuSymbol } from "./symbol.ts";
import type { CallOptions } from "./types.ts";

/** The latest price of a security. */
export interface Quote {
  readonly type: "quote";
  readonly symbol: string;
  /** A decimal number in the market's currency. */
  readonly price: string;
  /** The close of the trading day before; undefined where the broker did not send it. */
  readonly previousClose: string | undefined;
  /** When the price was made, in milliseconds since 1970; undefined where the broker did not send it. */
  readonly atUnixMs: number | undefined;
}

/** The connection was lost and is there again; what was sent meanwhile is missing. */
export interface QuoteGap {
  readonly type: "gap";
  /** For how long there was none, in milliseconds; several that were not read are told as one, with their sum. */
  readonly sinceMs: number;
}

/** Nothing came for a while: the market is quiet, or something is broken. */
export interface QuoteSilence {
  readonly type: "stale";
  /** Its length so far, in milliseconds. */
  readonly sinceMs: number;
}

export type QuoteEvent = Quote | QuoteGap | QuoteSilence;

/** Where live quotes come from. */
export interface QuoteSource {
  /** Whether it can quote this security at all. */
  supports(symbol: string): boolean;
  /**
   * Subscribes. A stream that is closed gives up what no other stream of the source wants: to change what is subscribed to,
   * a new stream is opened before the old one is closed.
   * @param symbols At least one; all supported.
   */
  subscribe(symbols: readonly string[], options?: CallOptions): Promise<EventStream<QuoteEvent>>;
}

/** Puts an event into a stream in place of an unread one about the same. */
export function putQuote<T extends { readonly type: string }>(
  events: Mailbox<T | QuoteEvent>,
  event: QuoteEvent,
  source = "",
): void {
  const key = event.type === "quote" ? event.symbol : `${event.type} ${source}`;
  events.put(key, (unread) =>
    event.type === "gap" && unread?.type === "gap"
      ? { ...event, sinceMs: event.sinceMs + (unread as QuoteGap).sinceMs }
      : event,
  );
}

/** Options of {@link futuQuotes}. */
export interface FutuQuotesOptions {
  /** After so many milliseconds without a quote `stale` is told; more than 0. Default: never. */
  readonly staleAfterMs?: number | undefined;
}

/**
 * Live quotes by a client of OpenD: Qot_Sub (3001), pushes by Qot_UpdateBasicQot (3005). Each security takes one unit of the
 * account's quota.
 */
export function futuQuotes(client: Pick<Client, "subscribe">, options: FutuQuotesOptions = {}): QuoteSource {
  return {
    supports: (symbol) => toFutuSymbol(symbol).symbol !== undefined,
    async subscribe(symbols, callOptions) {
      const securities = symbols.flatMap((symbol) => toFutuSymbol(symbol).symbol ?? []);
      const pushes = await client.subscribe(
        QotUpdateBasicQot,
        { securities, subTypes: [SubType.Basic] },
        { ...callOptions, ...options },
      );
      const events = mailbox<QuoteEvent>(() => void pushes.close());
      pushes.on("gap", ({ sinceMs }) => putQuote(events, { type: "gap", sinceMs }));
      pushes.on("stale", ({ sinceMs }) => putQuote(events, { type: "stale", sinceMs }));
      const pump = async () => {
        for await (const { basicQotList } of pushes)
          for (const { security, curPrice, lastClosePrice, updateTimestamp } of basicQotList)
            putQuote(events, {
              type: "quote",
              symbol: fromFutuSymbol(security),
              price: String(curPrice),
              previousClose: String(lastClosePrice),
              atUnixMs: updateTimestamp === undefined ? undefined : updateTimestamp * 1000,
            });
      };
      pump().then(
        () => events.end(),
        (error: unknown) => events.end(error),
      );
      return events;
    },
  };
}
