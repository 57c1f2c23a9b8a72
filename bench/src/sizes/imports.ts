import { execFileSync } from "node:child_process";
import { type Spread, spread } from "../measure/statistics.ts";
import { BENCH } from "../paths.ts";

export interface ImportTime {
  readonly entry: string;
  readonly ms: Spread;
}

const program =
  "const begun = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - begun));";

/** How long `import` of each entry takes in a new process, measured inside it, so without Node's own start. */
export function importTimes(entries: readonly string[], rounds: number): ImportTime[] {
  const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env;
  const times = entries.map((entry) => ({ entry, ms: [] as number[] }));
  // The first import of each fills the system's file cache.
  for (let round = -1; round < rounds; round++)
    for (const { entry, ms } of times) {
      const args = ["--input-type=module", "--eval", program, "--", entry];
      const took = Number(execFileSync(process.execPath, args, { cwd: BENCH, encoding: "utf8", env }));
      if (round >= 0) ms.push(took);
    }
  return times.map(({ entry, ms }) => ({ entry, ms: spread(ms) }));
}
