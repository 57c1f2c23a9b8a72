import type { TickwireError } from "@tickwire/codec";
import type { EventStream, Mailbox } from "./mailbox.ts";
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

/** Of this security no quotes come from this source: the broker refused it, perhaps for want of a right to its quotes. */
export interface QuoteRefusal {
  readonly type: "refused";
  readonly symbol: string;
  /** The client's own error. */
  readonly error: TickwireError;
}

/** What a source of quotes tells; `type` says which it is. */
export type QuoteEvent = Quote | QuoteGap | QuoteSilence | QuoteRefusal;

/** Where live quotes come from. */
export interface QuoteSource {
  /** Whether it can quote this security at all. */
  supports(symbol: string): boolean;
  /**
   * Subscribes; what the broker refuses is told by the stream, and the others come. A stream that is closed gives up what no other stream of the source wants: to change what is subscribed to,
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
  const about = "symbol" in event ? event.symbol : source;
  const key = event.type === "quote" ? about : `${event.type} ${about}`;
  events.put(key, (unread) =>
    event.type === "gap" && unread?.type === "gap"
      ? { ...event, sinceMs: event.sinceMs + (unread as QuoteGap).sinceMs }
      : event,
  );
}
