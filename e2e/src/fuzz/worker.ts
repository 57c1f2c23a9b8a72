// The thread that fuzzes. What it does at the moment is in memory that the main thread sees, which also ends it when it
// hangs; a failure, and any error that nobody caught, ends it by itself.
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { timeRatios } from "./cost.ts";
import { allTargets, fuzz, type Tally } from "./fuzz.ts";
import type { Options } from "./options.ts";

export interface Order extends Options {
  /** The number of the input that is under way. */
  readonly underWay: Int32Array;
}

export interface Results {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly inputs: number;
  readonly seconds: number;
  /** In use above what was in use at the start, garbage included; and at the end, without garbage. */
  readonly peakBytes: number;
  readonly keptBytes: number;
  readonly ratios: ReadonlyMap<string, number>;
}

export type Report = { readonly progress: number } | Results;

/** Inputs between two looks at the memory and the clock. */
const LOOK_EVERY = 128;
const PROGRESS_MS = 3000;

const { underWay, seed, first, inputs, seconds } = workerData as Order;
const post = (report: Report) => parentPort?.postMessage(report);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const bytesInUse = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
/** Without what is garbage: what has a finalizer is that only a turn later. */
const bytesKept = async (): Promise<number> => {
  for (let round = 0; round < 3; round++) {
    await nextTurn();
    collect();
  }
  return bytesInUse();
};

/** Notes the input in memory first, so that it is known whatever happens. */
const noted = (number: number): boolean => {
  Atomics.store(underWay, 0, number);
  return true;
};

const targets = await allTargets();
// Some of the inputs once before: what the engine compiles then, and keeps, is not theirs.
await fuzz(targets, { seed, first, inputs: Math.min(inputs, 10_000), goOn: noted });

const before = await bytesKept();
const start = performance.now();
let [most, toldMs] = [before, start];
const tallies = await fuzz(targets, {
  seed,
  first,
  inputs,
  goOn(number) {
    const done = number - first;
    if (done % LOOK_EVERY !== 0) return noted(number);
    most = Math.max(most, bytesInUse());
    const now = performance.now();
    if (now - toldMs > PROGRESS_MS) {
      toldMs = now;
      post({ progress: done });
    }
    return now - start < seconds * 1000 && noted(number);
  },
});
const elapsedMs = performance.now() - start;
post({
  tallies,
  inputs: [...tallies.values()].reduce((sum, tally) => sum + tally.inputs, 0),
  seconds: elapsedMs / 1000,
  peakBytes: most - before,
  keptBytes: (await bytesKept()) - before,
  ratios: await timeRatios(),
});
