import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { formatSymbol, type QotUpdateBasicQotS2C } from "@tickwire/web-client";

type BasicQot = QotUpdateBasicQotS2C["basicQotList"][number];

/** Points of a trail; at a quote a second, two minutes. */
const TRAIL_POINTS = 120;

/** The newest quote of a security, and the way that its price came since the page began to watch it. */
export interface Tick {
  readonly quote: BasicQot;
  /** When it came, in milliseconds since 1970. */
  readonly receivedUnixMs: number;
  /** Whether the price went up (1) or down (-1) by this quote. */
  readonly move: -1 | 0 | 1;
  /** Counts the quotes. */
  readonly count: number;
  /** Prices, oldest first; undefined where quotes are missing. */
  readonly trail: readonly (number | undefined)[];
}

/** The newest quote of every security, a signal each, so that a quote redraws only its own cells. */
export class Book {
  readonly #ticks = new Map<string, Signal<Tick | undefined>>();

  /** @param symbol As OpenD writes it: `HK.00700`. */
  of(symbol: string): ReadonlySignal<Tick | undefined> {
    return this.#tick(symbol);
  }

  take(quote: BasicQot, receivedUnixMs: number): void {
    const tick = this.#tick(formatSymbol(quote.security));
    const before = tick.peek();
    tick.value = {
      quote,
      receivedUnixMs,
      move: Math.sign(quote.curPrice - (before?.quote.curPrice ?? quote.curPrice)) as Tick["move"],
      count: (before?.count ?? 0) + 1,
      trail: [...(before?.trail ?? []), quote.curPrice].slice(-TRAIL_POINTS),
    };
  }

  /** Quotes are missing from here on: the trails get a hole. */
  interrupt(symbols: Iterable<string> = this.#ticks.keys()): void {
    for (const symbol of symbols) {
      const tick = this.#tick(symbol);
      const before = tick.peek();
      if (before !== undefined && before.trail.at(-1) !== undefined)
        tick.value = { ...before, move: 0, trail: [...before.trail, undefined] };
    }
  }

  clear(): void {
    for (const tick of this.#ticks.values()) tick.value = undefined;
  }

  #tick(symbol: string): Signal<Tick | undefined> {
    const known = this.#ticks.get(symbol);
    if (known !== undefined) return known;
    const tick = signal<Tick | undefined>(undefined);
    this.#ticks.set(symbol, tick);
    return tick;
  }
}

/** By how much the price stands above the close of the trading day before. */
export function changeOf({ curPrice, lastClosePrice }: BasicQot): { readonly value: number; readonly ratio: number } {
  const value = curPrice - lastClosePrice;
  return { value, ratio: lastClosePrice === 0 ? 0 : value / lastClosePrice };
}
