import type { TimeShare } from "@tickwire/session";
import { type Bar, join } from "./bar.ts";
import { type Instrument, rounded, volumeOf } from "./market.ts";
import type { Moment } from "./market-hours.ts";

/** The day's price curve up to a moment: a point for each minute, with the time at which the minute begins. */
export function timeShares(instrument: Instrument, until: Moment): TimeShare[] {
  const { tape } = instrument;
  const points: TimeShare[] = [];
  let sum: Bar | undefined;
  for (let minute = 0; minute <= until.minute; minute++) {
    const bar = tape.minutes(until.day, minute, minute + 1, until);
    sum = join(sum, bar);
    points.push(point(instrument, until, minute, bar, sum));
  }
  return points;
}

/** The point of the minute that a moment is in. */
export function timeShare(instrument: Instrument, until: Moment): TimeShare {
  const { tape } = instrument;
  const bar = tape.minutes(until.day, until.minute, until.minute + 1, until);
  return point(instrument, until, until.minute, bar, tape.minutes(until.day, 0, until.day.minutes, until));
}

function point(instrument: Instrument, until: Moment, minute: number, bar: Bar, sum: Bar): TimeShare {
  const { tape, zone } = instrument;
  const { calendar, multiplier } = tape.path;
  const unixMs = calendar.startOf(until.day, minute);
  return {
    time: zone.text(unixMs),
    minute: (unixMs - until.day.midnightMs) / 60_000,
    isBlank: false,
    price: bar.close,
    lastClosePrice: tape.lastClose(until),
    avgPrice: sum.volume === 0 ? bar.close : rounded(sum.turnover / sum.volume / multiplier),
    volume: volumeOf(instrument, bar.volume),
    turnover: rounded(bar.turnover),
    timestamp: unixMs / 1000,
  };
}
