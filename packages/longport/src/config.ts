import { type Clock, Pacer, systemClock } from "@tickwire/session/parts";
import { LongPortError } from "./errors.ts";
import { defaults, type Fetch, type Language, type LongPortOptions } from "./options.ts";

/** Options that were checked, with the defaults filled in; without the credentials. */
export interface Config {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly language: Language;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly pacer: Pacer | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

const LANGUAGES: readonly Language[] = ["en", "zh-CN", "zh-HK"];

/** @throws {LongPortError} `LONGPORT_CONFIG` */
export function configOf(options: LongPortOptions): Config {
  if (typeof options !== "object" || options === null)
    throw configError("options are missing: new LongPort({ appKey, appSecret, accessToken }), or LongPort.fromEnv()");
  const { language = defaults.language, timeoutMs = defaults.timeoutMs, retries = defaults.retries } = options;
  if (!LANGUAGES.includes(language)) throw configError(`language must be one of ${LANGUAGES.join(", ")}`);
  if (!(typeof timeoutMs === "number" && timeoutMs > 0)) throw configError("timeoutMs must be a number above 0");
  if (!Number.isInteger(retries) || retries < 0 || retries > 10)
    throw configError("retries must be a whole number from 0 to 10");
  if (options.fetch !== undefined && typeof options.fetch !== "function") throw configError("fetch must be a function");
  const clock = options.clock ?? systemClock;
  return {
    baseUrl: baseUrlOf(options),
    language,
    timeoutMs,
    retries,
    pacer: pacerOf(options, clock),
    // Looked up at each call, so that whoever replaces the global one later is heard.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    clock,
    random: options.random ?? Math.random,
  };
}

/** The error for an option that is missing or wrong. */
export const configError = (message: string, cause?: unknown): LongPortError =>
  new LongPortError("LONGPORT_CONFIG", message, { cause });

function pacerOf({ pacing = defaults.pacing }: LongPortOptions, clock: Clock): Pacer | undefined {
  if (pacing === false) return undefined;
  try {
    return new Pacer(clock, pacing);
  } catch (cause) {
    throw configError(`pacing: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function baseUrlOf({ baseUrl, region, bearer }: LongPortOptions): string {
  if (region !== undefined && typeof region !== "string") throw configError("region must be a text, such as CN");
  if (baseUrl === undefined) {
    const name = bearer === undefined ? "longportapp" : "longbridge";
    return `https://openapi.${name}.${region?.toUpperCase() === "CN" ? "cn" : "com"}`;
  }
  // An address may carry a secret, so the messages do not repeat it.
  if (!URL.canParse(baseUrl))
    throw configError('baseUrl is not an address: write it as "https://openapi.longportapp.com"');
  const { protocol, username, password, search, hash, origin, pathname } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:") throw configError("baseUrl must start with https: or http:");
  if (username !== "" || password !== "" || search !== "" || hash !== "")
    throw configError("baseUrl must have no user, no password, no query and no fragment");
  return origin + pathname.replace(/\/+$/, "");
}
