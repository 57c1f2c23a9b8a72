import { attemptLogin, type LoggedIn, type Seams } from "./attempt.ts";
import { createBackoff } from "./backoff.ts";
import type { Timer } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { deferred } from "./deferred.ts";
import { OpenDError, rawMessage } from "./errors.ts";
import { type Liveness, startLiveness } from "./liveness.ts";
import { defaults, type Settings } from "./options.ts";
import { unsureTypes } from "./reply.ts";
import type { Hello, Incoming, Wire } from "./wire.ts";

/** Where a session stands. */
export type SessionState =
  | { readonly state: "connecting" }
  | ({ readonly state: "ready" } & Hello)
  | {
      readonly state: "reconnecting";
      /** Tries since the connection was last stable, this one included; the first is 1. */
      readonly attempt: number;
      /** From the end of the last try to this one, in milliseconds. */
      readonly delayMs: number;
      /** Why there is no connection: how it was lost, or how the last try failed. */
      readonly cause: OpenDError;
    }
  | { readonly state: "closed" /** Why, unless `close()` was called. */; readonly error?: OpenDError };

/** What a session tells its owner. */
export interface SessionEvents {
  /** The state has changed. */
  changed(state: SessionState): void;
  /** There is a connection. */
  ready(connection: Connection): void;
  /** It is lost; what was under way has been settled. */
  lost(): void;
  push(message: Incoming): void;
}

/**
 * Keeps one connection to OpenD: opens it, watches over it, and opens the next when it is lost. Never are there two at
 * once: a try begins only when the connection before is closed and the try before is over.
 */
export interface Session {
  readonly state: SessionState;
  /** The connection that can be used now. */
  readonly connection: Connection | undefined;
  /** Id of the connection that can be used now; 0 while there is none. */
  readonly connId: bigint;
  /** Bytes that a frame wants in front of its body. */
  readonly headerBytes: number;
  /** Why the session is over; undefined while it is not. */
  readonly ended: OpenDError | undefined;
  /** Why there is no connection: how the last one was lost, or the last try failed. Undefined while there is one. */
  readonly cause: OpenDError | undefined;
  /** Aborts when the session is over. */
  readonly signal: AbortSignal;
  /** Begins to connect. */
  start(): void;
  /** The connection, when there is one; rejects with `ended` when the session is over. */
  ready(): Promise<Connection>;
  /** Ends it for good. */
  end(error: OpenDError): void;
}

/** A session that has not begun. */
export function createSession(seams: Seams, settings: Settings, events: SessionEvents): Session {
  const { clock } = seams;
  const { reconnect } = settings;
  const { stableAfterMs, ...delays } = reconnect || defaults.reconnect;
  const backoff = createBackoff(delays, seams.random ?? Math.random);
  /** Gives up the try that is under way, and what waits for its turn. */
  const giveUp = new AbortController();
  let liveness: Liveness | undefined;
  let retryTimer: Timer | undefined;
  /** When the last connection became ready. */
  let readyAt = 0;
  let wasReady = false;
  let wakes: { cancel(): void } | undefined;
  let waiters = deferred<Connection>();

  const change = (next: SessionState) => {
    session.state = next;
    events.changed(next);
  };

  const tryOnce = async (): Promise<void> => {
    retryTimer = undefined;
    try {
      await attemptLogin(seams, settings, giveUp.signal, { ready: enter, push: events.push, ended: lost });
    } catch (error) {
      failed(error as OpenDError);
    }
  };

  const enter = (login: LoggedIn) => {
    const { connection, hello, wire } = login;
    Object.assign(session, { connection, connId: hello.connId, headerBytes: wire.headerBytes, cause: undefined });
    wasReady = true;
    readyAt = clock.now();
    liveness = startLiveness({
      clock,
      connection,
      deadAfterMs: settings.deadAfterMs,
      keepAliveMs: hello.keepAliveMs,
      beat: () => beat(connection, wire),
    });
    change({ state: "ready", ...hello });
    // Who was told may have ended it.
    if (session.connection !== connection) return;
    waiters.resolve(connection);
    events.ready(connection);
  };

  const beat = (connection: Connection, wire: Wire) => {
    const { protocol, encode } = wire.heartbeat(clock.unixMs());
    // Without an answer it is no error by itself: any bytes will do. So none of them is waited for very long.
    const timeoutMs = Math.min(settings.deadAfterMs, defaults.deadAfterMs);
    connection.request(protocol, { encode, timeoutMs, beyondLimit: true }).catch(() => undefined);
  };

  const lost = (error: OpenDError) => {
    liveness?.stop();
    liveness = undefined;
    Object.assign(session, { connection: undefined, connId: 0n });
    // Who waits still, because it ends while it is being told, waits for the next one.
    const { resolve } = waiters;
    waiters = deferred();
    resolve(waiters.promise);
    if (session.ended !== undefined) return;
    events.lost();
    if (clock.now() - readyAt >= stableAfterMs) backoff.reset();
    if (reconnect === false) end(error);
    else again(error);
  };

  const failed = (error: OpenDError) => {
    if (session.ended !== undefined) return;
    if (wasReady ? !isFinal(error) : settings.waitForOpenD && error.code === "OPEND_CONNECT_FAILED" && error.retryable)
      again(error);
    else end(error);
  };

  /** Tries again after a while, unless it is time to give up. */
  const again = (error: OpenDError) => {
    session.cause = error;
    const delayMs = backoff.next();
    if (delayMs === undefined) {
      const text = `gave up after ${backoff.attempt} tries to connect: ${rawMessage(error)}`;
      end(new OpenDError(wasReady ? "OPEND_CONNECTION_LOST" : "OPEND_CONNECT_FAILED", text, { cause: error }));
      return;
    }
    retryTimer = clock.startTimer(() => void tryOnce(), delayMs);
    change({ state: "reconnecting", attempt: backoff.attempt, delayMs, cause: error });
  };

  const end = (error: OpenDError) => {
    if (session.ended !== undefined) return;
    session.ended = error;
    retryTimer?.cancel();
    wakes?.cancel();
    giveUp.abort(error);
    session.connection?.end(error);
    change(error.code === "OPEND_CLOSED" ? { state: "closed" } : { state: "closed", error });
    waiters.reject(error);
  };

  const session: { -readonly [K in keyof Session]: Session[K] } = {
    state: { state: "connecting" },
    connection: undefined,
    connId: 0n,
    headerBytes: 0,
    ended: undefined,
    cause: undefined,
    signal: giveUp.signal,
    start() {
      // A computer that wakes up, or a page that comes to the front, does not wait for timers of before.
      wakes = clock.onWake?.(() => {
        liveness?.wake();
        if (retryTimer === undefined) return;
        retryTimer.cancel();
        void tryOnce();
      });
      void tryOnce();
    },
    ready: () => waiters.promise,
    end,
  };
  return session;
}

/** The relay's own trouble with OpenD, which passes: no answer in time, none from the servers, OpenD lost. */
const PASSING_RELAY_ERRORS = 3;

/**
 * A refused login is not tried again: it would be refused again, and the account could be locked. One that OpenD did not
 * get to the end is.
 */
function isFinal({ code, retType, errCode = 0 }: OpenDError): boolean {
  if (code !== "OPEND_LOGIN_FAILED") return false;
  return retType === undefined ? errCode < 0 || errCode > PASSING_RELAY_ERRORS : !unsureTypes.has(retType);
}
