/** Holds the last result, so that no engine can leave the work out. */
export const sink: { last: unknown } = { last: undefined };

/**
 * Runs `work` on the inputs in turn. Each measurement imports this module anew (by another query), so that the engine's
 * knowledge of one does not slow the call of another. The number of inputs is a power of two.
 */
export function makeLoop<T>(work: (input: T) => unknown, inputs: readonly T[]): (iterations: number) => void {
  const mask = inputs.length - 1;
  return (iterations) => {
    for (let i = 0; i < iterations; i++) sink.last = work(inputs[i & mask]!);
  };
}
