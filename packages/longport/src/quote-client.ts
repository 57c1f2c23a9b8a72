import {
  decodeBody,
  type Proto3Init,
  PushQuoteData,
  QuerySecurityQuote,
  QuerySecurityStaticInfo,
  type RequestCommand,
  type SecurityQuote,
  type StaticInfo,
  Subscribe,
  SubType,
  Unsubscribe,
} from "@tickwire/codec/longport";
import { addDispose, listeners } from "@tickwire/session/parts";
import { Call, checkCallOptions } from "./call.ts";
import type { LongPort } from "./client.ts";
import type { Config } from "./config.ts";
import { invalidArgument, LongPortError } from "./errors.ts";
import type { Http } from "./http.ts";
import type { CallOptions } from "./options.ts";
import { type QuoteOptions, type QuoteSettings, quoteSettings } from "./quote-options.ts";
import { QuoteSession, type QuoteStatus } from "./quote-session.ts";
import { type QuoteStream, type QuoteStreamOptions, quoteStream } from "./quote-stream.ts";
import { batchesOf, QuoteSubscriptions, type QuotesResubscribed } from "./quote-subscriptions.ts";
import { takeTurn } from "./turn.ts";
import { checkSecurities } from "./watchlist-input.ts";

/** What `quotes.on` tells. */
export interface QuoteClientEvents {
  /** The client stands elsewhere: lost, connected again, closed. */
  status: QuoteStatus;
  /** The connection is lost, or could not be opened again; the next try comes in `delayMs` milliseconds. */
  reconnecting: Extract<QuoteStatus, { state: "reconnecting" }>;
  /** After a lost connection, all that streams want was subscribed again, or refused. */
  resubscribed: QuotesResubscribed;
  /** The client is closed: on purpose, or because it has given up. */
  closed: { readonly error?: LongPortError };
  /** Something went wrong that belongs to no call: a push that cannot be read, a listener that threw. */
  warning: unknown;
}

/**
 * A client that is logged in to LongPort's quote socket, and comes back when the connection is lost. Get one from
 * `connectQuotes`.
 */
export class QuoteClient implements AsyncDisposable {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #config: Config;
  readonly #settings: QuoteSettings;
  readonly #session: QuoteSession;
  readonly #subscriptions: QuoteSubscriptions;
  readonly #listeners = listeners<QuoteClientEvents>((error, name) => {
    if (name !== "warning") this.#warn(error);
  });
  /** Since when pushes may be missing, by `Clock.now()`; undefined when none are. */
  #gapSince: number | undefined;
  /** Gives up what is being restored on a connection that is lost. */
  #restoring = new AbortController();

  /** @internal Use `connectQuotes`. */
  constructor(http: Http, settings: QuoteSettings) {
    this.#config = http.config;
    this.#settings = settings;
    this.#session = new QuoteSession(http, settings, {
      changed: (status) => this.#changed(status),
      ready: () => void this.#restore(),
      lost: () => {
        this.#gapSince ??= this.#config.clock.now();
        this.#restoring.abort();
      },
      push: (command, body) => this.#pushed(command, body),
    });
    this.#subscriptions = new QuoteSubscriptions({
      clock: this.#config.clock,
      subscribe: (symbol, options) =>
        this.request(Subscribe, { symbol, subType: [SubType.QUOTE], isFirstPush: true }, options),
      unsubscribe: (symbol) => this.#unsubscribe(symbol),
    });
    addDispose(this, "asyncDispose", () => this.close());
  }

  /**
   * Asks the quote socket anything. The command, from `@tickwire/codec/longport`, types the question and the answer:
   * `await quotes.request(QueryDepth, { symbol: "700.HK" })`. While the connection is lost it waits for the next one.
   *
   * It settles exactly once: with the answer, or with a {@link LongPortError} by the deadline at the latest.
   */
  async request<Q, A>(
    command: RequestCommand<Q, A>,
    message: NoInfer<Proto3Init<Q>>,
    options: CallOptions = {},
  ): Promise<A> {
    const { timeoutMs = this.#settings.timeoutMs } = checkCallOptions(options);
    const call = new Call(this.#config.clock, command.name, "read", timeoutMs, options);
    try {
      call.throwIfStopped();
      for (;;) {
        await call.wait(this.#session.ready());
        const pace = { pacer: this.#settings.pacer, clock: this.#config.clock };
        const leave = await takeTurn(pace, call, this.#session.signal);
        const { connection } = this.#session;
        try {
          // Else it was lost before the turn came.
          if (connection !== undefined) return await connection.ask(command, message as Proto3Init<Q>, call, timeoutMs);
        } finally {
          leave(connection !== undefined);
        }
      }
    } finally {
      call.end();
    }
  }

  /**
   * The present state of securities (`QuerySecurityQuote`, 11), such as `["700.HK", "AAPL.US"]`: also what pushes do not tell,
   * the close of the day before. 500 symbols go into a request.
   */
  async snapshot(securities: readonly string[], options?: CallOptions): Promise<SecurityQuote[]> {
    const answers = await this.#inBatches(securities, (symbol) =>
      this.request(QuerySecurityQuote, { symbol }, options),
    );
    return answers.flatMap(({ secuQuote }) => secuQuote);
  }

  /** Names, lot sizes, currencies and shares of securities (`QuerySecurityStaticInfo`, 10). 500 symbols go into a request. */
  async staticInfo(securities: readonly string[], options?: CallOptions): Promise<StaticInfo[]> {
    const answers = await this.#inBatches(securities, (symbol) =>
      this.request(QuerySecurityStaticInfo, { symbol }, options),
    );
    return answers.flatMap(({ secuStaticInfo }) => secuStaticInfo);
  }

  /**
   * Subscribes to quotes (`Subscribe`, 6) and gives their pushes (101), the present state first. A push leaves out, as "" or
   * 0, what has not changed. The account may have 500 symbols. A symbol is given up when no stream wants it any more, and
   * subscribed again after a lost connection. The `signal` gives up the subscribing only.
   */
  async subscribe(securities: readonly string[], options: QuoteStreamOptions & CallOptions = {}): Promise<QuoteStream> {
    const symbols = [...new Set(checkSecurities(securities))];
    if (symbols.length === 0) throw invalidArgument("securities must name at least one");
    const { ended } = this.#session;
    if (ended !== undefined) throw ended;
    const release = () => this.#subscriptions.remove(stream, symbols);
    const stream = quoteStream(options, release, (error) => this.#warn(error));
    const { signal, timeoutMs } = options;
    try {
      await this.#subscriptions.add(stream, symbols, { signal, timeoutMs });
    } catch (error) {
      await stream.close();
      throw error;
    }
    return stream;
  }

  /** Where the client stands now. */
  status(): QuoteStatus {
    return this.#session.status;
  }

  /**
   * Adds a listener; dispose of the returned object to remove it. What it throws, or rejects with when it is asynchronous,
   * becomes the `warning` event.
   */
  on<K extends keyof QuoteClientEvents>(name: K, listener: (event: QuoteClientEvents[K]) => unknown): Disposable {
    return this.#listeners.on(name, listener);
  }

  /**
   * Closes the client: what is under way or waits rejects with `LONGPORT_CLOSED`, streams end, and no timer is left. Calling
   * it again does nothing.
   */
  async close(): Promise<void> {
    this.#session.end(new LongPortError("LONGPORT_CLOSED", "the quote client was closed"));
  }

  /** @internal Resolves when it has logged in; when it cannot, or the signal aborts, it is closed. */
  async connected(signal: AbortSignal | undefined): Promise<void> {
    const onAbort = () =>
      this.#session.end(new LongPortError("LONGPORT_ABORTED", "connecting was aborted", { cause: signal?.reason }));
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    else this.#session.start();
    try {
      await this.#session.ready();
      // The signal may have come between.
      if (this.#session.ended !== undefined) throw this.#session.ended;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #inBatches<T>(securities: readonly string[], ask: (symbols: string[]) => Promise<T>): Promise<T[]> {
    return Promise.all(batchesOf(checkSecurities(securities)).map(ask));
  }

  async #restore(): Promise<void> {
    const since = this.#gapSince;
    if (since === undefined) return;
    this.#restoring = new AbortController();
    const result = await this.#subscriptions.restore(this.#restoring.signal);
    // Lost again meanwhile: then the gap goes on.
    if (result === undefined) return;
    this.#gapSince = undefined;
    if (result.restored.length + result.failed.length > 0) this.#listeners.emit("resubscribed", result);
    this.#subscriptions.gap(this.#config.clock.now() - since);
  }

  #unsubscribe(symbol: readonly string[]): void {
    // A connection that is lost has taken its subscriptions with it.
    if (this.#session.connection === undefined) return;
    this.request(Unsubscribe, { symbol, subType: [SubType.QUOTE] }).catch((error: LongPortError) => {
      if (this.#session.ended === undefined && error.code !== "LONGPORT_CONNECTION_LOST") this.#warn(error);
    });
  }

  #changed(status: QuoteStatus): void {
    this.#listeners.emit("status", status);
    // A listener may have closed the client, which is told by now.
    if (this.#session.status !== status) return;
    if (status.state === "reconnecting") this.#listeners.emit("reconnecting", status);
    if (status.state !== "closed") return;
    this.#restoring.abort();
    const { state: _, ...event } = status;
    this.#subscriptions.end(status.error);
    this.#listeners.emit("closed", event);
  }

  #pushed(command: number, body: Uint8Array): void {
    if (command !== PushQuoteData.code) return;
    try {
      this.#subscriptions.push(decodeBody(PushQuoteData, body));
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    this.#listeners.emit("warning", error);
  }
}

/**
 * Connects to LongPort's quote socket: a one-time token over HTTP, a WebSocket, and the login.
 *
 * ```ts
 * await using quotes = await connectQuotes(lp);
 * for await (const { symbol, lastDone } of await quotes.subscribe(["700.HK", "AAPL.US"])) console.log(symbol, lastDone);
 * ```
 * @throws {LongPortError}
 */
export async function connectQuotes(lp: LongPort, options: QuoteOptions = {}): Promise<QuoteClient> {
  const { http } = lp;
  const settings = quoteSettings(options, http.config);
  const { signal } = checkCallOptions({ signal: options.signal });
  const client = new QuoteClient(http, settings);
  await client.connected(signal);
  return client;
}
