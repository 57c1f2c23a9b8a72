import { KLType } from "@tickwire/session";
import { type Bar, join } from "./bar.ts";
import { type Moment, type TradingDay, weekday } from "./market-hours.ts";
import type { Tape } from "./tape.ts";

/** A K-line. */
export interface Candle {
  readonly bar: Bar;
  /** The close before it. */
  readonly lastClose: number;
  /** Its time in Unix milliseconds: of those within a day the end, of the others the beginning of their first trading day. */
  readonly unixMs: number;
}

/** Minutes of trading in a K-line that lies within a day. */
const minutesOf: ReadonlyMap<KLType, number> = new Map<KLType, number>([
  [KLType._1Min, 1],
  [KLType._3Min, 3],
  [KLType._5Min, 5],
  [KLType._10Min, 10],
  [KLType._15Min, 15],
  [KLType._30Min, 30],
  [KLType._60Min, 60],
  [KLType._120Min, 120],
  [KLType._180Min, 180],
  [KLType._240Min, 240],
]);

/** The first date of the period that a day belongs to, as the number of a day. */
const periodOf: ReadonlyMap<KLType, (day: number) => number> = new Map<KLType, (day: number) => number>([
  [KLType.Day, (day) => day],
  [KLType.Week, (day) => day - ((weekday(day) + 6) % 7)],
  [KLType.Month, (day) => monthStart(day, 1)],
  [KLType.Quarter, (day) => monthStart(day, 3)],
  [KLType.Year, (day) => monthStart(day, 12)],
]);

/** Whether there are K-lines of a type. */
export function isCandleType(type: KLType): boolean {
  return minutesOf.has(type) || periodOf.has(type);
}

/** The K-lines of a security: the bars of its tape, from its first day up to any moment. */
export class Candles {
  readonly #tape: Tape;
  /** The number of the day on which the history begins. */
  readonly firstDay: number;
  /** The finished days of the periods that are under way, by type. */
  readonly #closed = new Map<KLType, { day: number; first: TradingDay; bar: Bar | undefined }>();

  /** @param firstDay The number of the day on which its history begins. */
  constructor(tape: Tape, firstDay: number) {
    this.#tape = tape;
    this.firstDay = firstDay;
  }

  /** The latest ones up to a moment, at most `count`, oldest first; the last one is under way. */
  latest(type: KLType, count: number, until: Moment): Candle[] {
    const found: Candle[] = [];
    const { calendar } = this.#tape.path;
    let day = until.day;
    while (found.length < count && day.number >= this.firstDay) {
      found.unshift(...this.#candlesOn(type, day, until, count - found.length));
      day = calendar.before(this.#periodStart(type, day));
    }
    return found;
  }

  /** The one that a moment belongs to, as it is then. */
  current(type: KLType, until: Moment): Candle {
    const minutes = minutesOf.get(type);
    if (minutes === undefined) return this.#currentPeriod(type, until);
    return this.#within(until.day, Math.floor(until.minute / minutes), minutes, until);
  }

  /** Those that have changed since a moment, up to another: that which was under way, and those after it, at most 100. */
  since(type: KLType, before: Moment, until: Moment): Candle[] {
    const minutes = minutesOf.get(type);
    const isSame =
      minutes === undefined
        ? this.#periodStart(type, before.day) === this.#periodStart(type, until.day)
        : before.day.number === until.day.number &&
          Math.floor(before.minute / minutes) === Math.floor(until.minute / minutes);
    if (isSame) return [this.current(type, until)];
    const { unixMs: fromMs } = this.current(type, before);
    return this.latest(type, 100, until).filter(({ unixMs }) => unixMs >= fromMs);
  }

  /** Those that begin on the days with these numbers, both included, and have a time from `fromMs` on; oldest first. */
  *between(type: KLType, fromDay: number, toDay: number, fromMs: number, until: Moment): Generator<Candle> {
    const { calendar } = this.#tape.path;
    const first = Math.max(fromDay, this.firstDay);
    // A time at midnight may be the end of the day before.
    const start = calendar.after(Math.max(first, calendar.zone.dayAt(fromMs - 1)) - 1);
    for (let day = start; day.number <= Math.min(toDay, until.day.number); day = this.#nextPeriod(type, day))
      if (this.#firstOf(type, day).number >= first)
        for (const candle of this.#candlesOn(type, day, until, day.minutes)) if (candle.unixMs >= fromMs) yield candle;
  }

  /** Of a day, the last `count` within it; of a longer period, the one that the day is in. */
  #candlesOn(type: KLType, day: TradingDay, until: Moment, count: number): Candle[] {
    const minutes = minutesOf.get(type);
    if (minutes === undefined) return [this.#period(type, day, until)];
    const traded = day.number === until.day.number ? until.minute + 1 : day.minutes;
    const begun = Math.ceil(traded / minutes);
    const candles: Candle[] = [];
    for (let index = Math.max(0, begun - count); index < begun; index++)
      candles.push(this.#within(day, index, minutes, until));
    return candles;
  }

  #within(day: TradingDay, index: number, minutes: number, until: Moment): Candle {
    const { path } = this.#tape;
    const from = index * minutes;
    const to = Math.min(day.minutes, from + minutes);
    const bar = this.#tape.minutes(day, from, to, until);
    const unixMs = path.calendar.startOf(day, to - 1) + 60_000;
    return { bar, lastClose: path.closeBefore(day, from), unixMs };
  }

  #currentPeriod(type: KLType, until: Moment): Candle {
    let closed = this.#closed.get(type);
    if (closed?.day !== until.day.number) {
      const first = this.#firstOf(type, until.day);
      closed = { day: until.day.number, first, bar: this.#days(first, until.day.number) };
      this.#closed.set(type, closed);
    }
    return this.#candle(closed.first, join(closed.bar, this.#tape.today(until)));
  }

  #period(type: KLType, day: TradingDay, until: Moment): Candle {
    if (this.#periodStart(type, day) === this.#periodStart(type, until.day)) return this.#currentPeriod(type, until);
    const first = this.#firstOf(type, day);
    // The first day is one of its period.
    return this.#candle(first, this.#days(first, this.#nextPeriod(type, day).number)!);
  }

  #candle(first: TradingDay, bar: Bar): Candle {
    const { path } = this.#tape;
    return { bar, lastClose: path.closeBefore(first, 0), unixMs: first.midnightMs };
  }

  /** Whole days from `first` to before the day with a number. */
  #days(first: TradingDay, before: number): Bar | undefined {
    const { path } = this.#tape;
    let bar: Bar | undefined;
    for (let day = first; day.number < before; day = path.calendar.after(day.number)) bar = join(bar, path.day(day));
    return bar;
  }

  /** The first trading day of the period that a day is in. */
  #firstOf(type: KLType, day: TradingDay): TradingDay {
    return this.#tape.path.calendar.after(Math.max(this.#periodStart(type, day), this.firstDay) - 1);
  }

  #nextPeriod(type: KLType, day: TradingDay): TradingDay {
    const { calendar } = this.#tape.path;
    const start = this.#periodStart(type, day);
    let next = calendar.after(day.number);
    while (this.#periodStart(type, next) === start) next = calendar.after(next.number);
    return next;
  }

  #periodStart(type: KLType, day: TradingDay): number {
    return (periodOf.get(type) ?? Number)(day.number);
  }
}

function monthStart(day: number, months: number): number {
  const date = new Date(day * 86_400_000);
  const month = date.getUTCMonth();
  return Date.UTC(date.getUTCFullYear(), month - (month % months)) / 86_400_000;
}
