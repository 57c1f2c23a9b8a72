import type { RunResult } from "./run-seeds.ts";
import type { Break } from "./simulate.ts";
import type { Counts } from "./world.ts";

/** What broke, in words, and how to see it again. */
export function breakReport({ seed, step, invariant, detail, events }: Break, steps: number): string {
  return [
    `seed ${seed}, step ${step}: "${invariant}" is broken: ${detail}`,
    ...events,
    `Repeat it: npm run simulate -- --first ${seed} --seeds 1 --steps ${steps}`,
  ].join("\n");
}

/** How often each fault and each outcome occurred. */
export function countsReport({ faults, outcomes }: Pick<RunResult, "faults" | "outcomes">): string {
  return [...table("faults", faults), ...table("outcomes", outcomes)].join("\n");
}

function table(title: string, counts: Counts): string[] {
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [`${title}:`, ...rows.map(([name, count]) => `${String(count).padStart(10)}  ${name}`)];
}
