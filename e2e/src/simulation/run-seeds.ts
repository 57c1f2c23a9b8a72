import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Break, SimulationResult } from "./simulate.ts";
import type { Counts } from "./world.ts";

/** What to run. */
export interface Run {
  /** The first seed, and how many follow each other. */
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
  /** Address of the module of the session. Default: the built one. */
  readonly session?: string;
  /** Processes' worth of threads. Default: as many as there are cores. */
  readonly threads?: number;
  /** Called after each seed. */
  readonly onSeed?: (done: number) => void;
}

export interface RunResult {
  readonly faults: Counts;
  readonly outcomes: Counts;
  /** Seeds that ran to their end, or to a break. */
  readonly done: number;
  /** The break of the lowest seed that was found. The run ends with the first. */
  readonly break: Break | undefined;
}

/** What a worker is told to do. */
export interface Task {
  readonly first: number;
  readonly last: number;
  /** The worker takes every seed of so many. */
  readonly every: number;
  readonly steps: number;
  readonly session: string;
}

const worker = new URL("./worker.ts", import.meta.url);

/** Runs seeds in threads until they are through or an invariant breaks. */
export async function runSeeds({
  first,
  seeds,
  steps,
  session = "@tickwire/session",
  ...run
}: Run): Promise<RunResult> {
  const threads = Math.min(seeds, run.threads ?? availableParallelism());
  const result = { faults: {} as Counts, outcomes: {} as Counts, done: 0, break: undefined as Break | undefined };
  const workers: Worker[] = [];
  const stop = () => Promise.all(workers.map((one) => one.terminate()));
  const take = (one: SimulationResult) => {
    result.done += 1;
    add(result.faults, one.faults);
    add(result.outcomes, one.outcomes);
    if (one.break !== undefined && (result.break === undefined || one.break.seed < result.break.seed))
      result.break = one.break;
    run.onSeed?.(result.done);
  };
  try {
    await Promise.all(
      Array.from({ length: threads }, (_, i) => {
        const task: Task = { first: first + i, last: first + seeds - 1, every: threads, steps, session };
        const one = new Worker(worker, { workerData: task });
        workers.push(one);
        return new Promise<void>((resolve, reject) => {
          one.on("message", (message: SimulationResult) => {
            take(message);
            if (message.break !== undefined) void stop();
          });
          one.on("error", reject);
          one.on("exit", () => resolve());
        });
      }),
    );
  } finally {
    await stop();
  }
  return result;
}

function add(sum: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}
