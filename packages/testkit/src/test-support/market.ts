import { parseSymbol } from "@tickwire/session";
import type { Fixture } from "../fixture.ts";
import { defaultFixture } from "../fixtures.ts";
import { type Instrument, Market, type MarketOptions } from "../market.ts";

/** When the virtual clock starts: 2026-01-05 09:30 in Hong Kong, a Monday. */
export const START: number = Date.UTC(2026, 0, 5, 1, 30);

/** The market of the default fixture, or of another one. */
export function marketOf(options: Partial<MarketOptions> = {}, fixture: Fixture = defaultFixture): Market {
  return new Market(fixture, {
    language: "en",
    seed: 1,
    startUnixMs: START,
    quoteIntervalMs: 1000,
    marketHours: "always",
    holidays: {},
    ...options,
  });
}

/** A security of it. */
export function instrumentOf(symbol: string, options: Partial<MarketOptions> = {}, fixture?: Fixture): Instrument {
  const instrument = marketOf(options, fixture).find(parseSymbol(symbol));
  if (instrument === undefined) throw new Error(`the fixture has no ${symbol}`);
  return instrument;
}
