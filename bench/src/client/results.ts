import { ratios, type Spread, spread } from "../measure/statistics.ts";
import { table } from "../results/table.ts";
import { formatGoal, formatSpread, type Goal, isReached } from "./goals.ts";

/** One line of the goal table: ours against futu-api's. */
export interface ClientRow {
  readonly id: string;
  readonly title: string;
  readonly goal: Goal;
  /** Of the median ratio. */
  readonly reached: boolean;
  readonly unit: string;
  /** Ours ÷ futu-api's, computed within each round. */
  readonly ratio: Spread;
  readonly ours: Spread;
  readonly theirs: Spread;
}

/** A row that could not be measured. */
export interface SkippedRow {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

export interface ClientResults {
  readonly rounds: number;
  /** Rounds of the start times. */
  readonly startRounds: number;
  readonly rows: readonly ClientRow[];
  readonly skipped: readonly SkippedRow[];
  readonly notes: readonly string[];
}

/** What makes a row of two series that were measured in the same rounds. */
export interface RowInit extends Pick<ClientRow, "id" | "title" | "goal" | "unit"> {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export function rowOf({ ours, theirs, ...init }: RowInit): ClientRow {
  const ratio = spread(ratios(ours, theirs));
  return {
    ...init,
    reached: isReached(init.goal, ratio.median),
    ratio,
    ours: spread(ours),
    theirs: spread(theirs),
  };
}

/** The results as text for people. */
export function formatClient({ rounds, startRounds, rows, skipped, notes }: ClientResults): string {
  const lines = table(
    ["client ÷ futu-api", "goal", "ratio (min to max)", "", "ours", "futu-api", "unit"],
    rows.map(({ title, goal, reached, unit, ratio, ours, theirs }) => [
      title,
      formatGoal(goal),
      formatSpread(ratio),
      reached ? "reached" : "missed",
      formatSpread(ours),
      formatSpread(theirs),
      unit,
    ]),
  );
  const left = skipped.map(({ title, reason }) => `left out: ${title}: ${reason}`);
  return [lines, ...left, ...notes, `${rounds} rounds, ${startRounds} of the start times`].join("\n");
}
