// Simulates many seeds from the command line: `npm run simulate`.
import { parseArgs } from "node:util";
import { breakReport, countsReport } from "./report.ts";
import { runSeeds } from "./run-seeds.ts";

const HELP = `Simulates the session against the fake OpenD, with faults, and looks at its invariants after every step.

  --seeds N   how many seeds (default 50000)
  --first N   the first of them (default 1)
  --steps N   steps per seed (default 2000)
  --help`;

/** Seeds between two signs of life. */
const PROGRESS = 1000;

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number above 0, got ${text}`);
  return value;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "50000" },
      first: { type: "string", default: "1" },
      steps: { type: "string", default: "2000" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    seeds: readNumber("seeds", values.seeds),
    first: readNumber("first", values.first),
    steps: readNumber("steps", values.steps),
    help: values.help,
  };
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const startMs = performance.now();
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  const result = await runSeeds({
    ...options,
    onSeed: (done) => {
      if (done % PROGRESS === 0) console.log(`${done} seeds in ${seconds()}`);
    },
  });
  console.log(countsReport(result));
  console.log(`${result.done} seeds of ${options.steps} steps in ${seconds()}`);
  if (result.break === undefined) return 0;
  console.error(breakReport(result.break, options.steps));
  return 1;
}

process.exitCode = await main();
