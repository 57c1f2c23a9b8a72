import { DEFAULT_MAX_BODY_BYTES } from "@tickwire/codec";
import type { BackoffOptions } from "./backoff.ts";
import { invalidArgument } from "./errors.ts";
import type { Interceptor } from "./interceptors.ts";
import type { RequestPacer } from "./request-pacer.ts";
import type { Telemetry } from "./telemetry.ts";

/** What a call does, which can be said for the client and for each call. */
export interface CallDefaults {
  /**
   * How long to wait for the reply, in milliseconds, from the call on; more than 0. It covers the wait for a connection and
   * for the rate limit too. OpenD itself may take 3 seconds for a quote that was subscribed just before, so keep it above
   * 4000. Default 10000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * `"reads"`: a request that only reads and whose connection was lost is sent again on the next one, within its deadline.
   * Others never are, because OpenD may have done them. Default `"never"`.
   */
  readonly retry?: "never" | "reads" | undefined;
  /**
   * What happens to a request that OpenD's rate limit has no room for. `"wait"`: it is sent as soon as there is room, if
   * that is before its deadline; else it rejects at once. `"reject"`: it rejects at once, with `OPEND_PACING` and
   * `retryAfterMs`. `"off"`: it is sent, and refused by OpenD. Default `"wait"`.
   */
  readonly pacing?: "wait" | "reject" | "off" | undefined;
  /**
   * What happens to a request while the connection is lost. `"wait"`: it is sent when there is one again, if that is before
   * its deadline. `"reject"`: it rejects at once, with `OPEND_CONNECTION_LOST` and the outcome `not-sent`. Default `"wait"`.
   */
  readonly whileDown?: "wait" | "reject" | undefined;
  /**
   * True: a request that only reads and equals one under way gets that one's reply, or failure, instead of being sent.
   * Aborting it then ends only the waiting. Default false.
   */
  readonly shareReads?: boolean | undefined;
}

/** Options of one call. Those that the client has too are the client's by default. */
export interface CallOptions extends CallDefaults {
  /** Gives the call up: it rejects with `OPEND_ABORTED`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How to come back after a lost connection. */
export interface ReconnectOptions extends Partial<BackoffOptions> {
  /** A connection that has lasted so long, in milliseconds, starts the delays anew. Default 30000. */
  readonly stableAfterMs?: number | undefined;
}

/** {@link ReconnectOptions} as they are in force. */
export interface ReconnectSettings extends BackoffOptions {
  readonly stableAfterMs: number;
}

/** Options of `connect`. */
export interface ClientOptions extends CallDefaults {
  /** A name for this client that OpenD may show. Default `"tickwire"`. */
  readonly clientId?: string | undefined;
  /** Deadline of one try to connect: opening and handshake together, in milliseconds; more than 0. Default 20000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Gives `connect` up. It has no effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** True: `connect` keeps trying while nothing listens there, with the delays of `reconnect`. Default false. */
  readonly waitForOpenD?: boolean | undefined;
  /** False: a lost connection closes the client. Default: it comes back, with the default delays. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
  /** A peer from which nothing came for so long, in milliseconds, counts as dead; more than 0. Default 30000. */
  readonly deadAfterMs?: number | undefined;
  /** Largest body that is taken from OpenD, in bytes; more ends the connection. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Requests that may be under way at once; one more is refused with `OPEND_OVERLOADED`. Default 256. */
  readonly maxInFlight?: number | undefined;
  /**
   * Requests that may wait at once, for a connection or for the rate limit; one more is refused with `OPEND_OVERLOADED`.
   * Default 1000.
   */
  readonly maxQueued?: number | undefined;
  /** Keeps the rate limits. Clients of one OpenD in a process share one, from `createPacer`. Default: one of its own. */
  readonly pacer?: RequestPacer | undefined;
  /** What stands around every request, the first outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Hears of requests, connections and pushes. Of several each is told, also when another throws. */
  readonly telemetry?: Telemetry | readonly Telemetry[] | undefined;
}

/** Options of `connect` as they are in force. */
export interface Settings {
  readonly clientId: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly deadAfterMs: number;
  readonly maxBodyBytes: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
  readonly retry: "never" | "reads";
  readonly pacing: "wait" | "reject" | "off";
  readonly whileDown: "wait" | "reject";
  readonly shareReads: boolean;
  readonly waitForOpenD: boolean;
  readonly reconnect: false | ReconnectSettings;
}

/** What a client does unless told otherwise. */
export const defaults: Settings & { readonly reconnect: ReconnectSettings } = /* @__PURE__ */ Object.freeze({
  clientId: "tickwire",
  timeoutMs: 10_000,
  connectTimeoutMs: 20_000,
  deadAfterMs: 30_000,
  maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
  maxInFlight: 256,
  maxQueued: 1000,
  retry: "never",
  pacing: "wait",
  whileDown: "wait",
  shareReads: false,
  waitForOpenD: false,
  reconnect: Object.freeze({
    initialMs: 200,
    maxMs: 15_000,
    maxAttempts: Number.POSITIVE_INFINITY,
    stableAfterMs: 30_000,
  }),
});

const words = {
  retry: ["never", "reads"],
  pacing: ["wait", "reject", "off"],
  whileDown: ["wait", "reject"],
} as const;

/**
 * The options in force; one that is given as undefined counts as not given.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function settingsOf(options: ClientOptions): Settings {
  const settings = over(defaults, options);
  checkPositives("", defaults, settings);
  if (typeof settings.clientId !== "string")
    throw invalidArgument(`clientId must be a string, got a ${typeof settings.clientId}`);
  checkCall(settings, options);
  const { reconnect } = settings;
  if (typeof reconnect !== "boolean" && Object(reconnect) !== reconnect)
    throw invalidArgument("reconnect must be true, false or an object");
  return { ...settings, reconnect: reconnect && reconnectOf(reconnect) };
}

function reconnectOf(options: true | ReconnectOptions): ReconnectSettings {
  const settings = over(defaults.reconnect, options);
  checkPositives("reconnect.", defaults.reconnect, settings);
  if (settings.maxMs < settings.initialMs)
    throw invalidArgument("reconnect.maxMs must be at least reconnect.initialMs");
  return settings;
}

/**
 * A call's options over the client's.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function callSettings(client: Settings, options: CallOptions, protocol: string): Settings {
  if (options === noOptions) return client;
  const settings = over(client, options);
  checkPositive("timeoutMs", settings.timeoutMs, protocol);
  checkCall(settings, options, protocol);
  return settings;
}

/** What a call has whose caller gives no options. */
export const noOptions: CallOptions = {};

/** Options that are not undefined over those below. */
function over<T extends object>(below: T, options: object | true): T {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && name in below);
  return { ...below, ...Object.fromEntries(given) };
}

function checkCall(settings: Settings, { signal }: CallOptions, protocol?: string): void {
  for (const [name, allowed] of Object.entries(words))
    checkWord(name, settings[name as keyof typeof words], allowed, protocol);
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.addEventListener !== "function")
    throw invalidArgument("signal must be an AbortSignal", protocol);
}

/** @throws {OpenDError} `OPEND_INVALID_ARGUMENT` for anything but one of the words. */
export function checkWord(name: string, value: unknown, allowed: readonly string[], protocol?: string): void {
  if (!(allowed as readonly unknown[]).includes(value))
    throw invalidArgument(`${name} must be one of "${allowed.join('", "')}"`, protocol);
}

/** What is a number by default must be one above 0. */
function checkPositives<T extends object>(prefix: string, below: T, settings: T): void {
  for (const [name, value] of Object.entries(below))
    if (typeof value === "number") checkPositive(prefix + name, settings[name as keyof T]);
}

/** @throws {OpenDError} `OPEND_INVALID_ARGUMENT` for anything but a number above 0. */
export function checkPositive(name: string, value: unknown, protocol?: string): void {
  if (typeof value === "number" && value > 0) return;
  const got = typeof value === "number" ? value : `a ${typeof value}`;
  throw invalidArgument(`${name} must be a number above 0, got ${got}`, protocol);
}
