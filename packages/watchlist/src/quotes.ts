import { QotUpdateBasicQot, type QotUpdateBasicQotS2C, SubType, type TickwireError } from "@tickwire/codec";
import type { Client, OpenDError, PushStream } from "@tickwire/session";
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

/** Of this security no quotes come from this source: the broker refused it, perhaps for want of a right to its quotes. */
export interface QuoteRefusal {
  readonly type: "refused";
  readonly symbol: string;
  /** The client's own error. */
  readonly error: TickwireError;
}

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
      const { pushes, refused } = await subscribeTo(client, symbols, { ...callOptions, ...options });
      const events = mailbox<QuoteEvent>(() => void pushes?.close());
      for (const refusal of refused) putQuote(events, refusal);
      if (pushes !== undefined) forward(pushes, events);
      return events;
    },
  };
}

type Pushes = PushStream<QotUpdateBasicQotS2C>;

interface Subscribed {
  /** Undefined when all were refused. */
  readonly pushes: Pushes | undefined;
  readonly refused: readonly QuoteRefusal[];
}

/** OpenD refuses all for the sake of one, and does not say which: those are found by halves. */
async function subscribeTo(
  client: Pick<Client, "subscribe">,
  symbols: readonly string[],
  options: CallOptions & FutuQuotesOptions,
): Promise<Subscribed> {
  const subscribe = (some: readonly string[]): Promise<Pushes> =>
    client.subscribe(
      QotUpdateBasicQot,
      { securities: some.flatMap((symbol) => toFutuSymbol(symbol).symbol ?? []), subTypes: [SubType.Basic] },
      options,
    );
  const accepted: string[] = [];
  const refused: QuoteRefusal[] = [];
  const halves: Pushes[] = [];
  const search = async (some: readonly string[]): Promise<void> => {
    try {
      halves.push(await subscribe(some));
      accepted.push(...some);
    } catch (error) {
      if (!isAboutSecurities(error)) throw error;
      if (some.length === 1) return void refused.push({ type: "refused", symbol: some[0] as string, error });
      const middle = Math.ceil(some.length / 2);
      await search(some.slice(0, middle));
      await search(some.slice(middle));
    }
  };
  try {
    await search(symbols);
    // One stream for all, so that a gap is told once; the client subscribes to nothing anew for it.
    return { pushes: halves.length > 1 ? await subscribe(accepted) : halves.pop(), refused };
  } finally {
    for (const half of halves) void half.close();
  }
}

function isAboutSecurities(error: unknown): error is TickwireError {
  const { code, outcome, reason } = error as Partial<OpenDError>;
  return code === "OPEND_SERVER" && outcome === "rejected" && reason === undefined;
}

function forward(pushes: Pushes, events: Mailbox<QuoteEvent>): void {
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
}
