import { formatSymbol, parseSymbol, type QotMarket, type Security, SecurityType } from "@tickwire/session";
import { Candles } from "./candles.ts";
import { FixtureError } from "./errors.ts";
import { type Fixture, type FixtureSecurity, type Language, textIn } from "./fixture.ts";
import { type Calendars, calendarOf, calendars, type Holidays, type MarketHours, type Moment } from "./market-hours.ts";
import { dayOf, type Zone, zoneOf } from "./market-time.ts";
import { PricePath } from "./price-path.ts";
import { Tape } from "./tape.ts";

/** How long a history is of a security without a listing date, in days. */
const UNLISTED_DAYS = 3650;
/** Prices change once a second, or with every quote if quotes come more often. In milliseconds. */
const MAX_SLOT_MS = 1000;

/** What decides the market. */
export interface MarketOptions {
  readonly language: Language;
  readonly seed: number;
  /** When the fixture's quotes hold. */
  readonly startUnixMs: number;
  readonly quoteIntervalMs: number;
  readonly marketHours: MarketHours;
  readonly holidays: Holidays;
}

/** A security with its market's time and all that is traded. */
export interface Instrument {
  readonly fixture: FixtureSecurity;
  readonly security: Security;
  readonly market: QotMarket;
  readonly name: string;
  readonly zone: Zone;
  readonly tape: Tape;
  readonly candles: Candles;
  /** An index has a price, but nobody trades it. */
  readonly isTraded: boolean;
  /** The latest moment of trading up to a time in Unix milliseconds. One that is suspended stays at the start. */
  at(unixMs: number): Moment;
}

/** All securities of a fixture, and the calendars of their markets. */
export class Market {
  readonly calendars: Calendars;
  readonly #bySymbol: ReadonlyMap<string, Instrument>;

  /** @throws {TickwireError} For a wrong holiday, or a quote whose number is none. */
  constructor({ securities }: Fixture, options: MarketOptions) {
    this.calendars = calendars(options.marketHours, options.holidays);
    this.#bySymbol = new Map(
      securities.map((security) => [security.symbol, instrument(security, this.calendars, options)]),
    );
  }

  /** All of them, in the fixture's order. */
  get all(): readonly Instrument[] {
    return [...this.#bySymbol.values()];
  }

  /** Undefined for a security that the gateway does not know. */
  find(security: Security): Instrument | undefined {
    return this.#bySymbol.get(formatSymbol(security));
  }
}

/** @throws {FixtureError} For a quote that no file could hold: one of code may have a number that is none. */
function instrument(fixture: FixtureSecurity, all: Calendars, options: MarketOptions): Instrument {
  const wrong = Object.entries(fixture.quote).find(([, value]) => typeof value === "number" && !Number.isFinite(value));
  if (wrong !== undefined)
    throw new FixtureError([
      { path: `${fixture.symbol}: quote.${wrong[0]}`, problem: `expected a number, not ${wrong[1]}` },
    ]);
  const { market, code } = parseSymbol(fixture.symbol);
  const calendar = calendarOf({ market, code }, fixture.secType, all);
  const { seed, startUnixMs } = options;
  const slotMs = Math.min(MAX_SLOT_MS, Math.max(1, options.quoteIntervalMs));
  const path = new PricePath(fixture, calendar, { seed, startUnixMs, slotMs });
  const tape = new Tape(path);
  const today = path.start.day.number;
  const listed = fixture.listTime === "1970-01-01" ? undefined : dayOf(fixture.listTime);
  return {
    fixture,
    security: { market, code },
    market,
    name: textIn(options.language, fixture.name),
    zone: zoneOf(market),
    tape,
    candles: new Candles(tape, Math.min(today, listed ?? today - UNLISTED_DAYS)),
    isTraded: fixture.secType !== SecurityType.Index && fixture.lotSize > 0,
    at: fixture.quote.isSuspended ? () => path.start : (unixMs) => calendar.at(unixMs),
  };
}

/** Money and prices that are no price of a trade, without the dust of sums. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

/** Shares or contracts as the protocol has them: none of an index. */
export function volumeOf({ isTraded }: Instrument, volume: number): bigint {
  return isTraded ? BigInt(Math.round(volume)) : 0n;
}
