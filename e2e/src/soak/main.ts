import { growthPercent, type HeapSample } from "./heap.ts";
import { readOptions, type SoakOptions, usage } from "./options.ts";
import { type SoakCounts, soak } from "./soak.ts";

/** The first part of a run is not judged: there the runtime compiles, and buffers find their size. */
const WARM_UP_SHARE = 0.2;
/** A shorter run tells nothing. */
const MIN_JUDGED_MINUTES = 10;
const MAX_GROWTH_PERCENT = 1;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const list = (ends: ReadonlyMap<string, number>): string => [...ends].map(([end, n]) => `${n} ${end}`).join(", ");

async function run(options: SoakOptions): Promise<number> {
  const { minutes, dialect, pushesPerSecond } = options;
  print(`${dialect}, ${pushesPerSecond} pushes per second, ${minutes} minutes`);
  const samples: HeapSample[] = [];
  const tell = (sample: HeapSample, { fast, slow, reconnects }: SoakCounts) => {
    samples.push(sample);
    const { atSeconds, heapBytes } = sample;
    print(`${atSeconds.toFixed(0)} s: heap ${heapBytes} bytes, pushes ${fast} and ${slow}, reconnects ${reconnects}`);
  };
  const { fast, slow, reconnects, gaps, requests } = await soak(options, tell);
  print(`read ${fast} pushes, and ${slow} slowly; ${reconnects} reconnects, ${gaps} gaps; requests: ${list(requests)}`);
  const judged = samples.filter(({ atSeconds }) => atSeconds >= minutes * 60 * WARM_UP_SHARE);
  if (minutes < MIN_JUDGED_MINUTES) {
    print(`the heap is not judged: that takes ${MIN_JUDGED_MINUTES} minutes`);
    return 0;
  }
  const percent = growthPercent(judged);
  print(`the heap grows by ${percent.toFixed(3)} % in 10 minutes (${judged.length} samples, the warm-up left out)`);
  return percent > MAX_GROWTH_PERCENT ? 1 : 0;
}

let options: SoakOptions | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
if (options?.help) process.stdout.write(usage);
else if (options !== undefined) process.exitCode = await run(options);
