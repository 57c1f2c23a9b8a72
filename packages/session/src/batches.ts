import type { SubType } from "@tickwire/codec";

interface Unit {
  readonly symbol: string;
  readonly subType: SubType;
}

/** Units in one Qot_Sub, as the vendor's own client does it. */
const BATCH_UNITS = 100;

/** As few requests as can be: securities that want the same kinds of data go together. */
export function batchesOf<U extends Unit>(units: readonly U[]): U[][] {
  const ofOne = grouped(units, ({ symbol }) => symbol);
  const kindsOf = (group: U[]) =>
    group
      .map(({ subType }) => subType)
      .sort((a, b) => a - b)
      .join();
  return grouped(ofOne, kindsOf).flatMap((groups) => {
    const size = Math.max(1, Math.floor(BATCH_UNITS / (groups[0] as U[]).length));
    return Array.from({ length: Math.ceil(groups.length / size) }, (_, i) =>
      groups.slice(i * size, (i + 1) * size).flat(),
    );
  });
}

/** A batch in two: by its securities, or, with one of them, by its kinds of data. */
export function halves<U extends Unit>(batch: readonly U[]): U[][] {
  const ofOne = grouped(batch, ({ symbol }) => symbol);
  if (ofOne.length === 1) return batch.map((unit) => [unit]);
  const middle = ofOne.length >> 1;
  return [ofOne.slice(0, middle).flat(), ofOne.slice(middle).flat()];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
