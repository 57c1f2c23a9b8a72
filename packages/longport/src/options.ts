import type { Clock, Pace } from "@tickwire/session/parts";

/** The languages that LongPort's servers know; any other falls back to the account's own, usually Chinese. */
export type Language = "en" | "zh-CN" | "zh-HK";

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * API-key mode: requests are signed. The three belong together and come from the developer centre. The app secret opens
 * the account: it never belongs in a browser.
 */
export interface ApiKeyCredentials {
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly bearer?: undefined;
}

/** OAuth mode: requests carry `Authorization: Bearer …` and no signature. */
export interface BearerCredentials {
  /**
   * The access token, without the word `Bearer`, or a function that gives one; it is asked before every request. When the
   * server refuses with 401 the function is asked once more, with `true`, and the request is repeated once, for a request
   * that was refused so did nothing.
   */
  readonly bearer: string | ((refused: boolean) => string | Promise<string>);
  readonly appKey?: undefined;
  readonly appSecret?: undefined;
  readonly accessToken?: undefined;
}

/** What can be chosen in either mode. */
export interface ClientOptions {
  /**
   * Where the API is: `http:` or `https:`, with or without a path and a slash at its end. Default
   * `https://openapi.longportapp.com`, in OAuth mode `https://openapi.longbridge.com`, because LongPort's OAuth exists under
   * that name only; with the region `CN` the same ending in `.cn`.
   */
  readonly baseUrl?: string | undefined;
  /** `CN`, in any case, for the hosts in mainland China; anything else, and nothing, for the others. */
  readonly region?: string | undefined;
  /** Of names and messages. Default `en`. */
  readonly language?: Language | undefined;
  /** Deadline of a call, in milliseconds; more than 0. Waiting for a turn and retries count. Default 30000. */
  readonly timeoutMs?: number | undefined;
  /**
   * How often a call is tried again at most, 0 to 10, where that can do no harm: any call that the rate limit refused or
   * that found no connection, and reads that lost theirs. Default 3.
   */
  readonly retries?: number | undefined;
  /**
   * The rate limit that the client keeps, or `false` for none. A call takes its place in the window until `windowMs` after
   * its end. Default: 10 requests in 1000 ms, 5 at once, as documented.
   */
  readonly pacing?: Pace | false | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: Fetch | undefined;
  /** Where the client gets the time from; for tests. Default: real time. */
  readonly clock?: Clock | undefined;
  /** Gives numbers from 0 up to 1, for the waits between retries; for tests. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Options of `new LongPort`. */
export type LongPortOptions = ClientOptions & (ApiKeyCredentials | BearerCredentials);

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up: it rejects with `LONGPORT_ABORTED`, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline in milliseconds from now; more than 0. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** What a client does unless told otherwise. */
export const defaults: Readonly<{
  language: Language;
  timeoutMs: number;
  retries: number;
  pacing: Pace;
}> = Object.freeze({
  language: "en",
  timeoutMs: 30_000,
  retries: 3,
  pacing: Object.freeze({ requests: 10, windowMs: 1000, concurrent: 5 }),
});
