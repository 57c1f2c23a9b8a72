import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { formatSymbol, type QotUpdateBasicQotS2C } from "@tickwire/web-client";

type BasicQot = QotUpdateBasicQotS2C["basicQotList"][number];

/** The newest quote of a security. */
export interface Tick {
  readonly quote: BasicQot;
  /** When it came, in milliseconds since 1970. */
  readonly receivedUnixMs: number;
  /** Whether the price went up (1) or down (-1) by this quote. */
  readonly move: -1 | 0 | 1;
  /** Counts the quotes. */
  readonly count: number;
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
    };
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
