import type { Spread } from "../measure/statistics.ts";

/** What is wanted of a measured number. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

export const isReached = (goal: Goal, value: number): boolean =>
  "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;

export const formatGoal = (goal: Goal): string => ("atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`);

/** Three significant digits, without an exponent. */
export function formatNumber(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

export const formatSpread = ({ min, median, max }: Spread): string =>
  `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`;
