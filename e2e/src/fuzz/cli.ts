// Runs the fuzzing in a thread and watches over it.
import { Worker } from "node:worker_threads";
import { allTargets, caseOf, described } from "./fuzz.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import type { Order, Report, Results } from "./worker.ts";

/** An input that takes longer hangs. */
const HANG_MS = 20_000;
/** Of garbage that waits to be collected too. */
const MAX_PEAK_BYTES = 128 * 2 ** 20;
/** What may be in use afterwards beyond what was before: caches of the engine. */
const MAX_KEPT_BYTES = 8 * 2 ** 20;

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function print(report: Results, { inputs, seed }: Options): void {
  const rows = [...report.tallies].map(([name, { inputs: count, verdicts, slowestMs }]) => {
    const { accepted = 0, ...refused } = verdicts;
    const codes = Object.entries(refused).sort(([, a], [, b]) => b - a);
    return [
      name,
      String(count),
      String(accepted),
      `${slowestMs.toFixed(1)} ms`,
      codes.map((code) => code.join(" ")).join(", "),
    ];
  });
  const table = [["target", "inputs", "accepted", "slowest", "refused"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i] ?? 0))).join("  "));
  const early = report.inputs < inputs ? ` of ${inputs}, because the time was up` : "";
  console.log(`\n${report.inputs} inputs${early}, seed ${seed}, in ${report.seconds.toFixed(0)} s`);
  console.log(`memory above the start: ${mib(report.peakBytes)} at most, ${mib(report.keptBytes)} at the end`);
  for (const [what, ratio] of report.ratios)
    console.log(`single bytes against the whole, per byte, ${what}: ${ratio.toFixed(1)} times the time`);
}

/** What the worker came to. Rejects with what ended it, or when it hangs. */
async function resultsOf(worker: Worker, { underWay, inputs }: Order): Promise<Results> {
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      let [last, sinceMs] = [-1, performance.now()];
      watch = setInterval(() => {
        const number = Atomics.load(underWay, 0);
        if (number !== last) [last, sinceMs] = [number, performance.now()];
        else if (performance.now() - sinceMs > HANG_MS) reject(new Error(`no end after ${HANG_MS / 1000} s`));
      }, 1000);
      worker.on("message", (report: Report) => {
        if ("progress" in report) console.error(`${report.progress} of ${inputs}`);
        else resolve(report);
      });
      worker.on("error", reject);
    });
  } finally {
    clearInterval(watch);
  }
}

/** Gives the exit code. */
async function run(options: Options): Promise<number> {
  const order: Order = { ...options, underWay: new Int32Array(new SharedArrayBuffer(4)) };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  try {
    const results = await resultsOf(worker, order);
    print(results, options);
    const isLarge = results.peakBytes > MAX_PEAK_BYTES || results.keptBytes > MAX_KEPT_BYTES;
    if (isLarge) console.error(`that is too much: the caps are ${mib(MAX_PEAK_BYTES)} and ${mib(MAX_KEPT_BYTES)}`);
    return isLarge ? 1 : 0;
  } catch (error) {
    const number = Atomics.load(order.underWay, 0);
    const input = described(caseOf(await allTargets(), order.seed, number));
    console.error(error);
    if (!(error instanceof Error && error.message === input)) console.error(`\nunder way: ${input}`);
    console.error(`\nagain: npm run fuzz -- --seed ${order.seed} --only ${number}`);
    return 1;
  } finally {
    await worker.terminate();
  }
}

let options: Options | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = 2;
}
if (options?.help) console.log(HELP);
else if (options !== undefined) process.exitCode = await run(options);
