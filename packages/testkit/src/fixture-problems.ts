/** What is wrong with a fixture, and where. */
export interface FixtureProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Tells the securities whose symbol was there before, and gives where each symbol is. */
export function* duplicateSymbols(
  securities: readonly { readonly symbol: string }[],
): Generator<FixtureProblem, ReadonlyMap<string, number>> {
  const firstAt = new Map<string, number>();
  for (const [index, { symbol }] of securities.entries()) {
    const first = firstAt.get(symbol);
    if (first === undefined) firstAt.set(symbol, index);
    else yield { path: ["securities", index, "symbol"], message: `${symbol} is already securities[${first}]` };
  }
  return firstAt;
}
