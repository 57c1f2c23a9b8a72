import type { LongPort, QuoteClient } from "@tickwire/longport";
import type { Client, Clock } from "@tickwire/node-client";
import type { Env, LongPortSettings, OpenDSettings, Settings } from "./config.ts";
import type { Probe } from "./doctor/probe.ts";
import type { Io, Output } from "./output.ts";
import { waitingFor } from "./progress.ts";

/** How brokers are reached; tests put fakes in here. */
export interface Connectors {
  /** @throws {OpenDError} as `connect` of the clients. */
  opend(
    settings: OpenDSettings,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<Client>;
  /**
   * @param fetch In place of the runtime's, to see what the server answers.
   * @throws {LongPortError | CliError} For keys that are missing or wrong.
   */
  longport(settings: LongPortSettings, timeoutMs: number, fetch?: typeof globalThis.fetch): LongPort;
  /** @throws {LongPortError} as `connectQuotes`. */
  quotes(lp: LongPort, settings: LongPortSettings, signal: AbortSignal): Promise<QuoteClient>;
  /** The network below, for the doctor. */
  readonly probe: Probe;
}

/** Everything that a command reaches outside of itself. */
export interface Runtime {
  readonly io: Io;
  readonly env: Env;
  /** The user's own folder. */
  readonly home: string;
  readonly clock: Clock;
  /** Aborts when the program shall end, with its exit code as the reason. */
  readonly signal: AbortSignal;
  readonly connect: Connectors;
}

/** What a command is given. */
export interface Context extends Runtime {
  readonly settings: Settings;
  readonly output: Output;
}

/** Waits, and tells what for when it takes long. */
export const during = <T>(context: Context, what: string, promise: Promise<T>): Promise<T> =>
  waitingFor(what, promise, context);
