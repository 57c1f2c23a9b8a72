import type { PushQuote } from "@tickwire/codec/longport";
import type { Clock } from "@tickwire/session/parts";
import type { LongPortError } from "./errors.ts";
import type { CallOptions } from "./options.ts";
import type { QuoteSink } from "./quote-stream.ts";

/** What came of subscribing again after a lost connection. */
export interface QuotesResubscribed {
  readonly restored: readonly string[];
  /** What the server refused, and why; it is tried again after the next lost connection. */
  readonly failed: readonly { readonly symbol: string; readonly error: LongPortError }[];
}

/** Sends requests of at most 500 symbols. */
export interface SubscriptionHost {
  readonly clock: Clock;
  subscribe(symbols: readonly string[], options: CallOptions): Promise<unknown>;
  /** Nobody waits for it. */
  unsubscribe(symbols: readonly string[]): void;
}

/** Most symbols of a request, and of an account, by the vendor's documentation. */
const MAX_SYMBOLS = 500;
/** When to try again what could not be restored for a reason that passes, in milliseconds. */
const RETRY_MS = 10_000;

/** As few lists as can be of at most 500 symbols. */
export function batchesOf(symbols: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(symbols.length / MAX_SYMBOLS) }, (_, i) =>
    symbols.slice(i * MAX_SYMBOLS, (i + 1) * MAX_SYMBOLS),
  );
}

interface Wanted {
  readonly sinks: Set<QuoteSink>;
  /** The server has confirmed it at least once, so it is subscribed again after a lost connection. */
  isConfirmed: boolean;
}

/** What the streams want, by symbol; the server knows one subscription of each, whatever the number of streams. */
export class QuoteSubscriptions {
  readonly #host: SubscriptionHost;
  readonly #wanted = new Map<string, Wanted>();

  constructor(host: SubscriptionHost) {
    this.#host = host;
  }

  /**
   * A stream wants them, until `remove`, also when this rejects. Asks also for what is subscribed already: the server then
   * pushes the present state, to this stream too.
   */
  async add(sink: QuoteSink, symbols: readonly string[], options: CallOptions): Promise<void> {
    for (const symbol of symbols) {
      const wanted = this.#wanted.get(symbol) ?? { sinks: new Set(), isConfirmed: false };
      wanted.sinks.add(sink);
      this.#wanted.set(symbol, wanted);
    }
    await Promise.all(batchesOf(symbols).map((batch) => this.#host.subscribe(batch, options)));
    for (const symbol of symbols) {
      const wanted = this.#wanted.get(symbol);
      if (wanted?.sinks.has(sink)) wanted.isConfirmed = true;
    }
  }

  /** A stream does not want them any more. */
  remove(sink: QuoteSink, symbols: readonly string[]): void {
    const left = symbols.filter((symbol) => {
      const wanted = this.#wanted.get(symbol);
      return wanted?.sinks.delete(sink) && wanted.sinks.size === 0 && this.#wanted.delete(symbol);
    });
    for (const batch of batchesOf(left)) this.#host.unsubscribe(batch);
  }

  push(quote: PushQuote): void {
    // A sink may leave while it is told.
    for (const sink of [...(this.#wanted.get(quote.symbol)?.sinks ?? [])]) sink.push(quote);
  }

  /**
   * Subscribes on a new connection to all that is wanted, batch by batch. Gives nothing when the connection is lost meanwhile.
   * @param signal Aborts when the connection is lost.
   */
  async restore(signal: AbortSignal): Promise<QuotesResubscribed | undefined> {
    const batches = batchesOf(this.#confirmed().map(([symbol]) => symbol));
    const restored: string[] = [];
    const failed: { symbol: string; error: LongPortError }[] = [];
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      // Streams may have ended while the batches before were sent.
      const symbols = batch.filter((symbol) => this.#wanted.has(symbol));
      const error = await this.#subscribe(symbols, signal);
      if (signal.aborted) return undefined;
      if (error === undefined) restored.push(...symbols);
      else if (error.retryable) {
        await this.#pause(signal);
        batches.unshift(symbols);
        // One symbol that the server does not know any more must not cost the others theirs.
      } else if (symbols.length > 1) {
        const middle = symbols.length >> 1;
        batches.unshift(symbols.slice(0, middle), symbols.slice(middle));
      } else for (const symbol of symbols) failed.push({ symbol, error });
    }
    return { restored, failed };
  }

  /** Tells every stream that had begun of a gap. */
  gap(sinceMs: number): void {
    const sinks = new Set(this.#confirmed().flatMap(([, wanted]) => [...wanted.sinks]));
    for (const sink of sinks) sink.gap(sinceMs);
  }

  /** Ends every stream. */
  end(error: LongPortError | undefined): void {
    const sinks = new Set([...this.#wanted.values()].flatMap((wanted) => [...wanted.sinks]));
    this.#wanted.clear();
    for (const sink of sinks) sink.end(error);
  }

  #confirmed(): [symbol: string, wanted: Wanted][] {
    return [...this.#wanted].filter(([, { isConfirmed }]) => isConfirmed);
  }

  async #subscribe(symbols: readonly string[], signal: AbortSignal): Promise<LongPortError | undefined> {
    try {
      if (symbols.length > 0) await this.#host.subscribe(symbols, { signal });
      return undefined;
    } catch (error) {
      return error as LongPortError;
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#host.clock.startTimer(resolve, RETRY_MS);
      const onAbort = () => {
        timer.cancel();
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
