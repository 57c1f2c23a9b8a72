import { readFile } from "node:fs/promises";
import { connectQuotes, LongPort } from "@tickwire/longport";
import { connect as connectTcp } from "@tickwire/node-client";
import { connect as connectWebSocket } from "@tickwire/web-client";
import type { LongPortSettings } from "./config.ts";
import type { Connectors } from "./context.ts";
import { probe } from "./doctor/probe.ts";
import { CliError, fileReason } from "./errors.ts";

/** The real ones. */
export const connectors: Connectors = {
  async opend({ address, websocketKey, rsaKeyFile }, options) {
    // What is asked at a terminal may wait for a turn.
    const common = {
      ...options,
      clientId: "tickwire-cli",
      retry: "reads",
      connectTimeoutMs: Math.min(options.timeoutMs, MAX_CONNECT_MS),
    } as const;
    if (/^wss?:/i.test(address)) return connectWebSocket(address, { ...common, websocketKey });
    return connectTcp(address, { ...common, rsaPrivateKey: rsaKeyFile && (await readKey(rsaKeyFile)) });
  },

  longport(settings, timeoutMs, fetch) {
    const common = {
      timeoutMs,
      baseUrl: settings.httpUrl,
      region: settings.region,
      language: settings.language as "en",
      fetch,
    };
    if (settings.bearerToken !== undefined) return new LongPort({ ...common, bearer: settings.bearerToken });
    return new LongPort({ ...common, ...keysOf(settings) });
  },

  quotes: (lp, { quoteUrl }, signal) => connectQuotes(lp, { url: quoteUrl, signal }),

  probe,
};

/** Longest time that a try to connect may take, in milliseconds: nobody waits longer at a terminal. */
const MAX_CONNECT_MS = 10_000;

/** @throws {CliError} `CLI_CONFIG` */
function keysOf({ appKey, appSecret, accessToken }: LongPortSettings) {
  const missing = Object.entries({ APP_KEY: appKey, APP_SECRET: appSecret, ACCESS_TOKEN: accessToken })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `LONGPORT_${name}`);
  if (appKey !== undefined && appSecret !== undefined && accessToken !== undefined)
    return { appKey, appSecret, accessToken };
  throw new CliError("CLI_CONFIG", `LongPort needs ${missing.join(", ")}`, {
    fix: "set them in the environment, or `longport` in the configuration file; they are in LongPort's developer centre",
  });
}

/** @throws {CliError} `CLI_CONFIG` */
export async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CliError("CLI_CONFIG", `the RSA key ${file} cannot be read: ${fileReason(error)}`);
  }
}
