import { CodecError } from "@tickwire/codec";
import { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import { createConnection } from "./connection.ts";
import { OpenDError, rawMessage } from "./errors.ts";
import { type ClientOptions, settingsOf } from "./options.ts";
import { PushRouter } from "./push-router.ts";
import type { Transport } from "./transport.ts";
import type { Wire, WireFactory } from "./wire.ts";

/** The seams that a client package fills in. */
export interface Seams {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly wire: WireFactory;
}

/**
 * Opens a link and logs in. A client package's `connect` calls this with its own seams.
 * @throws {OpenDError} `OPEND_CONNECT_FAILED`, `OPEND_NOT_OPEND`, `OPEND_LOGIN_FAILED`, `OPEND_ABORTED` or
 * `OPEND_INVALID_ARGUMENT`.
 */
export async function connectSession(seams: Seams, options: ClientOptions = {}): Promise<Client> {
  const settings = settingsOf(options);
  const { transport, clock } = seams;
  const wire = seams.wire(settings);
  const router = new PushRouter();
  let client: Client | undefined;
  let keepAlive: { stop(): void } | undefined;
  const connection = createConnection({
    clock,
    wire,
    timeoutMs: settings.timeoutMs,
    maxInFlight: settings.maxInFlight,
    events: {
      push: (message) => client?.pushed(message),
      ended(error) {
        keepAlive?.stop();
        client?.ended(error);
      },
    },
  });

  const attempt = new AbortController();
  const stopWaiting = giveUpOn(attempt, options.signal, settings.connectTimeoutMs, seams);
  let isOpen = false;
  try {
    connection.attach(await transport.open(connection, attempt.signal));
    isOpen = true;
    const hello = await wire.greet((protocol, c2s) =>
      // The attempt's own deadline is the one that counts.
      connection.request(protocol, c2s, { signal: attempt.signal, timeoutMs: settings.connectTimeoutMs * 2 }),
    );
    if (connection.ended !== undefined) throw connection.ended;
    client = new Client(connection, router, hello);
    if (hello.keepAliveMs !== undefined && hello.keepAliveMs > 0)
      keepAlive = wire.keepAlive?.(connection, clock, hello.keepAliveMs);
    return client;
  } catch (error) {
    const reason = explain(error, attempt.signal, wire, transport, isOpen);
    connection.end(reason);
    throw reason;
  } finally {
    stopWaiting();
  }
}

/** Aborts the attempt at its deadline, or when the caller's signal does. Returns the clean-up. */
function giveUpOn(
  attempt: AbortController,
  signal: AbortSignal | undefined,
  connectTimeoutMs: number,
  { clock, transport: { address } }: Seams,
): () => void {
  const onAbort = () =>
    attempt.abort(new OpenDError("OPEND_ABORTED", `connecting to ${address} was aborted`, { cause: signal?.reason }));
  const onDeadline = () =>
    attempt.abort(new OpenDError("OPEND_LOGIN_FAILED", `no answer from ${address} within ${connectTimeoutMs} ms.`));
  const timer = clock.startTimer(onDeadline, connectTimeoutMs);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort);
  return () => {
    timer.cancel();
    signal?.removeEventListener("abort", onAbort);
  };
}

/** Says of a failed attempt what happened and what to check. */
function explain(
  error: unknown,
  attempt: AbortSignal,
  wire: Wire,
  { address }: Transport,
  isOpen: boolean,
): OpenDError {
  if (attempt.aborted) {
    const reason = attempt.reason as OpenDError;
    if (reason.code === "OPEND_ABORTED") return reason;
    const hint = isOpen ? wire.greetingHint : "Is the address right, and is no firewall between?";
    return new OpenDError(isOpen ? "OPEND_LOGIN_FAILED" : "OPEND_CONNECT_FAILED", `${rawMessage(reason)} ${hint}`, {
      retryable: true,
    });
  }
  if (!(error instanceof OpenDError))
    return new OpenDError("OPEND_CONNECT_FAILED", `${address}: ${error}`, { cause: error });
  if (error.code === "OPEND_CONNECT_FAILED" || error.code === "OPEND_INVALID_ARGUMENT") return error;
  // A frame with another checksum, or of another key, is OpenD's own; anything else that cannot be read is not OpenD's.
  if (error.cause instanceof CodecError && !/SHA1|CIPHER/.test(error.cause.code))
    return new OpenDError("OPEND_NOT_OPEND", `${address}: ${rawMessage(error.cause)}. ${wire.greetingHint}`, {
      cause: error,
    });
  return new OpenDError("OPEND_LOGIN_FAILED", `${address}: ${rawMessage(error)}. ${wire.greetingHint}`, {
    retType: error.retType,
    errCode: error.errCode,
    cause: error,
  });
}
