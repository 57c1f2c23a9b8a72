import { type BasicQot, SecurityStatus } from "@tickwire/session";
import { type Instrument, rounded, volumeOf } from "./market.ts";
import type { Moment } from "./market-hours.ts";

/** A security's quote at a moment, as 3004 and 3005 tell it. */
export function basicQot(instrument: Instrument, moment: Moment): BasicQot {
  const { fixture, tape } = instrument;
  const { path } = tape;
  const { isSuspended, turnoverRate } = fixture.quote;
  const { open, high, low, close, volume, turnover } = tape.today(moment);
  const lastClosePrice = tape.lastClose(moment);
  const unixMs = path.slotStart(moment.day, moment.minute, path.slotOf(moment));
  return {
    security: instrument.security,
    name: instrument.name,
    isSuspended,
    listTime: fixture.listTime,
    priceSpread: path.tickSize(close),
    updateTime: instrument.zone.text(unixMs),
    highPrice: high,
    openPrice: open,
    lowPrice: low,
    curPrice: close,
    lastClosePrice,
    volume: volumeOf(instrument, volume),
    turnover: rounded(turnover),
    // In proportion to what the fixture tells.
    turnoverRate: path.opening.volume > 0 ? rounded((turnoverRate * volume) / path.opening.volume) : turnoverRate,
    amplitude: lastClosePrice === 0 ? 0 : rounded(((high - low) / lastClosePrice) * 100),
    listTimestamp: fixture.listTimestamp,
    updateTimestamp: unixMs / 1000,
    secStatus: isSuspended ? SecurityStatus.Suspended : SecurityStatus.Normal,
  };
}
