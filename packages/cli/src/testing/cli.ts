// The program against both fakes, in memory and in virtual time.

import { connectQuotes, LongPort } from "@tickwire/longport";
import { connect as connectTcp } from "@tickwire/node-client";
import {
  FakeLongPort,
  type FakeLongPortOptions,
  FakeOpenD,
  type FakeOpenDOptions,
  memoryTransport,
  VirtualClock,
} from "@tickwire/testkit";
import { passing } from "@tickwire/tooling/passing";
import { connect as connectWebSocket } from "@tickwire/web-client";
import type { Connectors, Runtime } from "../context.ts";
import type { ExitCode } from "../errors.ts";
import { run } from "../program.ts";

export interface Ended {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A program that was started. */
export interface Started {
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  readonly output: { readonly out: string; readonly err: string; readonly drawn: readonly string[] };
  /** Presses Ctrl-C. */
  interrupt(): void;
}

export interface StartOptions {
  readonly env?: Runtime["env"];
  readonly stdin?: string | Uint8Array;
  /** Whether stdout and stderr are terminals. */
  readonly isTerminal?: boolean;
  /** Of the terminal. */
  readonly size?: { readonly columns: number; readonly rows: number };
  readonly connect?: Partial<Connectors>;
}

export interface Cli {
  readonly clock: VirtualClock;
  readonly opend: FakeOpenD;
  readonly longport: FakeLongPort;
  start(args: readonly string[], options?: StartOptions): Started;
  /** Starts it and lets time pass until it has ended. */
  run(args: readonly string[], options?: StartOptions): Promise<Ended>;
}

export function cli(opendOptions: FakeOpenDOptions = {}, longportOptions: FakeLongPortOptions = {}): Cli {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ ...opendOptions, clock });
  const longport = new FakeLongPort({ ...longportOptions, clock });
  const memory: Connectors = {
    opend: ({ address, websocketKey }, options) =>
      address.startsWith("ws")
        ? connectWebSocket(memoryTransport(opend, "ws"), { ...options, clock, websocketKey })
        : connectTcp(memoryTransport(opend, "tcp"), { ...options, clock }),
    // Signing takes real time, so it goes by a bearer token.
    longport: (_, timeoutMs) =>
      new LongPort({
        bearer: "fake-bearer-token",
        fetch: longport.fetch,
        clock,
        random: () => 0,
        timeoutMs,
        pacing: false,
      }),
    quotes: (lp, _, signal) => connectQuotes(lp, { createWebSocket: (url) => longport.createWebSocket(url), signal }),
    probe: { reach: async () => undefined, tls: async () => false },
  };

  const start = (
    args: readonly string[],
    { env = {}, stdin, isTerminal = false, size = { columns: 80, rows: 24 }, connect = {} }: StartOptions = {},
  ): Started => {
    const output = { out: "", err: "", drawn: [] as string[] };
    const stop = new AbortController();
    const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    const io: Runtime["io"] = {
      out(text) {
        output.out += text;
      },
      err(text) {
        output.err += text;
      },
      stdin:
        bytes &&
        (async function* () {
          yield bytes;
        })(),
      ...(isTerminal && {
        screen: { size: () => size, draw: (text: string) => output.drawn.push(text), done: () => undefined },
      }),
      isErrTerminal: isTerminal,
      colors: { out: false, err: false },
    };
    const ended = run(args, {
      io,
      env,
      home: "/nowhere",
      clock,
      signal: stop.signal,
      connect: { ...memory, ...connect },
    });
    return {
      ended: ended.then((code) => ({ code, out: output.out, err: output.err })),
      output,
      interrupt: () => stop.abort(130),
    };
  };

  return {
    clock,
    opend,
    longport,
    start,
    async run(args, options) {
      const { ended } = start(args, options);
      return passing(clock, ended);
    },
  };
}

/** Turns of the event loop until it is so; no time passes. */
export async function until(clock: VirtualClock, condition: () => boolean): Promise<void> {
  for (let turn = 1; !condition(); turn++) {
    if (turn > 10_000) throw new Error(`never: ${condition}`);
    await clock.advance(0);
  }
}
