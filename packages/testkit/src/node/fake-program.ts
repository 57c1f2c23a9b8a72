import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { FakeOpenD, type FakeOpenDOptions } from "../fake-opend.ts";
import { parseFixture } from "../fixtures.ts";
import { type Listening, type ListenOptions, listen } from "./listen.ts";

const help = `Usage: tickwire-fake [flags]

Runs a fake OpenD gateway until SIGINT or SIGTERM. When it listens it prints one line of JSON on stdout:
{"ready":true,"tcp":{"host":"127.0.0.1","port":11111},"ws":{"host":"127.0.0.1","port":33333}}

  --host HOST                 address to listen on (default 127.0.0.1)
  --port N                    TCP port, 0 for any free one (default 11111)
  --ws-port N                 WebSocket port, 0 for any free one (default 33333)
  --websocket-key KEY         key that WebSocket clients have to give (default: none)
  --wrong-key refuse|silence  what a wrong key gets: an error, or no answer (default refuse)
  --language en|zh            language of group names and refusals (default: the fixture's)
  --fixture FILE              JSON file with securities and groups (default: the built-in one)
  --enforce-limits            refuse what the documented limits forbid
  --seed N                    decides how prices move (default 1)
  --quote-interval-ms N       milliseconds between two quotes of a security (default 1000)
  --help                      print this
`;

/** What the program needs of the process. */
export interface ProgramIo {
  /** Writes a text to stdout. */
  out(text: string): void;
  /** Writes a text to stderr. */
  err(text: string): void;
  /** Aborts when the program shall end. */
  readonly stop: AbortSignal;
}

/** A mistake in what the user wrote: exit code 2. */
class UsageError extends Error {}

/**
 * The program `tickwire-fake`.
 * @returns The exit code: 0 after a clean end, 1 when it cannot listen, 2 for a wrong flag or fixture.
 */
export async function runFake(args: readonly string[], io: ProgramIo): Promise<number> {
  const log = (line: string): void => io.err(`tickwire-fake: ${line}\n`);
  let settings: Settings | undefined;
  try {
    settings = await readSettings(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log(`${error.message} (--help shows the flags)`);
    return 2;
  }
  if (settings === undefined) {
    io.out(help);
    return 0;
  }
  const opend = new FakeOpenD({ ...settings.opend, log });
  let listening: Listening;
  try {
    listening = await listen(opend, settings.listen);
  } catch (error) {
    log(messageOf(error));
    return 1;
  }
  const { tcp, ws } = listening;
  const place = ({ host, port }: { host: string; port: number }) => ({ host, port });
  io.out(`${JSON.stringify({ ready: true, tcp: place(tcp), ws: place(ws) })}\n`);
  log(`listening on ${tcp.url} and ${ws.url}`);
  await aborted(io.stop);
  await listening.close();
  opend.close();
  return 0;
}

interface Settings {
  readonly opend: FakeOpenDOptions;
  readonly listen: ListenOptions;
}

/** @returns Undefined when help is asked for. */
async function readSettings(args: readonly string[]): Promise<Settings | undefined> {
  const flags = parseFlags(args);
  if (flags.help === true) return undefined;
  const language = oneOf("--language", flags.language, ["en", "zh"]);
  const wrongKey = oneOf("--wrong-key", flags["wrong-key"], ["refuse", "silence"]);
  const seed = wholeNumber("--seed", flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const quoteIntervalMs = wholeNumber("--quote-interval-ms", flags["quote-interval-ms"], 1, 2 ** 31 - 1);
  const websocketKey = flags["websocket-key"];
  return {
    listen: {
      host: flags.host ?? "127.0.0.1",
      port: wholeNumber("--port", flags.port, 0, 65_535) ?? 11_111,
      wsPort: wholeNumber("--ws-port", flags["ws-port"], 0, 65_535) ?? 33_333,
    },
    opend: {
      enforceLimits: flags["enforce-limits"] ?? false,
      ...(language !== undefined && { language }),
      ...(wrongKey !== undefined && { wrongKey }),
      ...(seed !== undefined && { seed }),
      ...(quoteIntervalMs !== undefined && { quoteIntervalMs }),
      ...(websocketKey !== undefined && { websocketKey }),
      ...(flags.fixture !== undefined && { fixture: await readFixture(flags.fixture) }),
    },
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: "string" },
        port: { type: "string" },
        "ws-port": { type: "string" },
        "websocket-key": { type: "string" },
        "wrong-key": { type: "string" },
        language: { type: "string" },
        fixture: { type: "string" },
        "enforce-limits": { type: "boolean" },
        seed: { type: "string" },
        "quote-interval-ms": { type: "string" },
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

async function readFixture(file: string) {
  try {
    return parseFixture(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new UsageError(`--fixture ${file}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
