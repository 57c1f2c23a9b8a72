import { CodecError, encodeRequest } from "@tickwire/codec";
import type { Clock } from "./clock.ts";
import { type Connection, type ConnectionEvents, createConnection } from "./connection.ts";
import { OpenDError, rawMessage } from "./errors.ts";
import type { Settings } from "./options.ts";
import type { Transport } from "./transport.ts";
import type { Ask, Hello, Wire, WireFactory } from "./wire.ts";

/** The seams that a client package fills in. */
export interface Seams {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly wire: WireFactory;
  /** Random numbers from 0 to below 1. Default: the runtime's. */
  readonly random?: () => number;
}

/** A connection that has logged in. */
export interface LoggedIn {
  readonly connection: Connection;
  readonly hello: Hello;
  readonly wire: Wire;
}

/**
 * Tries once to open a link and to log in. When it fails nothing is left open.
 * @param signal Gives the try up; its reason is an OpenDError.
 * @param events `ready`, called before anything else can happen to the connection, and what it tells from then on.
 * @throws {OpenDError} `OPEND_CONNECT_FAILED`, `OPEND_NOT_OPEND`, `OPEND_LOGIN_FAILED`, or the signal's reason.
 */
export async function attemptLogin(
  { transport, clock, wire: makeWire }: Seams,
  settings: Settings,
  signal: AbortSignal,
  events: ConnectionEvents & { ready(login: LoggedIn): void },
): Promise<void> {
  const { connectTimeoutMs, maxInFlight } = settings;
  const wire = makeWire(settings);
  let isLoggedIn = false;
  const connection = createConnection({
    clock,
    wire,
    maxInFlight,
    events: {
      push: (message) => isLoggedIn && events.push(message),
      ended: (error) => isLoggedIn && events.ended(error),
    },
  });
  const attempt = new AbortController();
  const onAbort = () => attempt.abort(signal.reason);
  const timer = clock.startTimer(
    () =>
      attempt.abort(
        new OpenDError("OPEND_TIMEOUT", `no answer from ${transport.address} within ${connectTimeoutMs} ms.`),
      ),
    connectTimeoutMs,
  );
  let isOpen = false;
  const ask: Ask = (protocol, c2s) =>
    connection.request(protocol, {
      encode: () => encodeRequest(protocol, c2s, wire.headerBytes),
      // The attempt's own deadline is the one that counts.
      timeoutMs: connectTimeoutMs * 2,
      signal: attempt.signal,
    });
  try {
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    connection.attach(await transport.open(connection, attempt.signal));
    // A transport may give a link all the same.
    attempt.signal.throwIfAborted();
    isOpen = true;
    const hello = await wire.greet(ask);
    if (connection.ended !== undefined) throw connection.ended;
    connection.serverVersion = hello.serverVersion;
    isLoggedIn = true;
    events.ready({ connection, hello, wire });
  } catch (error) {
    const reason = signal.aborted
      ? (signal.reason as OpenDError)
      : explain(error, attempt.signal, wire, transport, isOpen);
    connection.end(reason);
    throw reason;
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

/** Says of a failed attempt what happened and what to check. */
function explain(
  error: unknown,
  attempt: AbortSignal,
  wire: Wire,
  { address }: Transport,
  isOpen: boolean,
): OpenDError {
  const hint = isOpen ? wire.greetingHint : "Is the address right, and is no firewall between?";
  if (attempt.aborted)
    return new OpenDError(
      isOpen ? "OPEND_LOGIN_FAILED" : "OPEND_CONNECT_FAILED",
      `${rawMessage(attempt.reason as OpenDError)} ${hint}`,
      { retryable: true },
    );
  if (!(error instanceof OpenDError))
    return new OpenDError("OPEND_CONNECT_FAILED", `${address}: ${error}`, { cause: error });
  if (error.code === "OPEND_CONNECT_FAILED" || error.code === "OPEND_INVALID_ARGUMENT") return error;
  // A frame with another checksum, or of another key, is OpenD's own; anything else that cannot be read is not OpenD's.
  const isForeign = error.cause instanceof CodecError && !/SHA1|CIPHER/.test(error.cause.code);
  const { retType, errCode, reason } = error;
  return new OpenDError(
    isForeign ? "OPEND_NOT_OPEND" : "OPEND_LOGIN_FAILED",
    `${address}: ${rawMessage(isForeign ? (error.cause as CodecError) : error)}. ${hint}`,
    { retType, errCode, reason, cause: error },
  );
}
