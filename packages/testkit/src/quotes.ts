import { type BasicQot, formatSymbol, parseSymbol, QotMarket, type Security, SecurityStatus } from "@tickwire/session";
import { type Fixture, type FixtureQuote, type FixtureSecurity, type Language, textIn } from "./fixture.ts";
import { Random } from "./random.ts";

interface Moving {
  readonly security: FixtureSecurity;
  readonly random: Random;
  quote: FixtureQuote;
  /** When the price was last set, in Unix milliseconds. */
  updatedUnixMs: number;
}

/**
 * The prices of the fixture's securities, which wander by whole spreads around where they started. Each security has its
 * own random numbers, made of the seed and its symbol: so what the others do does not change its path.
 */
export class Quotes {
  readonly #language: Language;
  readonly #bySymbol: ReadonlyMap<string, Moving>;

  constructor(fixture: Fixture, options: { language: Language; seed: number; startUnixMs: number }) {
    this.#language = options.language;
    this.#bySymbol = new Map(
      fixture.securities.map((security) => [
        security.symbol,
        {
          security,
          random: new Random(`${options.seed} ${security.symbol}`),
          quote: security.quote,
          updatedUnixMs: options.startUnixMs,
        },
      ]),
    );
  }

  /** Whether the gateway knows the security. */
  has(security: Security): boolean {
    return this.#bySymbol.has(formatSymbol(security));
  }

  /** Moves the price of a security one step on. One that is suspended, or unknown, stays. */
  move(security: Security, unixMs: number): void {
    const moving = this.#bySymbol.get(formatSymbol(security));
    if (moving === undefined || moving.quote.isSuspended) return;
    moving.quote = step(moving.quote, moving.security, moving.random);
    moving.updatedUnixMs = unixMs;
  }

  /** A security's quote as 3004 and 3005 tell it; undefined for an unknown one. */
  basicQot(security: Security): BasicQot | undefined {
    const moving = this.#bySymbol.get(formatSymbol(security));
    return moving && basicQot(moving, this.#language);
  }
}

/** Steps of the price, in spreads: the farther from the start, the likelier back. */
function step(quote: FixtureQuote, security: FixtureSecurity, random: Random): FixtureQuote {
  const { curPrice: start, priceSpread: spread, turnoverRate: startRate, volume: startVolume } = security.quote;
  // A price is let 5 % away; beyond, every step is towards the start.
  const away = Math.max(-1, Math.min(1, (quote.curPrice - start) / (start * 0.05 || spread)));
  const towards = random.next() * 2 - 1 - away;
  const steps = Math.round(towards * (1 + random.next() * 2));
  const curPrice = round(Math.max(spread, quote.curPrice + steps * spread), spread);
  const traded = BigInt(Math.floor(random.next() * 20)) * BigInt(Math.max(1, security.lotSize));
  // An index is not traded itself.
  const volume = security.lotSize === 0 ? quote.volume : quote.volume + traded;
  return {
    ...quote,
    curPrice,
    highPrice: Math.max(quote.highPrice, curPrice),
    lowPrice: Math.min(quote.lowPrice, curPrice),
    volume,
    turnover: Math.round(quote.turnover + Number(volume - quote.volume) * curPrice),
    turnoverRate: startVolume > 0n ? round((startRate * Number(volume)) / Number(startVolume), 0.001) : startRate,
  };
}

function basicQot({ security, quote, updatedUnixMs }: Moving, language: Language): BasicQot {
  const { market, code } = parseSymbol(security.symbol);
  const swing = quote.lastClosePrice === 0 ? 0 : ((quote.highPrice - quote.lowPrice) / quote.lastClosePrice) * 100;
  return {
    security: { market, code },
    name: textIn(language, security.name),
    ...quote,
    listTime: security.listTime,
    updateTime: marketTime(market, updatedUnixMs),
    amplitude: round(swing, 0.001),
    listTimestamp: security.listTimestamp,
    updateTimestamp: updatedUnixMs / 1000,
    secStatus: quote.isSuspended ? SecurityStatus.Suspended : SecurityStatus.Normal,
  };
}

/** To a multiple of the spread, without the dust that binary fractions leave. */
function round(value: number, spread: number): number {
  return Number((Math.round(value / spread) * spread).toFixed(6));
}

/** US quotes are in US Eastern time, the others in Beijing time; of further markets the vendor does not say it. */
function marketTime(market: number, unixMs: number): string {
  return (market === QotMarket.US_Security ? eastern : beijing).format(unixMs);
}

const eastern = timeFormat("America/New_York");
const beijing = timeFormat("Asia/Shanghai");

/** `yyyy-MM-dd HH:mm:ss`: what the Swedish locale writes. */
function timeFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
