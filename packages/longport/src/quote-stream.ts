import type { PushQuote } from "@tickwire/codec/longport";
import { type BufferedStream, type Feed, listeners, type Overflow, pushStream } from "@tickwire/session/parts";
import { checkOptions } from "./call.ts";
import { invalidArgument, LongPortError } from "./errors.ts";

/** How a stream treats a slow reader. */
export interface QuoteStreamOptions {
  /** Pushes that are kept for a slow reader; at least 1. Default 1000. */
  readonly buffer?: number | undefined;
  /** Default `conflate`: of each symbol the pushes are melted into one that holds its newest state. */
  readonly overflow?: Overflow | undefined;
}

/** What a stream tells beside its pushes. */
export interface QuoteStreamEvents {
  /**
   * The connection was lost and is there again; what was pushed meanwhile is missing. The server then pushes the present
   * state once. `sinceMs`: for how long there was none, in milliseconds.
   */
  gap: { readonly sinceMs: number };
}

/**
 * Pushes as an async iterator for one reader. It holds at most `buffer` of them. Leaving a `for await` loop, `close()` and
 * `await using` end it.
 */
export interface QuoteStream extends BufferedStream<PushQuote> {
  /** Adds a listener; dispose of the returned object to remove it. */
  on<K extends keyof QuoteStreamEvents>(name: K, listener: (event: QuoteStreamEvents[K]) => unknown): Disposable;
}

/** Where the pushes of a stream come from. */
export interface QuoteSink extends Feed<PushQuote> {
  gap(sinceMs: number): void;
}

const DEFAULT_BUFFER = 1000;
const OVERFLOWS: readonly Overflow[] = ["conflate", "drop-oldest", "error"];

/**
 * A new stream.
 * @param release Called once, when the reader leaves or the stream overflows.
 * @param warn Takes what a listener throws.
 * @throws {LongPortError} `LONGPORT_INVALID_ARGUMENT`
 */
export function quoteStream(
  options: QuoteStreamOptions,
  release: () => void,
  warn: (error: unknown) => void,
): QuoteStream & QuoteSink {
  const { buffer = DEFAULT_BUFFER, overflow = "conflate" } = checkOptions(options);
  if (!(typeof buffer === "number" && buffer >= 1)) throw invalidArgument("buffer must be a number, at least 1");
  if (!OVERFLOWS.includes(overflow)) throw invalidArgument(`overflow must be one of ${OVERFLOWS.join(", ")}`);
  const events = listeners<QuoteStreamEvents>(warn);
  const stream = pushStream<PushQuote>(
    { buffer, overflow, conflate: conflateQuotes, release },
    (code, message) => new LongPortError(`LONGPORT_${code}`, message),
  );
  return Object.assign(stream, { on: events.on, gap: (sinceMs: number) => events.emit("gap", { sinceMs }) });
}

/** A push leaves out what has not changed. */
const STATE = ["lastDone", "open", "high", "low", "timestamp", "volume", "turnover"] as const;

/** One push of each symbol, session and kind, with its newest state: the figures of one session are not those of another. */
export function conflateQuotes(pushes: readonly PushQuote[]): readonly PushQuote[] {
  const melted = new Map<string, PushQuote>();
  for (const push of pushes) {
    const key = `${push.symbol} ${push.tradeSession} ${push.tag}`;
    const before = melted.get(key);
    melted.set(key, before === undefined ? push : melt(before, push));
  }
  return [...melted.values()];
}

/** In the order of their arrival: whether sequences go on over a reconnect is not known. */
function melt(older: PushQuote, newer: PushQuote): PushQuote {
  return { ...newer, ...Object.fromEntries(STATE.map((field) => [field, newer[field] || older[field]])) };
}
