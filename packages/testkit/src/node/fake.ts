#!/usr/bin/env node
import { runFake } from "./fake-program.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
// A program that started it with an IPC channel takes it along, however that program ends.
process.once("disconnect", () => stop.abort());

process.exitCode = await runFake(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stop: stop.signal,
});
