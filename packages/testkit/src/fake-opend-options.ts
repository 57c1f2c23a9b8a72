import type { CipherSuite, Clock } from "@tickwire/session";
import type { Fixture, Language } from "./fixture.ts";
import type { Holidays, MarketHours } from "./market-hours.ts";

/** Options of `FakeOpenD`; all have defaults. */
export interface FakeOpenDOptions {
  /** What the gateway knows. Default `defaultFixture`. */
  readonly fixture?: Fixture;
  /** Default: real time. Give a `VirtualClock` to decide when quotes move. */
  readonly clock?: Clock;
  /** Language of group names and refusals. Default: the fixture's. */
  readonly language?: Language;
  /** The WebSocket key in plain text; clients send its MD5. Default: none, and any key is let in. */
  readonly websocketKey?: string;
  /**
   * What a wrong key gets: an error and the end of the connection, or no answer at all. Which of them OpenD does is not
   * certain (its documentation says that the connection times out). Default `"refuse"`.
   */
  readonly wrongKey?: "refuse" | "silence";
  /**
   * The RSA key that the gateway is configured with, as ciphers: `rsaCiphers(pem)` of `@tickwire/testkit/node`. TCP clients
   * that ask for encryption get it then; those that do not are served in plain. Default: none, and nothing is encrypted.
   */
  readonly ciphers?: CipherSuite;
  /** Whether requests over a documented limit, and unsubscribing within a minute, are refused. Default false. */
  readonly enforceLimits?: boolean;
  /** Milliseconds between two quotes of a subscribed security. Default 1,000. */
  readonly quoteIntervalMs?: number;
  /**
   * Whether markets keep their hours. By `"real"` prices stand still and nothing is pushed while a market is closed.
   * Default `"always"`: they never close, so that tests run at any hour.
   */
  readonly marketHours?: MarketHours;
  /** With `"real"`: days on which markets are closed, beside weekends. Default: none. */
  readonly holidays?: Holidays;
  /** Decides how prices move and which keys connections get. Default 1. */
  readonly seed?: number;
  /**
   * Whether `assertClean` tells of requests that have neither a handler nor a built-in answer (`"error"`), or lets them be.
   * They are refused in any case. Default `"error"`.
   */
  readonly onUnhandled?: "error" | "refuse";
  /** Takes lines for people about what went wrong; never a secret. Default: none are written. */
  readonly log?: (line: string) => void;
  /** Whether `log` is also told of every request but keep-alives, in one line with its answer. Default false. */
  readonly logRequests?: boolean;
}
