import { DEFAULT_MAX_BODY_BYTES } from "@tickwire/codec";

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up: it rejects with `OPEND_ABORTED`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * How long to wait for the reply, in milliseconds, from now; more than 0. Default: the client's `timeoutMs`. OpenD
   * itself may take 3 seconds for a quote that was subscribed just before, so keep it above 4000.
   */
  readonly timeoutMs?: number;
}

/** Options of `connect`. */
export interface ClientOptions {
  /** A name for this client that OpenD may show. Default `"tickwire"`. */
  readonly clientId?: string;
  /** Default deadline of a request, in milliseconds; more than 0. Default 10000. */
  readonly timeoutMs?: number;
  /** Deadline of `connect`: opening and handshake together, in milliseconds; more than 0. Default 20000. */
  readonly connectTimeoutMs?: number;
  /** Gives `connect` up. It has no effect afterwards. */
  readonly signal?: AbortSignal;
  /** Largest body that is taken from OpenD, in bytes; more ends the connection. Default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** Requests that may be under way at once; one more is refused with `OPEND_OVERLOADED`. Default 256. */
  readonly maxInFlight?: number;
}

/** What a client does unless told otherwise. */
export const defaults: Required<Omit<ClientOptions, "signal">> = Object.freeze({
  clientId: "tickwire",
  timeoutMs: 10_000,
  connectTimeoutMs: 20_000,
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  maxInFlight: 256,
});
