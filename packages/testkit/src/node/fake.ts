#!/usr/bin/env node
import { runFake } from "./fake-program.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
// Started with an IPC channel, it ends with the program that started it, however that ends.
process.once("disconnect", () => stop.abort());

process.exitCode = await runFake(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stop: stop.signal,
});
// The channel would keep the process alive.
if (process.connected) process.disconnect?.();
