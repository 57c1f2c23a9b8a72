import {
  type AuthResponse,
  CmdAuth,
  CmdReconnect,
  type Proto3Init,
  type RequestCommand,
} from "@tickwire/codec/longport";
import {
  createBackoff,
  type Deferred,
  deferred,
  type Liveness,
  startLiveness,
  type Timer,
} from "@tickwire/session/parts";
import { Call } from "./call.ts";
import { LongPortError } from "./errors.ts";
import type { Http } from "./http.ts";
import { QuoteConnection, type QuoteConnectionEvents, rawMessage } from "./quote-connection.ts";
import { type QuoteSettings, usualReconnect } from "./quote-options.ts";
import { openSocket } from "./quote-socket.ts";
import { redactor } from "./redact.ts";
import { socketToken } from "./socket-token.ts";

/** Where a quote client stands. */
export type QuoteStatus =
  | { readonly state: "connecting" }
  | {
      readonly state: "ready";
      /** True where the session of before was taken up again, false where a new one began. */
      readonly isResumed: boolean;
      /** How many sockets the account may have open at a time; 0 where the server does not say. */
      readonly limit: number;
      /** How many it has; 0 where the server does not say. */
      readonly online: number;
    }
  | {
      readonly state: "reconnecting";
      /** Tries since the connection was last stable, this one included; the first is 1. */
      readonly attempt: number;
      /** From the end of the last try to this one, in milliseconds. */
      readonly delayMs: number;
      /** Why there is no connection: how it was lost, or how the last try failed. */
      readonly cause: LongPortError;
    }
  | { readonly state: "closed" /** Why, unless `close()` was called. */; readonly error?: LongPortError };

/** What a session tells its owner. */
export interface QuoteSessionEvents {
  /** The state has changed. */
  changed(status: QuoteStatus): void;
  /** There is a connection, on which nothing is subscribed. */
  ready(): void;
  /** It is lost; what was under way has been settled. */
  lost(): void;
  push(command: number, body: Uint8Array): void;
}

/** What the vendor's clients tell the server of a login's deadline, in milliseconds. */
const LOGIN_MS = 5_000;

/**
 * Keeps one socket: opens it, watches over it, and opens the next when it is lost, by the session's id while that is valid,
 * else by a new one-time token. Never are there two at once.
 */
export class QuoteSession {
  status: QuoteStatus = { state: "connecting" };
  /** The connection that can be used now. */
  connection: QuoteConnection | undefined;
  /** Why it is over; undefined while it is not. */
  ended: LongPortError | undefined;
  readonly #http: Http;
  readonly #settings: QuoteSettings;
  readonly #events: QuoteSessionEvents;
  readonly #backoff: ReturnType<typeof createBackoff>;
  /** Gives up the try that is under way. */
  readonly #giveUp = new AbortController();
  #waiters: Deferred<void> = deferred();
  #liveness: Liveness | undefined;
  #retryTimer: Timer | undefined;
  #wakes: { cancel(): void } | undefined;
  /** When the last connection became ready; undefined before the first. */
  #readyAt: number | undefined;
  /**
   * What can be taken up again, and until when, in milliseconds since 1970. One of the vendor's clients takes what the answer to
   * a reconnect says for a duration; that would be in the past here, and a new session begins, which is as well.
   */
  #resumable: { readonly sessionId: string; readonly expires: number } | undefined;

  constructor(http: Http, settings: QuoteSettings, events: QuoteSessionEvents) {
    this.#http = http;
    this.#settings = settings;
    this.#events = events;
    this.#backoff = createBackoff(settings.reconnect || usualReconnect(), http.config.random);
  }

  /** Aborts when it is over, with `ended` as its reason. */
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** Begins to connect. */
  start(): void {
    // A computer that wakes up, or a page that comes to the front, does not wait for timers of before.
    this.#wakes = this.#http.config.clock.onWake?.(() => {
      this.#liveness?.wake();
      if (this.#retryTimer === undefined) return;
      this.#retryTimer.cancel();
      void this.#tryOnce();
    });
    void this.#tryOnce();
  }

  /** Resolves when there is a connection; rejects with `ended` when it is over. */
  ready(): Promise<void> {
    return this.#waiters.promise;
  }

  /** Ends it for good. */
  end(error: LongPortError): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    this.#retryTimer?.cancel();
    this.#wakes?.cancel();
    this.#giveUp.abort(error);
    this.connection?.end(error);
    this.#change(error.code === "LONGPORT_CLOSED" ? { state: "closed" } : { state: "closed", error });
    this.#waiters.reject(error);
  }

  async #tryOnce(): Promise<void> {
    this.#retryTimer = undefined;
    const { connectTimeoutMs } = this.#settings;
    const call = new Call(this.#http.config.clock, "connect", "read", connectTimeoutMs, { signal: this.signal });
    call.outcome = "unknown";
    try {
      if (!(await this.#resume(call))) await this.#begin(call);
    } catch (error) {
      this.#failed(error as LongPortError);
    } finally {
      call.end();
    }
  }

  /**
   * Takes the session of before up again; false when there is none, or the server knows it no more. It is tried once: a server
   * that does not answer for it might never do.
   */
  async #resume(call: Call): Promise<boolean> {
    const { sessionId, expires } = this.#resumable ?? { sessionId: "", expires: 0 };
    if (expires <= this.#http.config.clock.unixMs()) return false;
    try {
      await this.#login(CmdReconnect, { sessionId, metadata: this.#settings.metadata }, sessionId, call);
      return true;
    } catch (error) {
      const { code, outcome } = error as LongPortError;
      // These say nothing of the session.
      if (code === "LONGPORT_NETWORK" || code === "LONGPORT_CONNECTION_LIMIT") throw error;
      this.#resumable = undefined;
      if (outcome !== "rejected") throw error;
      return false;
    }
  }

  async #begin(call: Call): Promise<void> {
    const { connectTimeoutMs: timeoutMs, metadata } = this.#settings;
    const token = await call.wait(socketToken(this.#http, { signal: call.signal, timeoutMs }));
    await this.#login(CmdAuth, { token, metadata }, token, call);
  }

  /**
   * Opens a socket, whose first packet must be the login. When it fails nothing is left open.
   * @param secret Of the message; it never stands in an error.
   */
  async #login<Q>(
    command: RequestCommand<Q, AuthResponse>,
    message: Proto3Init<Q>,
    secret: string,
    call: Call,
  ): Promise<void> {
    const { url, createWebSocket } = this.#settings;
    const { clock } = this.#http.config;
    const isCurrent = () => this.connection === connection;
    const events: QuoteConnectionEvents = {
      push: (code, body) => isCurrent() && this.#events.push(code, body),
      ended: (error) => isCurrent() && this.#lost(error),
    };
    const connection = new QuoteConnection(clock, events, redactor([secret]));
    const address = url.origin + url.pathname;
    try {
      connection.attach(
        await call.wait(openSocket(() => createWebSocket(url), address, clock, connection, call.signal)),
      );
      const answer = await connection.ask(command, message, call, LOGIN_MS);
      if (connection.ended !== undefined) throw connection.ended;
      this.#enter(connection, answer, command.code === CmdReconnect.code);
    } catch (error) {
      connection.end(error as LongPortError);
      throw error;
    }
  }

  #enter(connection: QuoteConnection, { sessionId, expires, limit, online }: AuthResponse, isResumed: boolean): void {
    const { clock } = this.#http.config;
    const { deadAfterMs } = this.#settings;
    this.connection = connection;
    this.#readyAt = clock.now();
    this.#resumable = sessionId === "" ? undefined : { sessionId, expires: Number(expires) };
    this.#liveness = startLiveness({
      clock,
      connection,
      deadAfterMs,
      keepAliveMs: deadAfterMs,
      beat: () => connection.beat(),
    });
    this.#change({ state: "ready", isResumed, limit, online });
    // Who was told may have ended it.
    if (this.connection !== connection) return;
    this.#waiters.resolve();
    this.#events.ready();
  }

  #lost(error: LongPortError): void {
    this.#liveness?.stop();
    this.#liveness = undefined;
    if (this.connection?.isSessionOver) this.#resumable = undefined;
    this.connection = undefined;
    // Who waits still, because it ends while it is being told, waits for the next one.
    const { resolve } = this.#waiters;
    this.#waiters = deferred();
    resolve(this.#waiters.promise);
    if (this.ended !== undefined) return;
    this.#events.lost();
    const { reconnect } = this.#settings;
    if (reconnect === false) {
      this.end(error);
      return;
    }
    if (this.#http.config.clock.now() - (this.#readyAt ?? 0) >= reconnect.stableAfterMs) this.#backoff.reset();
    this.#again(error);
  }

  #failed(error: LongPortError): void {
    if (this.ended !== undefined) return;
    if (this.#readyAt === undefined || isFinal(error)) this.end(error);
    else this.#again(error);
  }

  /** Tries again after a while, unless it is time to give up. */
  #again(cause: LongPortError): void {
    const delayMs = this.#backoff.next();
    const { attempt } = this.#backoff;
    if (delayMs === undefined) {
      const problem = `gave up after ${attempt} tries to connect: ${rawMessage(cause)}`;
      this.end(new LongPortError("LONGPORT_CONNECTION_LOST", problem, { cause }));
      return;
    }
    this.#retryTimer = this.#http.config.clock.startTimer(() => void this.#tryOnce(), delayMs);
    this.#change({ state: "reconnecting", attempt, delayMs, cause });
  }

  #change(status: QuoteStatus): void {
    this.status = status;
    this.#events.changed(status);
  }
}

/** A login that was refused would be refused again. */
function isFinal({ code, outcome }: LongPortError): boolean {
  return (
    code === "LONGPORT_CONFIG" || code === "LONGPORT_NO_CRYPTO" || (code === "LONGPORT_AUTH" && outcome === "rejected")
  );
}
