import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "./clock.ts";
import type * as LoopModule from "./loop.ts";

export interface RoundOptions {
  readonly rounds: number;
  /** How long one turn of one implementation takes, about. */
  readonly turnMs: number;
  readonly clock: Clock;
}

/** Something that is measured, and how many runs of it make a turn. */
export interface Task {
  readonly name: string;
  readonly step: number;
  readonly run: (iterations: number) => unknown;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as (options: { type: "minor" }) => void;

let loops = 0;
const kept: unknown[] = [];

/**
 * Keeps results alive, as a program keeps what it was sent: the engine throws compiled code away when no object is left
 * of the shapes that it was compiled for.
 */
export function keep<T>(results: T): T {
  kept.push(results);
  return results;
}

/** A task that gives the inputs to `work` in turn, in a loop of its own. */
export async function task<T>(name: string, work: (input: T) => unknown, inputs: readonly T[]): Promise<Task> {
  loops += 1;
  const { makeLoop } = (await import(new URL(`loop.ts?${loops}`, import.meta.url).href)) as typeof LoopModule;
  return { name, step: inputs.length, run: makeLoop(work, inputs) };
}

/** Runs for a while, so that the engine compiles it, and finds how many runs take `turnMs`. */
export function calibrate({ run, step }: Task, turnMs: number, clock: Clock): number {
  for (let iterations = step; ; iterations *= 2) {
    const start = clock();
    run(iterations);
    const took = clock() - start;
    if (took >= turnMs) return Math.max(step, Math.round((iterations * turnMs) / took / step) * step);
  }
}

/** One turn, which starts without the garbage of the one before; gives the runs per second. */
export function turn({ run }: Task, iterations: number, clock: Clock): number {
  collectGarbage({ type: "minor" });
  const start = clock();
  run(iterations);
  return (iterations * 1000) / (clock() - start);
}

/** Lets all tasks take turns, in another order each round, and gives each one's runs per second of each round. */
export function measure(tasks: readonly Task[], { rounds, turnMs, clock }: RoundOptions): Map<string, number[]> {
  const iterations = tasks.map((one) => calibrate(one, turnMs, clock));
  const perSecond = new Map(tasks.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < tasks.length; place++) {
      const index = (round + place) % tasks.length;
      const one = tasks[index]!;
      perSecond.get(one.name)!.push(turn(one, iterations[index]!, clock));
    }
  }
  return perSecond;
}
