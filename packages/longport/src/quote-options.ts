import {
  type Pace,
  Pacer,
  type ReconnectOptions,
  type ReconnectSettings,
  type WebSocketLike,
} from "@tickwire/session/parts";
import { type Config, configError } from "./config.ts";
import { defaults } from "./options.ts";

/** Options of `connectQuotes`. */
export interface QuoteOptions {
  /**
   * Where the quote socket is: `ws:` or `wss:`. Default: of LongPort's own hosts that which belongs to the client's
   * `baseUrl`, for example `wss://openapi-quote.longportapp.com/v2`; of another `baseUrl` its origin with the path `/v2`.
   */
  readonly url?: string | undefined;
  /**
   * Makes the WebSocket for an address, a new one each time: for what only the npm package `ws` can be told in Node, such as
   * a proxy agent. Default: the runtime's own WebSocket.
   */
  readonly createWebSocket?: ((url: URL) => WebSocketLike) | undefined;
  /** Gives `connectQuotes` up. It has no effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of a try to connect: token, opening and login together, in milliseconds; more than 0. Default 15000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Deadline of a request, in milliseconds, waits included; more than 0. Default: that of the `LongPort`, 30000. */
  readonly timeoutMs?: number | undefined;
  /** False: a lost connection closes the client. Default: it comes back, with the default delays. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
  /**
   * A server from which nothing came for so long, in milliseconds, counts as dead; more than 0. Heartbeats go out three times
   * in this time. Default 90000.
   */
  readonly deadAfterMs?: number | undefined;
  /** The rate limit that the socket's requests keep, or `false` for none. Default: 10 in 1000 ms, 5 at once, as documented. */
  readonly pacing?: Pace | false | undefined;
  /** True: the US overnight session too, where the account may see it. Default false. */
  readonly overnight?: boolean | undefined;
}

/** {@link QuoteOptions} as they are in force. */
export interface QuoteSettings {
  readonly url: URL;
  readonly createWebSocket: (url: URL) => WebSocketLike;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly deadAfterMs: number;
  readonly reconnect: false | ReconnectSettings;
  readonly pacer: Pacer | undefined;
  /** Goes along with every login. */
  readonly metadata: Readonly<Record<string, string>>;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;
const DEFAULT_DEAD_AFTER_MS = 90_000;

/** The delays unless told otherwise. (A function, because bundlers keep a constant that reads a property.) */
export const usualReconnect = (): ReconnectSettings => ({
  initialMs: 200,
  maxMs: 15_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  stableAfterMs: 30_000,
});

/** @throws {LongPortError} `LONGPORT_CONFIG` */
export function quoteSettings(options: QuoteOptions, config: Config): QuoteSettings {
  if (typeof options !== "object" || options === null) throw configError("options must be an object");
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, deadAfterMs = DEFAULT_DEAD_AFTER_MS } = options;
  const { timeoutMs = config.timeoutMs, createWebSocket = (url) => new WebSocket(url), overnight = false } = options;
  for (const [name, value] of Object.entries({ connectTimeoutMs, deadAfterMs, timeoutMs })) checkPositive(name, value);
  if (typeof createWebSocket !== "function") throw configError("createWebSocket must be a function");
  if (typeof overnight !== "boolean") throw configError("overnight must be true or false");
  return {
    url: addressOf(options.url ?? usualUrl(config.baseUrl)),
    createWebSocket,
    connectTimeoutMs,
    timeoutMs,
    deadAfterMs,
    reconnect: reconnectOf(options.reconnect ?? true),
    pacer: pacerOf(options.pacing ?? defaults.pacing, config),
    metadata: { "accept-language": config.language, ...(overnight && { need_over_night_quote: "true" }) },
  };
}

function checkPositive(name: string, value: unknown): void {
  if (!(typeof value === "number" && value > 0)) throw configError(`${name} must be a number above 0`);
}

function reconnectOf(reconnect: boolean | ReconnectOptions): QuoteSettings["reconnect"] {
  if (reconnect === false) return false;
  if (Object(reconnect) !== reconnect && reconnect !== true)
    throw configError("reconnect must be true, false or an object");
  const given = Object.entries(reconnect).filter(([, value]) => value !== undefined);
  const settings = { ...usualReconnect(), ...Object.fromEntries(given) };
  for (const [name, value] of Object.entries(settings)) checkPositive(`reconnect.${name}`, value);
  if (settings.maxMs < settings.initialMs) throw configError("reconnect.maxMs must be at least reconnect.initialMs");
  return settings;
}

function pacerOf(pacing: Pace | false, { clock }: Config): Pacer | undefined {
  if (pacing === false) return undefined;
  try {
    return new Pacer(clock, pacing);
  } catch (cause) {
    throw configError(`pacing: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

/** LongPort's hosts are `openapi.` and `openapi-quote.` of the same domains. */
function usualUrl(baseUrl: string): string {
  const { origin } = new URL(baseUrl);
  return `${origin.replace(/^http/, "ws").replace(/^wss:\/\/openapi\./, "wss://openapi-quote.")}/v2`;
}

/** With the query by which the vendor's clients ask for version 1 in protobuf, as platform "OpenAPI". */
function addressOf(url: string): URL {
  if (typeof url !== "string" || !/^wss?:/i.test(url) || !URL.canParse(url))
    throw configError('url is not an address of a WebSocket: write it as "wss://openapi-quote.longportapp.com/v2"');
  const address = new URL(url);
  if (address.username !== "" || address.password !== "" || address.hash !== "")
    throw configError("url must have no user, no password and no fragment");
  for (const [name, value] of Object.entries({ version: "1", codec: "1", platform: "9" }))
    address.searchParams.set(name, value);
  return address;
}
