// Runs all cases in every runtime that this machine has, and writes the table of the README.
import { readFileSync, writeFileSync } from "node:fs";
import type { Run } from "./runtimes.ts";
import { runtimes } from "./runtimes.ts";
import { readme, rowOf, withTable } from "./table.ts";

const rows: string[][] = [];
for (const runtime of runtimes) {
  let run: Run | undefined;
  if (runtime.missing === undefined) run = await runtime.run();
  for (const { suite, name, failure } of run?.results ?? [])
    if (failure !== undefined) console.error(`${runtime.name}: ${suite}: ${name}: ${failure}`);
  const row = rowOf(runtime, run);
  rows.push(row);
  console.log(`${row.join(", ")}${run === undefined ? "" : ` (${run.results.length} cases)`}`);
  if (run?.results.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), rows));
