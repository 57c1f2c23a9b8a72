import { describePlan } from "../measure/plan.ts";
import { table } from "../results/table.ts";
import type { CppResults } from "./types.ts";

/** The results as a table for a terminal. */
export function printCpp({ items, ...settings }: CppResults): string {
  const rows = items.map(({ id, title, oursPerSecond, cppPerSecond, ratio }) => [
    `${id}  ${title}`,
    Math.round(oursPerSecond).toLocaleString("en"),
    Math.round(cppPerSecond).toLocaleString("en"),
    `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)})`,
  ]);
  const about = `${describePlan(settings)}, seed ${settings.seed}; ${settings.protobuf}, ${settings.compiler}, ${settings.flags}`;
  return `${about}\n\n${table(["decode", "ours/s", "C++/s", "ours ÷ C++"], rows)}`;
}
