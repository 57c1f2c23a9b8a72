import { QotMarket, type Security, SecurityType, TickwireError } from "@tickwire/session";
import { beijing, dayOf, eastern, type Zone } from "./market-time.ts";

const MINUTE_MS = 60_000;

/** From and to, in minutes since midnight: of a trading day those that have passed, of a market's hours those of its clocks. */
type Hours = readonly (readonly [from: number, to: number])[];

/** A day on which a market trades. Its minutes of trading are counted through its sessions, breaks left out. */
export interface TradingDay {
  /** Days from 1970-01-01 to its date. */
  readonly number: number;
  /** When the date begins in the market's zone, in Unix milliseconds. */
  readonly midnightMs: number;
  readonly sessions: Hours;
  /** How many minutes are traded. */
  readonly minutes: number;
}

/** A time at which a market trades. */
export interface Moment {
  readonly day: TradingDay;
  /** Minute of trading, from 0. */
  readonly minute: number;
  /** Milliseconds within the minute. */
  readonly ms: number;
}

/** Whether markets keep their hours, or never close. */
export type MarketHours = "always" | "real";

/** Days on which markets are closed, `yyyy-MM-dd`, by market; CN is Shanghai and Shenzhen. Futures close with their market. */
export interface Holidays {
  readonly HK?: readonly string[];
  readonly US?: readonly string[];
  readonly CN?: readonly string[];
}

/** When a market trades. */
export class Calendar {
  readonly zone: Zone;
  readonly #hoursOn: ((weekday: number) => Hours) | undefined;
  readonly #holidays: ReadonlySet<number>;
  /** Days looked up lately, each in the place that the end of its number gives. */
  readonly #recent: { readonly number: number; readonly day: TradingDay | undefined }[] = [];

  /** @param hoursOn Sunday is 0. Undefined for a market that never closes. */
  constructor(zone: Zone, hoursOn?: (weekday: number) => Hours, holidays: ReadonlySet<number> = new Set()) {
    this.zone = zone;
    this.#hoursOn = hoursOn;
    this.#holidays = holidays;
  }

  /** Whether it trades day and night. */
  get neverCloses(): boolean {
    return this.#hoursOn === undefined;
  }

  /** The day of a date; undefined when it is closed then. */
  day(number: number): TradingDay | undefined {
    const recent = this.#recent[number & 15];
    if (recent?.number === number) return recent.day;
    const day = this.#look(number);
    this.#recent[number & 15] = { number, day };
    return day;
  }

  /** The trading day before. */
  before(day: number): TradingDay {
    return this.#next(day, -1);
  }

  /** The trading day after. */
  after(day: number): TradingDay {
    return this.#next(day, 1);
  }

  /** The latest time of trading up to a time in Unix milliseconds: that time itself while the market is open. */
  at(unixMs: number): Moment {
    const number = this.zone.dayAt(unixMs);
    const day = this.day(number);
    if (day === undefined) return end(this.before(number));
    const passed = unixMs - day.midnightMs;
    let before = 0;
    for (const [from, to] of day.sessions) {
      if (passed < from * MINUTE_MS) break;
      if (passed < to * MINUTE_MS) {
        const inSession = passed - from * MINUTE_MS;
        return { day, minute: before + Math.floor(inSession / MINUTE_MS), ms: inSession % MINUTE_MS };
      }
      before += to - from;
    }
    return before > 0 ? { day, minute: before - 1, ms: MINUTE_MS - 1 } : end(this.before(number));
  }

  /** When a minute of trading begins, in Unix milliseconds. */
  startOf(day: TradingDay, minute: number): number {
    let left = minute;
    for (const [from, to] of day.sessions) {
      if (left < to - from) return day.midnightMs + (from + left) * MINUTE_MS;
      left -= to - from;
    }
    throw new RangeError(`a day of ${day.minutes} minutes has no minute ${minute}`);
  }

  #next(day: number, step: 1 | -1): TradingDay {
    for (let number = day + step; ; number += step) {
      const found = this.day(number);
      if (found !== undefined) return found;
    }
  }

  #look(number: number): TradingDay | undefined {
    const midnightMs = this.zone.midnight(number);
    // Of 23 or 25 hours when summer time begins or ends.
    const length = (this.zone.midnight(number + 1) - midnightMs) / MINUTE_MS;
    if (this.#hoursOn === undefined) return { number, midnightMs, sessions: [[0, length]], minutes: length };
    // Clocks change in the night, before any session of that day.
    const shift = length - 1440;
    const hours = this.#holidays.has(number) ? [] : this.#hoursOn(weekday(number));
    const sessions = shift === 0 ? hours : hours.map(([from, to]) => [from + shift, to + shift] as const);
    const minutes = sessions.reduce((sum, [from, to]) => sum + to - from, 0);
    return minutes === 0 ? undefined : { number, midnightMs, sessions, minutes };
  }
}

/** Sunday is 0; 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function end(day: TradingDay): Moment {
  return { day, minute: day.minutes - 1, ms: MINUTE_MS - 1 };
}

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hours = (...spans: readonly string[]): Hours =>
  spans.map((span) => [minutes(span.slice(0, 5)), minutes(span.slice(6))]);
const onWeekdays =
  (open: Hours): ((weekday: number) => Hours) =>
  (day) =>
    day === 0 || day === 6 ? [] : open;

/** From Sunday evening to Friday afternoon, with an hour's break each day. */
function unitedStatesFutures(day: number): Hours {
  if (day === 6) return [];
  return day === 0 ? hours("18:00-24:00") : day === 5 ? hours("00:00-17:00") : hours("00:00-17:00", "18:00-24:00");
}

/** The calendars of all markets. */
export interface Calendars {
  readonly hk: Calendar;
  readonly hkFuture: Calendar;
  readonly us: Calendar;
  readonly usFuture: Calendar;
  readonly cn: Calendar;
  /** Of the other markets, whose hours the fake does not know: they never close. */
  readonly others: Calendar;
}

/** @throws {TickwireError} `TESTKIT_OPTION` for a holiday that is no date. */
export function calendars(marketHours: MarketHours, holidays: Holidays): Calendars {
  const [hk, us, cn] = (["HK", "US", "CN"] as const).map((market) => daysOf(market, holidays[market] ?? []));
  const calendar = (zone: Zone, open: (weekday: number) => Hours, closed: ReadonlySet<number> | undefined) =>
    marketHours === "always" ? new Calendar(zone) : new Calendar(zone, open, closed);
  return {
    hk: calendar(beijing, onWeekdays(hours("09:30-12:00", "13:00-16:00")), hk),
    hkFuture: calendar(beijing, onWeekdays(hours("09:15-12:00", "13:00-16:30")), hk),
    us: calendar(eastern, onWeekdays(hours("09:30-16:00")), us),
    usFuture: calendar(eastern, unitedStatesFutures, us),
    cn: calendar(beijing, onWeekdays(hours("09:30-11:30", "13:00-15:00")), cn),
    others: new Calendar(beijing),
  };
}

function daysOf(market: string, dates: readonly string[]): ReadonlySet<number> {
  return new Set(
    dates.map((date) => {
      const day = dayOf(date);
      if (day !== undefined) return day;
      throw new TickwireError("TESTKIT_OPTION", `holidays.${market}: ${JSON.stringify(date)} is no date yyyy-MM-dd`);
    }),
  );
}

/** The calendar that a security trades by. */
export function calendarOf({ market }: Security, secType: SecurityType, all: Calendars): Calendar {
  const isFuture = secType === SecurityType.Future;
  switch (market) {
    case QotMarket.HK_Security:
      return isFuture ? all.hkFuture : all.hk;
    case QotMarket.US_Security:
      return isFuture ? all.usFuture : all.us;
    case QotMarket.CNSH_Security:
    case QotMarket.CNSZ_Security:
      return all.cn;
    default:
      return all.others;
  }
}
