import { brand, TickwireError, type TickwireErrorInit } from "@tickwire/codec";

/**
 * Codes of {@link LongPortError}.
 * - `LONGPORT_INVALID_ARGUMENT`: an argument is wrong; the message names it. Nothing was sent.
 * - `LONGPORT_CONFIG`: an option or an environment variable is missing or wrong; the message names it.
 * - `LONGPORT_NO_CRYPTO`: the runtime has no Web Crypto, so nothing can be signed; in browsers a page without `https:`.
 * - `LONGPORT_PACING`: the rate limit leaves no room before the call's deadline; see `retryAfterMs`. Nothing was sent.
 * - `LONGPORT_ABORTED`: the caller's signal aborted; its reason is the `cause`.
 * - `LONGPORT_TIMEOUT`: no reply within `timeoutMs`.
 * - `LONGPORT_NETWORK`: no connection, or it ended before the reply was complete.
 * - `LONGPORT_AUTH`: the server does not accept the credentials or the signature, or the `bearer` function failed.
 * - `LONGPORT_RATE_LIMIT`: the server refused because of its rate limit; see `retryAfterMs`. It did nothing.
 * - `LONGPORT_SERVER`: the server answered with another refusal; see `serverCode`, `status` and the message.
 * - `LONGPORT_BAD_REPLY`: something answered that cannot be read as LongPort's reply.
 * - `LONGPORT_NO_ID`: a group was created, says the reply, but its id is missing.
 * - `LONGPORT_CONNECTION_LIMIT`: the account has as many sockets open as it may.
 * - `LONGPORT_CONNECTION_LOST`: the socket ended with the request under way, or for good.
 * - `LONGPORT_CLOSED`: the quote client was closed.
 * - `LONGPORT_SLOW_CONSUMER`: a stream with the overflow policy `error` was not read in time.
 */
export type LongPortErrorCode =
  | "LONGPORT_INVALID_ARGUMENT"
  | "LONGPORT_CONFIG"
  | "LONGPORT_NO_CRYPTO"
  | "LONGPORT_PACING"
  | "LONGPORT_ABORTED"
  | "LONGPORT_TIMEOUT"
  | "LONGPORT_NETWORK"
  | "LONGPORT_AUTH"
  | "LONGPORT_RATE_LIMIT"
  | "LONGPORT_SERVER"
  | "LONGPORT_BAD_REPLY"
  | "LONGPORT_NO_ID"
  | "LONGPORT_CONNECTION_LIMIT"
  | "LONGPORT_CONNECTION_LOST"
  | "LONGPORT_CLOSED"
  | "LONGPORT_SLOW_CONSUMER";

/** What a {@link LongPortError} carries beside its message. */
export interface LongPortErrorInit extends TickwireErrorInit {
  /** Method and path, for example `POST /v1/watchlist/groups`, or the socket's command, for example `Subscribe`. */
  readonly operation?: string | undefined;
  readonly status?: number | undefined;
  readonly serverCode?: number | undefined;
  readonly traceId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly clockSkewMs?: number | undefined;
}

/**
 * Every error of this package. Decide by `code`, and after a failed write by `outcome`. It never holds the app secret, the
 * access token or a signature.
 */
export class LongPortError extends TickwireError {
  override readonly name = "LongPortError";
  declare readonly code: LongPortErrorCode;
  /** Method and path, or the socket's command, where the error belongs to a request. */
  readonly operation: string | undefined;
  /**
   * HTTP status, where there was a reply; the envelope's code decides, so it may be 200. Of the socket: the status of the
   * response, `PacketStatus`.
   */
  readonly status: number | undefined;
  /** The code of the envelope, or of the socket's response, for example 403201; undefined where the reply had none. */
  readonly serverCode: number | undefined;
  /** The reply's `x-trace-id`, for LongPort's support. Browsers show it only where the server's CORS rules allow it. */
  readonly traceId: string | undefined;
  /** `LONGPORT_PACING` and, where the server says so, `LONGPORT_RATE_LIMIT`: when to try again, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** By how many milliseconds the server's clock is ahead of ours, where that may be why it refused a signature. */
  readonly clockSkewMs: number | undefined;

  constructor(code: LongPortErrorCode, message: string, init: LongPortErrorInit = {}) {
    super(code, init.operation === undefined ? message : `${init.operation}: ${message}`, init);
    this.operation = init.operation;
    this.status = init.status;
    this.serverCode = init.serverCode;
    this.traceId = init.traceId;
    this.retryAfterMs = init.retryAfterMs;
    this.clockSkewMs = init.clockSkewMs;
  }

  static {
    brand(LongPortError, "LongPortError");
  }
}

/** The error for an argument that is wrong. */
export const invalidArgument = (message: string): LongPortError =>
  new LongPortError("LONGPORT_INVALID_ARGUMENT", message);
