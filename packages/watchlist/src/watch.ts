import { type Clock, systemClock, type Timer } from "@tickwire/session/parts";
import { patient } from "./diff.ts";
import { asWatchlistError, brokerFailure, invalidArgument, WatchlistError } from "./errors.ts";
import { type EventStream, type Mailbox, mailbox } from "./mailbox.ts";
import { putQuote, type QuoteEvent, type QuoteSource } from "./quotes.ts";
import type { CallOptions, Item, Watchlist } from "./types.ts";

/** The securities of the watched groups, at first and whenever they or their order have changed. */
export interface Membership {
  readonly type: "items";
  /** All of them, each once, in the order of the groups. */
  readonly items: readonly Item[];
  /** Since the event before; at first all. */
  readonly added: readonly Item[];
  readonly removed: readonly Item[];
  /** Symbols of the items that no quote source supports. */
  readonly unquoted: readonly string[];
}

/** Something failed that may work the next time: the groups could not be read, or quotes not be subscribed. */
export interface Trouble {
  readonly type: "error";
  readonly error: WatchlistError;
}

/** What a watched group tells; `type` says which it is. */
export type WatchEvent = Membership | QuoteEvent | Trouble;

/** Options of {@link watchGroup}. */
export interface WatchOptions extends CallOptions {
  /** Where live quotes come from; of several the first that supports a security. Default: none. */
  readonly quotes?: QuoteSource | readonly QuoteSource[] | undefined;
  /**
   * Milliseconds from read to read; at least the sum of the groups' `minPollMs`. Brokers do not tell when a list has changed.
   * Default 10000, or that sum when it is more.
   */
  readonly intervalMs?: number | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Where the time comes from; for tests. Default: real time. */
  readonly clock?: Clock | undefined;
}

const DEFAULT_INTERVAL_MS = 10_000;

/**
 * Watches groups: yields their securities when they change, and live quotes of all of them. It begins at once. A reader that
 * is slow gets of each security the newest quote, and several changes as one. What may work the next time is an event; what
 * will not, such as a group that is gone or a client that was closed, ends the stream by an error.
 * @throws {WatchlistError} `WATCHLIST_INVALID_ARGUMENT`
 */
export function watchGroup(
  watchlist: Watchlist,
  group: string | readonly string[],
  options: WatchOptions = {},
): EventStream<WatchEvent> {
  const groups = [group].flat();
  if (groups.length === 0) throw invalidArgument("group must be one group or a list of at least one");
  const minMs = groups.reduce((sum, each) => sum + watchlist.capabilities(each).minPollMs, 0);
  const { intervalMs = Math.max(DEFAULT_INTERVAL_MS, minMs) } = options;
  if (!(intervalMs >= minMs && Number.isFinite(intervalMs)))
    throw invalidArgument(
      `intervalMs must be at least ${minMs}, so that the broker's limit holds; it is ${intervalMs}`,
    );
  const watch = new Watch(watchlist, groups, intervalMs, options);
  watch.start();
  return watch.events;
}

class Watch {
  readonly events: Mailbox<WatchEvent> = mailbox(() => this.#stop.abort());
  readonly #watchlist: Watchlist;
  readonly #groups: readonly string[];
  readonly #intervalMs: number;
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #feeds: readonly Feed[];
  #items: readonly Item[] | undefined;
  #symbols: ReadonlySet<string> = new Set();

  constructor(watchlist: Watchlist, groups: readonly string[], intervalMs: number, options: WatchOptions) {
    this.#watchlist = watchlist;
    this.#groups = groups;
    this.#intervalMs = intervalMs;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#feeds = [options.quotes ?? []].flat().map(
      (source, index) =>
        new Feed(source, {
          quote: (event) => {
            if (event.type === "quote" && !this.#symbols.has(event.symbol)) return;
            putQuote(this.events, event, String(index));
          },
          trouble: (error) => this.#trouble(`quotes ${index}`, error),
        }),
    );
  }

  start(): void {
    const { signal } = this.#options;
    const onAbort = () => void this.events.close();
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#run()
      .then(
        () => this.events.end(),
        (error: unknown) => this.events.end(error),
      )
      .finally(() => {
        signal?.removeEventListener("abort", onAbort);
        for (const feed of this.#feeds) feed.close();
      });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let dueAt = this.#clock.now();
    while (!signal.aborted) {
      await this.#read();
      const now = this.#clock.now();
      // A read that took longer than the interval leaves out those that it has missed.
      do dueAt += this.#intervalMs;
      while (dueAt <= now);
      if (!signal.aborted) await pause(this.#clock, dueAt - now, signal);
    }
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    const options = { ...patient(this.#options), signal };
    try {
      const items = new Map<string, Item>();
      for (const group of this.#groups)
        for (const item of await this.#watchlist.items(group, options))
          if (!items.has(item.symbol)) items.set(item.symbol, item);
      if (!signal.aborted) this.#tell([...items.values()]);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof WatchlistError && error.retryable)) throw error;
      this.#trouble("read", error);
    }
    let rest = [...this.#symbols];
    for (const feed of this.#feeds) {
      await feed.want(
        rest.filter((symbol) => feed.source.supports(symbol)),
        options,
      );
      rest = rest.filter((symbol) => !feed.source.supports(symbol));
    }
  }

  #tell(items: readonly Item[]): void {
    const before = this.#items;
    if (before !== undefined && sameOrder(before, items)) return;
    this.#items = items;
    this.#symbols = new Set(items.map(({ symbol }) => symbol));
    const unquoted = [...this.#symbols].filter((symbol) => !this.#feeds.some(({ source }) => source.supports(symbol)));
    const added = without(items, before ?? []);
    const removed = without(before ?? [], items);
    this.events.put("items", (unread) =>
      unread?.type === "items"
        ? {
            type: "items",
            items,
            unquoted,
            added: [...without(unread.added, removed), ...without(added, unread.removed)],
            removed: [...without(unread.removed, added), ...without(removed, unread.added)],
          }
        : { type: "items", items, unquoted, added, removed },
    );
  }

  #trouble(key: string, reason: unknown): void {
    const told = asWatchlistError(brokerFailure("quotes", reason, () => undefined));
    this.events.put(`error ${key}`, () => ({ type: "error", error: told }));
  }
}

/** The quotes of one source: one stream, which is replaced when other securities are wanted. */
class Feed {
  readonly source: QuoteSource;
  readonly #to: { quote(event: QuoteEvent): void; trouble(error: unknown): void };
  #stream: EventStream<QuoteEvent> | undefined;
  #symbols: readonly string[] = [];

  constructor(source: QuoteSource, to: { quote(event: QuoteEvent): void; trouble(error: unknown): void }) {
    this.source = source;
    this.#to = to;
  }

  async want(symbols: readonly string[], options: CallOptions): Promise<void> {
    const isSame = symbols.length === this.#symbols.length && symbols.every((symbol) => this.#symbols.includes(symbol));
    if (isSame && (this.#stream !== undefined || symbols.length === 0)) return;
    try {
      const stream = symbols.length === 0 ? undefined : await this.source.subscribe(symbols, options);
      this.close();
      this.#stream = stream;
      this.#symbols = symbols;
      if (stream !== undefined) void this.#pump(stream);
    } catch (error) {
      if (options.signal?.aborted !== true) this.#to.trouble(error);
    }
  }

  close(): void {
    void this.#stream?.close();
    this.#stream = undefined;
  }

  /** A stream that ends by itself is opened again at the next read. */
  async #pump(stream: EventStream<QuoteEvent>): Promise<void> {
    try {
      for await (const event of stream) if (this.#stream === stream) this.#to.quote(event);
    } catch (error) {
      this.#to.trouble(error);
    }
    if (this.#stream === stream) this.#stream = undefined;
  }
}

const sameOrder = (a: readonly Item[], b: readonly Item[]): boolean =>
  a.length === b.length && a.every(({ symbol }, index) => symbol === b[index]?.symbol);

function without(items: readonly Item[], others: readonly Item[]): Item[] {
  const symbols = new Set(others.map(({ symbol }) => symbol));
  return items.filter(({ symbol }) => !symbols.has(symbol));
}

/** Waits, or until the signal aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: Timer | undefined;
    const end = () => {
      timer?.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    timer = clock.startTimer(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
