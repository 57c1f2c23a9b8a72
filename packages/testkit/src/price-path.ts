import { SecurityType } from "@tickwire/session";
import { type Bar, join } from "./bar.ts";
import type { FixtureSecurity } from "./fixture.ts";
import type { Calendar, Moment, TradingDay } from "./market-hours.ts";
import { chance, hashOf } from "./random.ts";
import { onTick, type TickSize, tickSizeOf } from "./tick-size.ts";

const MINUTE_MS = 60_000;

/** How far a price strays within so many days, as a part of it. */
const strayings = [
  [1, 0.008],
  [5, 0.015],
  [21, 0.03],
  [63, 0.05],
  [250, 0.09],
  [1000, 0.15],
] as const;

/** Minutes of a day that belong together: a whole day, or of the first one what is before the start, or after. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  /** In which minute it reaches `high`, and `low`. */
  readonly highAt: number;
  readonly lowAt: number;
  /** Decides everything that happens in it. */
  readonly hash: number;
  /** The last slot of its first minute that belongs to the time before; -1 for none. */
  readonly skipped: number;
}

/** A minute, and how it goes through its slots. */
interface Minute {
  readonly day: number;
  readonly minute: number;
  readonly bar: Bar;
  readonly lots: number;
  readonly skipped: number;
  readonly highSlot: number;
  readonly lowSlot: number;
  readonly hash: number;
}

/**
 * Where the price of a security is at any time, past or future: a function of seed, symbol and time that remembers nothing.
 * It is decided from the large to the small, so that what spans much costs no more than what spans little: first a day's
 * open, high, low and close, within these the minutes, within these the slots, in each of which there is one price.
 *
 * Its one fixed point is the start, at which the fixture's quote holds: what the day was until then, and the close before.
 */
export class PricePath {
  readonly calendar: Calendar;
  readonly tickSize: TickSize;
  /** The moment of trading that the fixture's quote is of. */
  readonly start: Moment;
  /** What the fixture says of the first day up to the start. */
  readonly opening: Bar;
  /** How much money a price of 1 is: futures and options are for many pieces. */
  readonly multiplier: number;
  /** Shares, or contracts, that are traded at once. */
  readonly lot: number;
  /** Slots in a minute. */
  readonly slots: number;
  readonly #slotMs: number;
  /** Where slots begin within a minute, so that one begins at the start. */
  readonly #phaseMs: number;
  readonly #hash: number;
  readonly #usualLots: number;
  readonly #lastClose: number;
  /** The trading day before the first one. */
  readonly #dayBefore: number;
  readonly #trendBefore: number;
  #stretches: { readonly day: number; readonly all: readonly Stretch[] } | undefined;
  /** Minutes asked for lately, each in the place that the end of its number gives. */
  readonly #recent: Minute[] = [];

  constructor(
    { symbol, secType, lotSize, quote }: FixtureSecurity,
    calendar: Calendar,
    { seed, startUnixMs, slotMs }: { readonly seed: number; readonly startUnixMs: number; readonly slotMs: number },
  ) {
    this.calendar = calendar;
    this.tickSize = tickSizeOf(symbol, secType, quote.curPrice, quote.priceSpread);
    this.start = calendar.at(startUnixMs);
    this.slots = Math.ceil(MINUTE_MS / slotMs);
    this.#slotMs = slotMs;
    this.#phaseMs = (startUnixMs % MINUTE_MS) % slotMs;
    this.#hash = hashOf(`${seed} ${symbol}`);
    const isContract = secType === SecurityType.Future || secType === SecurityType.Drvt;
    this.multiplier = isContract ? Math.max(1, lotSize) : 1;
    this.lot = isContract ? 1 : Math.max(1, lotSize);
    const volume = lotSize === 0 ? Math.round(quote.turnover / (quote.curPrice || 1)) : Number(quote.volume);
    this.opening = {
      open: quote.openPrice,
      high: quote.highPrice,
      low: quote.lowPrice,
      close: quote.curPrice,
      volume,
      turnover: quote.turnover,
    };
    this.#usualLots = Math.round(volume / this.lot) || 2000;
    this.#lastClose = quote.lastClosePrice || quote.curPrice;
    this.#dayBefore = calendar.before(this.start.day.number).number;
    this.#trendBefore = this.#trend(this.#dayBefore);
  }

  /** A moment's slot within its minute. */
  slotOf({ ms }: Moment): number {
    if (ms >= MINUTE_MS - 1) return this.slots - 1;
    return Math.max(0, Math.floor((ms - this.#phaseMs) / this.#slotMs));
  }

  /** When a slot of a minute begins, in Unix milliseconds. */
  slotStart(day: TradingDay, minute: number, slot: number): number {
    // The first slot also has what is before its regular begin.
    return this.calendar.startOf(day, minute) + (slot === 0 ? 0 : this.#phaseMs + slot * this.#slotMs);
  }

  /** A number that grows with every slot. */
  slotNumber(moment: Moment): number {
    return (moment.day.number * 1500 + moment.minute) * this.slots + this.slotOf(moment);
  }

  /** The close of a trading day. */
  close(day: number): number {
    if (day === this.start.day.number) return this.#stretchesOf(this.start.day).at(-1)!.close;
    return this.#closeOf(day);
  }

  /** The close before a minute of trading: that of the minute, or the day, before. */
  closeBefore(day: TradingDay, minute: number): number {
    // A minute opens where the one before has closed.
    return minute > 0 ? this.minute(day, minute).open : this.close(this.calendar.before(day.number).number);
  }

  /** A whole day. */
  day(day: TradingDay): Bar {
    const [first, rest] = this.#stretchesOf(day) as [Stretch, Stretch?];
    if (day.number !== this.start.day.number) return this.#whole(first);
    return rest === undefined ? this.opening : join(this.opening, this.#whole(rest));
  }

  /** A whole minute of trading. */
  minute(day: TradingDay, minute: number): Bar {
    return this.#minuteOf(day, minute).bar;
  }

  /** The price in a slot. */
  price(day: TradingDay, minute: number, slot: number): number {
    const { bar, skipped, highSlot, lowSlot, hash } = this.#minuteOf(day, minute);
    if (slot <= Math.max(0, skipped)) return bar.open;
    if (slot >= this.slots - 1) return bar.close;
    if (slot === highSlot) return bar.high;
    if (slot === lowSlot) return bar.low;
    const way = (slot - skipped) / (this.slots - 1 - skipped);
    const stray = (chance(hash, slot) - 0.5) * (bar.high - bar.low) * 0.8;
    return this.#within(bar, bar.open + (bar.close - bar.open) * way + stray);
  }

  /** What was traded in a minute up to the end of a slot. */
  volume(day: TradingDay, minute: number, slot: number): number {
    const { lots, skipped, hash } = this.#minuteOf(day, minute);
    const traded = slot <= skipped ? 0 : shared(lots, slot - skipped, this.slots - 1 - skipped, 1, hash);
    return traded * this.lot;
  }

  #closeOf(day: number): number {
    if (day === this.#dayBefore) return this.#lastClose;
    const base = day < this.#dayBefore ? this.#lastClose : this.opening.close;
    return onTick(base * Math.exp(this.#trend(day) - this.#trendBefore), this.tickSize);
  }

  #trend(day: number): number {
    let sum = 0;
    for (const [days, part] of strayings) sum += part * wave(this.#hash + days, day, days);
    return sum;
  }

  #stretchesOf(day: TradingDay): readonly Stretch[] {
    if (this.#stretches?.day !== day.number)
      this.#stretches = {
        day: day.number,
        all: day.number === this.start.day.number ? this.#firstDay() : [this.#otherDay(day)],
      };
    return this.#stretches.all;
  }

  #otherDay(day: TradingDay): Stretch {
    const { number, minutes } = day;
    const before = this.close(this.calendar.before(number).number);
    const open = onTick(before * (1 + (chance(this.#hash, number, 1) - 0.5) * 0.004), this.tickSize);
    return this.#stretch(day, 0, minutes, open, this.#closeOf(number));
  }

  /** What the fixture tells, as minutes, and what comes from the start on. */
  #firstDay(): readonly Stretch[] {
    const { day, minute } = this.start;
    const { open, high, low, close, volume } = this.opening;
    const told = this.#stretch(day, 0, minute, open, close);
    const past = { ...told, high, low, lots: Math.round(volume / this.lot), hash: ~told.hash };
    const skipped = this.slotOf(this.start);
    // A minute that is nearly over keeps the price of the start.
    const isOver = skipped >= this.slots - 4;
    const from = isOver ? minute + 1 : minute;
    if (from >= day.minutes) return [past];
    const rest = this.#stretch(day, from, day.minutes, close, this.#closeOf(day.number));
    return [past, isOver ? rest : { ...rest, skipped }];
  }

  #stretch({ number, minutes }: TradingDay, from: number, to: number, open: number, close: number): Stretch {
    const hash = hashOf(`${this.#hash} ${number}`);
    const length = to - from;
    const early = from + Math.floor(length * (0.2 + chance(hash, 1) * 0.15));
    const late = from + Math.floor(length * (0.65 + chance(hash, 2) * 0.15));
    const rises = chance(hash, 3) < 0.5;
    const room = this.tickSize(open) * 3;
    return {
      from,
      to,
      open,
      high: onTick(Math.max(open, close) * (1 + chance(hash, 4) * 0.012) + room, this.tickSize),
      low: onTick(Math.min(open, close) * (1 - chance(hash, 5) * 0.012) - room, this.tickSize),
      close,
      lots: length * this.slots + Math.round((this.#usualLots * (0.5 + chance(hash, 6)) * length) / minutes),
      highAt: rises ? early : late,
      lowAt: rises ? late : early,
      hash,
      skipped: -1,
    };
  }

  /** A stretch as one bar. Its money is its volume at its middle price: adding up its minutes would take too long. */
  #whole({ open, high, low, close, lots }: Stretch): Bar {
    return this.#bar(open, high, low, close, lots);
  }

  #bar(open: number, high: number, low: number, close: number, lots: number): Bar {
    const volume = lots * this.lot;
    return { open, high, low, close, volume, turnover: ((open + high + low + close) / 4) * volume * this.multiplier };
  }

  #minuteOf(day: TradingDay, minute: number): Minute {
    const recent = this.#recent[minute & 7];
    if (recent?.minute === minute && recent.day === day.number) return recent;
    const [first, rest] = this.#stretchesOf(day) as [Stretch, Stretch?];
    const stretch = rest !== undefined && minute >= rest.from ? rest : first;
    const found = { day: day.number, minute, ...this.#minuteIn(stretch, minute) };
    this.#recent[minute & 7] = found;
    return found;
  }

  #minuteIn(stretch: Stretch, minute: number) {
    const { from, to, close: last } = stretch;
    const hash = (stretch.hash + Math.imul(minute, 0x9e3779b1)) | 0;
    if (minute >= to)
      return { bar: this.#bar(last, last, last, last, 0), lots: 0, skipped: -1, highSlot: -1, lowSlot: -1, hash };
    const [open, close] = [this.#priceAt(stretch, minute), this.#priceAt(stretch, minute + 1)];
    const stray = Math.max(this.tickSize(open) * 3, (stretch.high - stretch.low) * 0.02);
    const upTo = this.#within(stretch, Math.max(open, close) + chance(hash, -1) * stray);
    const downTo = this.#within(stretch, Math.min(open, close) - chance(hash, -2) * stray);
    const high = minute === stretch.highAt ? stretch.high : Math.max(open, close, upTo);
    const low = minute === stretch.lowAt ? stretch.low : Math.min(open, close, downTo);
    const part = (minutes: number) => shared(stretch.lots, minutes, to - from, this.slots, stretch.hash);
    const lots = part(minute - from + 1) - part(minute - from);
    const skipped = minute === from ? stretch.skipped : -1;
    // Two different ones of the slots between the first and the last.
    const between = this.slots - 3 - skipped;
    const highest = Math.floor(chance(hash, -3) * between);
    const lowest = (highest + 1 + Math.floor(chance(hash, -4) * (between - 1))) % between;
    const bar = this.#bar(open, high, low, close, lots);
    return { bar, lots, skipped, highSlot: skipped + 2 + highest, lowSlot: skipped + 2 + lowest, hash };
  }

  /** The price as a minute begins: it wanders from open to close, by way of high and low. */
  #priceAt(stretch: Stretch, minute: number): number {
    const { from, to, open, close, high, low, hash } = stretch;
    if (minute >= to) return close;
    if (minute <= from) return open;
    const length = to - from;
    const calm = Math.min(1, (minute - from) / 8, (to - minute) / 8);
    const wandering = wave(hash, minute, 30) + wave(hash + 1, minute, 7) * 0.5 + wave(hash + 2, minute, 1) * 0.25;
    let price = open + ((close - open) * (minute - from)) / length + calm * wandering * (high - low) * 0.2;
    if (length >= 20) {
      price += pull(minute - stretch.highAt, length * 0.12) * (high - price);
      price += pull(minute - stretch.lowAt, length * 0.12) * (low - price);
    }
    return this.#within(stretch, price);
  }

  #within({ high, low }: { readonly high: number; readonly low: number }, price: number): number {
    return Math.min(high, Math.max(low, onTick(price, this.tickSize)));
  }
}

/** How much of a number of lots is traded after `part` of `parts`: some in each, at least `least` if there are enough. */
function shared(lots: number, part: number, parts: number, least: number, hash: number): number {
  if (part <= 0) return 0;
  if (part >= parts) return lots;
  const sure = lots >= parts * least ? least : 0;
  return sure * part + Math.floor(((lots - sure * parts) * (part + chance(hash, part, 7) * 0.9)) / parts);
}

/** A smooth coming and going between -1 and 1, with a turn every `step` at most. */
function wave(hash: number, at: number, step: number): number {
  const turn = Math.floor(at / step);
  const [from, to] = [chance(hash, turn, step), chance(hash, turn + 1, step)];
  return (from + (to - from) * (at / step - turn)) * 2 - 1;
}

/** From 1 at a distance of 0 to 0 at a distance of `reach`. */
function pull(distance: number, reach: number): number {
  return Math.max(0, 1 - Math.abs(distance) / reach);
}
