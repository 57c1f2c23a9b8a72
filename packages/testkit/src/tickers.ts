import { type PushDataType, type Ticker, TickerDirection, TickerType } from "@tickwire/session";
import { type Instrument, rounded } from "./market.ts";
import type { Moment } from "./market-hours.ts";

/** Ticks in one answer or push at most [vendor's rule]. */
export const MAX_TICKERS = 1000;

/**
 * The trades up to a moment, oldest first: one for each slot in which something was traded.
 * @param after Only those in slots after this one, see `slotNumber`.
 */
export function tickers(
  instrument: Instrument,
  until: Moment,
  {
    count,
    after,
    pushDataType,
  }: { readonly count: number; readonly after?: number; readonly pushDataType: PushDataType },
): Ticker[] {
  const { tape, zone, candles, isTraded } = instrument;
  const { path } = tape;
  const found: Ticker[] = [];
  if (!isTraded) return found;
  let { day, minute } = until;
  let slot = path.slotOf(until);
  // Some slots of a past day that the fixture gives little volume are empty.
  for (let left = MAX_TICKERS * 20; left > 0 && found.length < count; left--) {
    if (after !== undefined && path.slotNumber({ day, minute, ms: 0 }) + slot <= after) break;
    const volume = path.volume(day, minute, slot) - path.volume(day, minute, slot - 1);
    const price = path.price(day, minute, slot);
    const before = slot > 0 ? path.price(day, minute, slot - 1) : price;
    if (volume > 0) {
      const unixMs = path.slotStart(day, minute, slot);
      found.push({
        time: zone.text(unixMs),
        sequence: BigInt(Math.floor(unixMs)),
        dir: price > before ? TickerDirection.Bid : price < before ? TickerDirection.Ask : TickerDirection.Neutral,
        price,
        volume: BigInt(volume),
        turnover: rounded(price * volume * path.multiplier),
        recvTime: unixMs / 1000,
        type: TickerType.Automatch,
        pushDataType,
        timestamp: unixMs / 1000,
      });
    }
    if (--slot >= 0) continue;
    slot = path.slots - 1;
    if (--minute >= 0) continue;
    day = path.calendar.before(day.number);
    minute = day.minutes - 1;
    if (day.number < candles.firstDay) break;
  }
  return found.reverse();
}
