import { expect, test } from "vitest";
import { calibrate, measure, type Task, task } from "./rounds.ts";

/** A clock that only moves when work is done. */
function workClock() {
  let now = 0;
  const worker = (name: string, msPerRun: number): Task => ({
    name,
    step: 4,
    run: (iterations) => {
      now += iterations * msPerRun;
    },
  });
  return { clock: () => now, worker };
}

test("a turn takes as many runs as fit, in whole passes over the inputs", () => {
  const { clock, worker } = workClock();
  expect(calibrate(worker("quick", 0.01), 20, clock)).toBe(2000);
  expect(calibrate(worker("odd", 0.3), 20, clock)).toBe(68);
  expect(calibrate(worker("slow", 100), 20, clock)).toBe(4);
});

test("every task is timed in every round", () => {
  const { clock, worker } = workClock();
  const tasks = [worker("fast", 0.5), worker("slow", 2)];
  const perSecond = measure(tasks, { rounds: 3, turnMs: 20, clock });
  expect(perSecond.get("fast")).toEqual([2000, 2000, 2000]);
  expect(perSecond.get("slow")).toEqual([500, 500, 500]);
});

test("a task gives its inputs in turn", async () => {
  const seen: number[] = [];
  const { run, step } = await task("collect", (input: number) => seen.push(input), [1, 2, 3, 4]);
  run(6);
  expect([step, seen]).toEqual([4, [1, 2, 3, 4, 1, 2]]);
});
