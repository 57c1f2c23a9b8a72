import { configError } from "./config.ts";
import type { ClientOptions, Language, LongPortOptions } from "./options.ts";

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Options that go before the environment. */
export interface EnvOverrides extends ClientOptions {
  readonly appKey?: string | undefined;
  readonly appSecret?: string | undefined;
  readonly accessToken?: string | undefined;
}

/** The process's own variables; none in a browser, where `process` does not exist. */
export function processEnv(): Env {
  return (globalThis as { readonly process?: { readonly env?: Env } }).process?.env ?? {};
}

/**
 * Reads `APP_KEY`, `APP_SECRET`, `ACCESS_TOKEN`, `HTTP_URL`, `REGION` and `LANGUAGE`, each as `LONGBRIDGE_…` or else as
 * `LONGPORT_…`, as the vendor's SDKs do. An empty variable is as good as none. No `.env` file is read.
 * @throws {LongPortError} `LONGPORT_CONFIG`
 */
export function optionsFromEnv(env: Env, overrides: EnvOverrides = {}): LongPortOptions {
  if (typeof env !== "object" || env === null || typeof overrides !== "object" || overrides === null)
    throw configError("the environment and the options must be objects");
  // What is copied into a file often brings a line break along.
  const read = (name: string) => env[`LONGBRIDGE_${name}`]?.trim() || env[`LONGPORT_${name}`]?.trim() || undefined;
  const need = (name: string) => {
    const value = read(name);
    if (value === undefined)
      throw configError(`the environment has no LONGPORT_${name}, and no LONGBRIDGE_${name} either`);
    return value;
  };
  return {
    ...overrides,
    appKey: overrides.appKey ?? need("APP_KEY"),
    appSecret: overrides.appSecret ?? need("APP_SECRET"),
    accessToken: overrides.accessToken ?? need("ACCESS_TOKEN"),
    baseUrl: overrides.baseUrl ?? read("HTTP_URL"),
    region: overrides.region ?? read("REGION"),
    // A wrong one is refused with the other options.
    language: overrides.language ?? (read("LANGUAGE") as Language | undefined),
  };
}
