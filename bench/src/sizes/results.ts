import { formatGoal, formatNumber, formatSpread, type Goal } from "../client/goals.ts";
import { table } from "../results/table.ts";
import type { BundlerName } from "./bundlers.ts";
import type { ImportTime } from "./imports.ts";
import type { TypesTime } from "./types.ts";

/** One app as one bundler packs it. */
export interface BundleSize {
  readonly id: string;
  readonly title: string;
  readonly bundler: BundlerName;
  readonly minBytes: number;
  readonly gzipBytes: number;
  /** Of an app that imports one protocol: the others that are in its bundle all the same. */
  readonly foreign?: readonly string[];
}

/** A bundle that could not be made. */
export interface SkippedBundle {
  readonly id: string;
  readonly title: string;
  readonly bundler: BundlerName;
  readonly reason: string;
}

export interface SizeGoal {
  readonly id: string;
  readonly title: string;
  readonly goal: Goal;
  readonly measured: number;
  readonly unit: string;
  readonly reached: boolean;
}

export interface SizeResults {
  readonly bundles: readonly BundleSize[];
  readonly skipped: readonly SkippedBundle[];
  readonly imports: readonly ImportTime[];
  readonly types: TypesTime;
  readonly goals: readonly SizeGoal[];
}

/** The results as text for people. */
export function formatSizes({ bundles, skipped, imports, types, goals }: SizeResults): string {
  return [
    table(
      ["goal", "", "measured", "", ""],
      goals.map(({ title, goal, measured, unit, reached }) => [
        title,
        formatGoal(goal),
        formatNumber(measured),
        unit,
        reached ? "reached" : "missed",
      ]),
    ),
    table(
      ["browser bundle", "by", "minified, bytes", "gzip, bytes", "other protocols"],
      bundles.map(({ title, bundler, minBytes, gzipBytes, foreign }) => [
        title,
        bundler,
        formatNumber(minBytes),
        formatNumber(gzipBytes),
        foreign === undefined ? "" : foreign.join(" ") || "none",
      ]),
    ),
    ...skipped.map(({ title, bundler, reason }) => `left out: ${title} by ${bundler}: ${reason}`),
    table(
      ["import in Node, ms (min to max)", ""],
      imports.map(({ entry, ms }) => [entry, formatSpread(ms)]),
    ),
    table(
      ["tsc, strict, libraries checked, s (min to max)", ""],
      [
        [`all ${types.entries.length} entries of codec`, formatSpread(types.seconds)],
        ["an empty program", formatSpread(types.emptySeconds)],
      ],
    ),
  ].join("\n\n");
}
