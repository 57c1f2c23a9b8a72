import { expect, test } from "vitest";
import { formatNumber } from "./goals.ts";
import { formatClient, rowOf } from "./results.ts";

const faster = { id: "a", title: "pushes", goal: { atLeast: 6 }, unit: "pushes/s" };

test("a ratio is that of a round, not that of the medians", () => {
  const row = rowOf({ ...faster, ours: [60, 700, 80], theirs: [10, 100, 8] });
  expect(row.ratio).toEqual({ min: 6, median: 7, max: 10 });
  expect(row).toMatchObject({ ours: { median: 80 }, theirs: { median: 10 }, reached: true });
});

test("a goal is met at its limit, on either side", () => {
  expect(rowOf({ ...faster, ours: [6], theirs: [1] }).reached).toBe(true);
  expect(rowOf({ ...faster, ours: [5.9], theirs: [1] }).reached).toBe(false);
  const less = { ...faster, goal: { atMost: 0.2 } };
  expect(rowOf({ ...less, ours: [1], theirs: [5] }).reached).toBe(true);
  expect(rowOf({ ...less, ours: [1.1], theirs: [5] }).reached).toBe(false);
});

test("numbers have three digits that count", () => {
  expect([0.24649, 3, 13.04, 235_632.4].map(formatNumber)).toEqual(["0.246", "3", "13", "235,632"]);
});

test("the text names what was left out, and why", () => {
  const rows = [rowOf({ ...faster, ours: [30], theirs: [10] })];
  const skipped = [{ id: "b", title: "TCP without SHA-1", reason: "no such option" }];
  const text = formatClient({ rounds: 1, startRounds: 1, rows, skipped, notes: [] });
  expect(text).toContain("≥ 6");
  expect(text).toContain("missed");
  expect(text).toContain("left out: TCP without SHA-1: no such option");
});
