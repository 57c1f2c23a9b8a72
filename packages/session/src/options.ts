import { DEFAULT_MAX_BODY_BYTES } from "@tickwire/codec";
import { invalidArgument } from "./errors.ts";

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up: it rejects with `OPEND_ABORTED`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait for the reply, in milliseconds, from now; more than 0. Default: the client's `timeoutMs`. OpenD
   * itself may take 3 seconds for a quote that was subscribed just before, so keep it above 4000.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of `connect`. */
export interface ClientOptions {
  /** A name for this client that OpenD may show. Default `"tickwire"`. */
  readonly clientId?: string | undefined;
  /** Default deadline of a request, in milliseconds; more than 0. Default 10000. */
  readonly timeoutMs?: number | undefined;
  /** Deadline of `connect`: opening and handshake together, in milliseconds; more than 0. Default 20000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Gives `connect` up. It has no effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** Largest body that is taken from OpenD, in bytes; more ends the connection. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Requests that may be under way at once; one more is refused with `OPEND_OVERLOADED`. Default 256. */
  readonly maxInFlight?: number | undefined;
}

/** Options of `connect` as they are in force. */
export interface Settings {
  readonly clientId: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly maxInFlight: number;
}

/** What a client does unless told otherwise. */
export const defaults: Settings = Object.freeze({
  clientId: "tickwire",
  timeoutMs: 10_000,
  connectTimeoutMs: 20_000,
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  maxInFlight: 256,
});

/**
 * The options in force; one that is given as undefined counts as not given.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function settingsOf(options: ClientOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...defaults, ...given };
  for (const name of ["timeoutMs", "connectTimeoutMs", "maxBodyBytes", "maxInFlight"] as const)
    checkPositive(name, settings[name]);
  if (typeof settings.clientId !== "string")
    throw invalidArgument(`clientId must be a string, got a ${typeof settings.clientId}`);
  checkSignal(options.signal);
  return settings;
}

/** @throws {OpenDError} `OPEND_INVALID_ARGUMENT` for anything but a number above 0. */
export function checkPositive(name: string, value: unknown, protocol?: string): void {
  if (typeof value === "number" && value > 0) return;
  const got = typeof value === "number" ? value : `a ${typeof value}`;
  throw invalidArgument(`${name} must be a number above 0, got ${got}`, protocol);
}

/** @throws {OpenDError} `OPEND_INVALID_ARGUMENT` for anything but an AbortSignal. */
export function checkSignal(signal: unknown, protocol?: string): void {
  if (signal === undefined || typeof (signal as AbortSignal | null)?.addEventListener === "function") return;
  throw invalidArgument("signal must be an AbortSignal", protocol);
}
