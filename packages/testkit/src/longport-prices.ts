import { type Proto3Init, type PushQuote, type SecurityQuote, TradeStatus } from "@tickwire/codec/longport";
import type { LongPortFixture } from "./longport-fixture.ts";
import { Random } from "./random.ts";

/** Prices have three decimals, as the service writes them: they are counted in thousandths, and move by hundredths. */
const STEP = 10;

interface Moving {
  readonly random: Random;
  readonly start: number;
  price: number;
  high: number;
  low: number;
  volume: bigint;
  turnover: bigint;
  unixSeconds: bigint;
  /** Counts the moves; orders the pushes. */
  sequence: bigint;
}

/**
 * The prices of securities, which wander around where they started: the fixture's watched price, or where it has none one
 * that the seed gives. Each security has its own random numbers, made of the seed and its symbol, so what the others do does
 * not change its path. It stands still while nobody is subscribed to it.
 */
export class LongPortPrices {
  readonly #seed: number;
  readonly #now: () => number;
  readonly #startOf: ReadonlyMap<string, number>;
  readonly #bySymbol = new Map<string, Moving>();

  /** @param options `now` gives Unix milliseconds. */
  constructor(fixture: LongPortFixture, options: { seed: number; now: () => number }) {
    this.#seed = options.seed;
    this.#now = options.now;
    this.#startOf = new Map(
      fixture.securities
        .filter(({ watchedPrice }) => Number(watchedPrice) > 0)
        .map(({ symbol, watchedPrice }) => [symbol, Math.round(Number(watchedPrice) * 1000)]),
    );
  }

  /** All that a snapshot tells of a security (command 11). */
  quote(symbol: string): Proto3Init<SecurityQuote> {
    const moving = this.#of(symbol);
    return { symbol, prevClose: decimal(moving.start), ...day(moving), ...traded(moving) };
  }

  /** The same as a push, for the first one that a subscriber gets. */
  whole(symbol: string): Proto3Init<PushQuote> {
    const moving = this.#of(symbol);
    return { symbol, sequence: moving.sequence, ...day(moving), ...traded(moving) };
  }

  /** Moves a price one step on. The push tells the day's open, high and low only if they have changed, as the service's. */
  move(symbol: string): Proto3Init<PushQuote> {
    const moving = this.#of(symbol);
    const { random, start, price, high, low } = moving;
    // A price is let 5 % away; beyond, every step is towards the start.
    const away = Math.max(-1, Math.min(1, (price - start) / (start * 0.05)));
    const reach = Math.max(1, start / 1000 / STEP);
    const steps = Math.round((random.next() * 2 - 1 - away) * reach);
    moving.price = Math.max(STEP, price + steps * STEP);
    moving.high = Math.max(high, moving.price);
    moving.low = Math.min(low, moving.price);
    const currentVolume = BigInt(1 + Math.floor(random.next() * 20)) * 100n;
    const currentTurnover = currentVolume * BigInt(moving.price);
    moving.volume += currentVolume;
    moving.turnover += currentTurnover;
    moving.unixSeconds = this.#unixSeconds();
    moving.sequence++;
    return {
      symbol,
      sequence: moving.sequence,
      ...traded(moving),
      ...(moving.high !== high && { high: decimal(moving.high) }),
      ...(moving.low !== low && { low: decimal(moving.low) }),
      currentVolume,
      currentTurnover: decimal(currentTurnover),
    };
  }

  #of(symbol: string): Moving {
    let moving = this.#bySymbol.get(symbol);
    if (moving === undefined) {
      const random = new Random(`${this.#seed} ${symbol}`);
      const start = this.#startOf.get(symbol) ?? Math.floor(1000 + random.next() * 49_000) * STEP;
      const unixSeconds = this.#unixSeconds();
      moving = {
        random,
        start,
        price: start,
        high: start,
        low: start,
        volume: 0n,
        turnover: 0n,
        unixSeconds,
        sequence: 1n,
      };
      this.#bySymbol.set(symbol, moving);
    }
    return moving;
  }

  #unixSeconds(): bigint {
    return BigInt(Math.floor(this.#now() / 1000));
  }
}

function day({ start, high, low }: Moving) {
  return { open: decimal(start), high: decimal(high), low: decimal(low) };
}

function traded({ price, unixSeconds, volume, turnover }: Moving) {
  return {
    lastDone: decimal(price),
    timestamp: unixSeconds,
    volume,
    turnover: decimal(turnover),
    tradeStatus: TradeStatus.NORMAL,
  };
}

/** Of thousandths. */
function decimal(thousandths: number | bigint): string {
  const digits = String(thousandths).padStart(4, "0");
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
