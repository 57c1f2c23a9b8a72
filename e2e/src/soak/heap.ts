/** The heap after a forced collection. */
export interface HeapSample {
  /** Since the start, in seconds. */
  readonly atSeconds: number;
  readonly heapBytes: number;
}

/** Collects, and measures what is left. Needs `--expose-gc`. */
export async function sampleHeap(startMs: number): Promise<HeapSample> {
  if (globalThis.gc === undefined) throw new Error("start it with node --expose-gc");
  // The second takes what finalizers of the first have let go.
  await globalThis.gc({ execution: "async" });
  await globalThis.gc({ execution: "async" });
  return { atSeconds: (performance.now() - startMs) / 1000, heapBytes: process.memoryUsage().heapUsed };
}

/** How much the heap grows in 10 minutes, in percent of its mean: the slope of the line of least squares. */
export function growthPercent(samples: readonly HeapSample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = mean(samples.map(({ atSeconds }) => atSeconds));
  const meanHeap = mean(samples.map(({ heapBytes }) => heapBytes));
  let above = 0;
  let below = 0;
  for (const { atSeconds, heapBytes } of samples) {
    above += (atSeconds - meanAt) * (heapBytes - meanHeap);
    below += (atSeconds - meanAt) ** 2;
  }
  return ((above / below) * 600 * 100) / meanHeap;
}
