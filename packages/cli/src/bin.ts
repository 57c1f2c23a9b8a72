#!/usr/bin/env node
import { once } from "node:events";
import { homedir } from "node:os";
import { styleText } from "node:util";
import { systemClock } from "@tickwire/session/parts";
import { connectors } from "./connect.ts";
import { ExitCode } from "./errors.ts";
import type { Screen } from "./output.ts";
import { run } from "./program.ts";

const { stdin, stdout, stderr } = process;

const stop = new AbortController();
const onSignal = (code: ExitCode) => () => {
  // Whoever presses Ctrl-C twice does not want to wait for an orderly end.
  if (stop.signal.aborted) process.exit(code);
  stop.abort(code);
};
process.on("SIGINT", onSignal(ExitCode.Interrupted));
process.on("SIGTERM", onSignal(ExitCode.Terminated));

// `tickwire watch All | head -3`: whoever reads has had enough.
for (const stream of [stdout, stderr])
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(ExitCode.Ok);
    if (stream === stdout) stderr.write(`error: the output cannot be written: ${message}\n`);
    process.exit(ExitCode.Failed);
  });

/** Asks node:util itself, which knows NO_COLOR and what else tells. */
const hasColors = (stream: NodeJS.WriteStream): boolean => styleText("red", "?", { stream }) !== "?";

/** Only for a terminal, because a pipe needs none of it. */
async function openScreen(): Promise<Screen> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(stdout);
  return { size: () => stdout, draw: update, done: () => update.done() };
}

const exitCode = await run(process.argv.slice(2), {
  io: {
    out: (text) => void stdout.write(text),
    drained: () => (stdout.writableNeedDrain ? once(stdout, "drain") : undefined),
    err: (text) => void stderr.write(text),
    stdin: stdin.isTTY ? undefined : stdin,
    // One that does not tell its size, as in some containers, would show nothing.
    ...(stdout.isTTY && stdout.rows > 0 && { screen: await openScreen() }),
    isErrTerminal: stderr.isTTY === true,
    colors: { out: hasColors(stdout), err: hasColors(stderr) },
  },
  env: process.env,
  home: homedir(),
  clock: systemClock,
  signal: stop.signal,
  connect: connectors,
});
// What was written goes out first. Then it ends, whatever a peer that has fallen silent still keeps open.
for (const stream of [stdout, stderr]) await new Promise((resolve) => stream.write("", resolve));
process.exit(exitCode);
