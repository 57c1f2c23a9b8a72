import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ConfigFile } from "./config-file.ts";
import { CliError, fileReason, usage } from "./errors.ts";
import { textOf } from "./input.ts";

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The brokers; `moomoo` is Futu's name elsewhere. */
export const brokers = ["futu", "longport"] as const;
export type BrokerName = (typeof brokers)[number];

/** What is true for all commands, as it was typed. */
export interface GlobalFlags {
  readonly broker?: string | undefined;
  readonly address?: string | undefined;
  readonly rsaKey?: string | undefined;
  readonly timeout?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}

/** How OpenD is reached. */
export interface OpenDSettings {
  /** `tcp://…`, `ws://…` or `wss://…`. */
  readonly address: string;
  readonly websocketKey: string | undefined;
  /** The file with the private RSA key. */
  readonly rsaKeyFile: string | undefined;
}

/** How LongPort is reached. Keys may be missing: who needs them says so. */
export interface LongPortSettings {
  readonly appKey?: string | undefined;
  readonly appSecret?: string | undefined;
  readonly accessToken?: string | undefined;
  /** The access token of OAuth, in place of the three. */
  readonly bearerToken?: string | undefined;
  readonly httpUrl?: string | undefined;
  readonly quoteUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly language?: string | undefined;
}

/** All settings as they are in force. */
export interface Settings {
  readonly broker: BrokerName;
  readonly opend: OpenDSettings;
  readonly longport: LongPortSettings;
  /** Deadline of each request, in milliseconds. */
  readonly timeoutMs: number;
  /** The file that was read; undefined where there is none. */
  readonly configFile: string | undefined;
}

/** Long enough for a turn in OpenD's window of 30 seconds. */
const DEFAULT_TIMEOUT_MS = 40_000;
const DEFAULT_ADDRESS = "tcp://127.0.0.1:11111";

/** Where the settings are unless `--config` or `TICKWIRE_CONFIG` says otherwise. */
export function usualConfigFile(env: Env, home: string): string {
  const folder = env["XDG_CONFIG_HOME"] || env["APPDATA"] || join(home, ".config");
  return join(folder, "tickwire", "config.json");
}

/**
 * The settings in force: a flag goes before a variable, that before the file, that before the default.
 * @throws {CliError} `CLI_CONFIG` or `CLI_USAGE`
 */
export async function readSettings(flags: GlobalFlags, env: Env, home: string): Promise<Settings> {
  const variable = (name: string) => env[name]?.trim() || undefined;
  const asked = flags.config ?? variable("TICKWIRE_CONFIG");
  const path = asked ?? usualConfigFile(env, home);
  const found = await readConfigFile(path, asked !== undefined);
  const file = found ?? {};
  const rsaKeyFile = flags.rsaKey ?? variable("TICKWIRE_RSA_KEY_FILE");
  // The vendor's clients know both names.
  const longport = (name: string) => variable(`LONGBRIDGE_${name}`) ?? variable(`LONGPORT_${name}`);
  return {
    broker: brokerOf(flags.broker ?? variable("TICKWIRE_BROKER") ?? file.broker ?? "futu"),
    timeoutMs: timeoutOf(flags.timeout ?? variable("TICKWIRE_TIMEOUT_MS")) ?? file.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    configFile: found && path,
    opend: {
      address: addressOf(flags.address ?? variable("TICKWIRE_ADDRESS") ?? file.opend?.address ?? DEFAULT_ADDRESS),
      websocketKey: variable("TICKWIRE_WEBSOCKET_KEY") ?? file.opend?.websocketKey,
      rsaKeyFile: rsaKeyFile ?? (file.opend?.rsaKeyFile && resolve(dirname(path), file.opend.rsaKeyFile)),
    },
    longport: {
      appKey: longport("APP_KEY") ?? file.longport?.appKey,
      appSecret: longport("APP_SECRET") ?? file.longport?.appSecret,
      accessToken: longport("ACCESS_TOKEN") ?? file.longport?.accessToken,
      bearerToken: longport("BEARER_TOKEN") ?? file.longport?.bearerToken,
      httpUrl: longport("HTTP_URL") ?? file.longport?.httpUrl,
      quoteUrl: longport("QUOTE_WS_URL") ?? file.longport?.quoteUrl,
      region: longport("REGION") ?? file.longport?.region,
      language: longport("LANGUAGE") ?? file.longport?.language,
    },
  };
}

async function readConfigFile(path: string, isAsked: boolean): Promise<ConfigFile | undefined> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (/^ENO(ENT|TDIR)$/.test(code) && !isAsked) return undefined;
    throw new CliError("CLI_CONFIG", `${path} cannot be read: ${fileReason(error)}`);
  }
  // Only here, because a start without a file needs no zod.
  const { parseConfigFile } = await import("./config-file.ts");
  return parseConfigFile(path, textOf(content));
}

/** @throws {CliError} `CLI_USAGE` */
export function brokerOf(name: string): BrokerName {
  const broker = name === "moomoo" ? "futu" : brokers.find((each) => each === name);
  if (broker === undefined)
    throw usage(
      `${JSON.stringify(name)} is no broker`,
      `there are ${brokers.join(" and ")} (also called moomoo: futu)`,
    );
  return broker;
}

function timeoutOf(ms: string | undefined): number | undefined {
  if (ms === undefined) return undefined;
  const value = /^\d{1,9}$/.test(ms) ? Number(ms) : 0;
  if (value === 0) throw usage(`the timeout must be a whole number of milliseconds above 0, not ${JSON.stringify(ms)}`);
  return value;
}

/** A scheme is added where there is none; the clients check the rest. */
function addressOf(address: string): string {
  return /^[a-z]+:\/\//i.test(address) ? address : `tcp://${address}`;
}
