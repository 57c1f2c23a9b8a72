/** What was traded in a span of time. */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares, or contracts. Of an index, which is not traded itself, a measure behind its turnover. */
  readonly volume: number;
  /** Money. */
  readonly turnover: number;
}

/** Two spans as one; the second follows the first. */
export function join(first: Bar | undefined, second: Bar): Bar {
  if (first === undefined) return second;
  return {
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    volume: first.volume + second.volume,
    turnover: first.turnover + second.turnover,
  };
}
