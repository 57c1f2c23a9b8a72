import { parseArgs } from "node:util";
import type { FakeLongPortOptions } from "../fake-longport.ts";
import type { FakeOpenDOptions } from "../fake-opend-options.ts";
import { parseFaults } from "../fault-schema.ts";
import type { OpenDFault } from "../faults.ts";
import { parseLongPortFixture } from "../longport-fixtures.ts";
import { rsaCiphers } from "./ciphers.ts";
import { type FixtureSet, readFixtureSet } from "./fixture-set.ts";
import type { ListenOptions } from "./listen.ts";
import type { ListenLongPortOptions } from "./longport-listener.ts";
import { checkTask, type RecordingSettings, recordingSettings } from "./recording-settings.ts";
import { flagged, messageOf, readFlagFile, UsageError } from "./usage.ts";

/** What the program `tickwire-fake` prints at `--help`. */
export const help: string = `Usage: tickwire-fake [flags]

Runs a fake OpenD gateway until SIGINT or SIGTERM, and a fake LongPort beside it when it has a port. When it listens it
prints one line of JSON on stdout ("longport" only when it is served):
{"ready":true,"tcp":{"host":"127.0.0.1","port":11111},"ws":{"host":"127.0.0.1","port":33333},
 "longport":{"url":"http://127.0.0.1:8080","quoteWsUrl":"ws://127.0.0.1:8080/v2"}}

  --host HOST                   address to listen on (default 127.0.0.1)
  --fixture WHAT                what they know: default, hong-kong-investor, us-options-trader, empty-account, a JSON file
                                of OpenD's, or a folder with opend.json, longport.json, faults.json (default: default)
  --seed N                      decides how prices move (default 1)
  --quiet                       log only what goes wrong, not every request
  --quote-interval-ms N         milliseconds between two quotes of a security (default 1000)

OpenD:
  --rsa FILE                    PEM file with the private RSA key that TCP clients encrypt with (default: none)
  --port N                      TCP port, 0 for any free one (default 11111)
  --ws-port N                   WebSocket port, 0 for any free one (default 33333)
  --ws-cert FILE                certificate in PEM; with its key the WebSocket port speaks wss:// (default: ws://)
  --ws-key FILE                 its private key in PEM
  --websocket-key KEY           key that WebSocket clients have to give (default: none)
  --wrong-key refuse|silence    what a wrong key gets: an error, or no answer (default refuse)
  --language en|zh              language of group names and refusals (default: the fixture's)
  --faults FILE                 JSON file with what goes wrong (default: --fixture's, or nothing)
  --market-hours always|real    whether markets never close, or keep their hours (default always)
  --enforce-limits              refuse what the documented limits forbid

LongPort:
  --longport-port N             port of HTTP and the quote socket, 0 for any free one (default: not served)
  --longport-app-key KEY        (default fake-app-key)
  --longport-app-secret SECRET  (default fake-app-secret)
  --longport-access-token TOKEN (default fake-access-token)
  --longport-bearer-token TOKEN OAuth access token, let in without a signature (default fake-bearer-token)
  --longport-fixture FILE       JSON file with securities and groups (default: --fixture's)

Recordings; of LongPort by --upstream http(s)://, and replayed with --longport-port:
  --record FILE                 record what passes between clients and --upstream, until SIGINT or SIGTERM; clients connect to
                                the "url" of the line {"ready":true,"recording":{"url":"tcp://127.0.0.1:40123","file":"…"}}
  --upstream URL                tcp://, ws://, wss://, http:// or https:// with host and port; --port is where clients connect
                                (default: any free one), --rsa reads what they encrypt
  --redact NAME                 a further field to redact, as name or within.name; may be given again
  --keep NAME                   a field that is redacted otherwise, and is not to be; may be given again
  --replay FILE                 answer from a recording
  --lenient                     replay in any order, and answer the rest from --fixture
  --fixture-from FILE           print a fixture of what a recording shows, and end

  --help                        print this
`;

/** What the program shall do. */
export interface Settings {
  /** Absent when it is about no recording. */
  readonly recording?: RecordingSettings;
  readonly opend: FakeOpenDOptions;
  /** What goes wrong with the fake OpenD. */
  readonly faults: readonly OpenDFault[];
  readonly listen: ListenOptions;
  /** Absent when no LongPort is asked for. */
  readonly longport?: { readonly fake: FakeLongPortOptions; readonly listen: ListenLongPortOptions };
}

type Flags = NonNullable<ReturnType<typeof parseFlags>>;

/**
 * Reads the program's flags.
 * @returns Undefined when help is asked for.
 * @throws {UsageError} For a wrong flag or file.
 */
export async function readSettings(args: readonly string[]): Promise<Settings | undefined> {
  const flags = parseFlags(args);
  if (flags.help === true) return undefined;
  checkTask(flags);
  const host = flags.host ?? "127.0.0.1";
  const pace = paceOf(flags);
  const fixtures = await flagged("--fixture", flags.fixture, readFixtureSet);
  const faults = await readFlagFile("--faults", flags.faults, (text) => parseFaults(JSON.parse(text)));
  const longport = await longPortSettings(flags, { host, pace, fixtures });
  const tls = await tlsSettings(flags["ws-key"], flags["ws-cert"]);
  const opend = { ...(await openDSettings(flags, fixtures?.opend)), ...pace };
  const port = wholeNumber("--port", flags.port, 0, 65_535);
  const recording = await recordingSettings(flags, { host, port: port ?? 0, ciphers: opend.ciphers });
  return {
    ...(recording !== undefined && { recording }),
    listen: {
      host,
      ...(tls !== undefined && { tls }),
      port: port ?? 11_111,
      wsPort: wholeNumber("--ws-port", flags["ws-port"], 0, 65_535) ?? 33_333,
    },
    opend,
    faults: faults ?? fixtures?.faults ?? [],
    ...(longport !== undefined && { longport }),
  };
}

/** How quotes move, of both brokers. */
function paceOf(flags: Flags): { readonly seed?: number; readonly quoteIntervalMs?: number } {
  const seed = wholeNumber("--seed", flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const quoteIntervalMs = wholeNumber("--quote-interval-ms", flags["quote-interval-ms"], 1, 2 ** 31 - 1);
  return { ...(seed !== undefined && { seed }), ...(quoteIntervalMs !== undefined && { quoteIntervalMs }) };
}

async function openDSettings(flags: Flags, fixture: FixtureSet["opend"]): Promise<FakeOpenDOptions> {
  const language = oneOf("--language", flags.language, ["en", "zh"]);
  const wrongKey = oneOf("--wrong-key", flags["wrong-key"], ["refuse", "silence"]);
  const marketHours = oneOf("--market-hours", flags["market-hours"], ["always", "real"]);
  const websocketKey = flags["websocket-key"];
  if (wrongKey !== undefined && websocketKey === undefined) throw new UsageError("--wrong-key needs --websocket-key");
  const ciphers = await readFlagFile("--rsa", flags.rsa, rsaCiphers);
  return {
    enforceLimits: flags["enforce-limits"] ?? false,
    logRequests: flags.quiet !== true,
    ...(language !== undefined && { language }),
    ...(wrongKey !== undefined && { wrongKey }),
    ...(marketHours !== undefined && { marketHours }),
    ...(websocketKey !== undefined && { websocketKey }),
    ...(fixture !== undefined && { fixture }),
    ...(ciphers !== undefined && { ciphers }),
  };
}

async function tlsSettings(keyFile: string | undefined, certFile: string | undefined) {
  if ((keyFile === undefined) !== (certFile === undefined))
    throw new UsageError("--ws-cert and --ws-key need each other");
  const key = await readFlagFile("--ws-key", keyFile, String);
  const cert = await readFlagFile("--ws-cert", certFile, String);
  return key === undefined || cert === undefined ? undefined : { key, cert };
}

async function longPortSettings(
  flags: Flags,
  { host, pace, fixtures }: { host: string; pace: ReturnType<typeof paceOf>; fixtures: FixtureSet | undefined },
): Promise<Settings["longport"]> {
  const port = wholeNumber("--longport-port", flags["longport-port"], 0, 65_535);
  if (port === undefined) {
    const useless = Object.keys(flags).find((name) => name.startsWith("longport-"));
    if (useless !== undefined) throw new UsageError(`--${useless} needs --longport-port`);
    return undefined;
  }
  const appKey = notEmpty("--longport-app-key", flags["longport-app-key"]);
  const appSecret = notEmpty("--longport-app-secret", flags["longport-app-secret"]);
  const accessToken = notEmpty("--longport-access-token", flags["longport-access-token"]);
  const bearerToken = notEmpty("--longport-bearer-token", flags["longport-bearer-token"]);
  const own = await readFlagFile("--longport-fixture", flags["longport-fixture"], (text) =>
    parseLongPortFixture(JSON.parse(text)),
  );
  const fixture = own ?? fixtures?.longport;
  const fake = {
    ...pace,
    ...(appKey !== undefined && { appKey }),
    ...(appSecret !== undefined && { appSecret }),
    ...(accessToken !== undefined && { accessToken }),
    ...(bearerToken !== undefined && { bearerTokens: [bearerToken] }),
    ...(fixture !== undefined && { fixture }),
  };
  return { fake, listen: { host, port } };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: "string" },
        rsa: { type: "string" },
        port: { type: "string" },
        "ws-port": { type: "string" },
        "ws-cert": { type: "string" },
        "ws-key": { type: "string" },
        "websocket-key": { type: "string" },
        "wrong-key": { type: "string" },
        language: { type: "string" },
        fixture: { type: "string" },
        faults: { type: "string" },
        "market-hours": { type: "string" },
        "enforce-limits": { type: "boolean" },
        seed: { type: "string" },
        quiet: { type: "boolean" },
        "quote-interval-ms": { type: "string" },
        "longport-port": { type: "string" },
        "longport-app-key": { type: "string" },
        "longport-app-secret": { type: "string" },
        "longport-access-token": { type: "string" },
        "longport-bearer-token": { type: "string" },
        "longport-fixture": { type: "string" },
        record: { type: "string" },
        upstream: { type: "string" },
        redact: { type: "string", multiple: true },
        keep: { type: "string", multiple: true },
        replay: { type: "string" },
        lenient: { type: "boolean" },
        "fixture-from": { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function wholeNumber(flag: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${flag} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

function oneOf<T extends string>(flag: string, text: string | undefined, allowed: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const value = allowed.find((each) => each === text);
  if (value !== undefined) return value;
  throw new UsageError(`${flag} must be ${allowed.join(" or ")}, not ${JSON.stringify(text)}`);
}

/** For secrets, so that the message has no value in it. */
function notEmpty(flag: string, text: string | undefined): string | undefined {
  if (text === "") throw new UsageError(`${flag} must not be empty`);
  return text;
}
