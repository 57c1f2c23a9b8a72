import { type Bar, join } from "./bar.ts";
import type { Moment, TradingDay } from "./market-hours.ts";
import type { PricePath } from "./price-path.ts";

/** Minutes that were joined already. */
interface Running {
  readonly day: number;
  /** The next minute to be joined. */
  minute: number;
  bar: Bar | undefined;
}

/**
 * What was traded so far: the bars of a price path up to a moment. It keeps what it has joined of the spans that are under
 * way, a few numbers for each, so that the next moment costs little; asked for another moment, it begins anew.
 */
export class Tape {
  readonly path: PricePath;
  readonly #running = new Map<number, Running>();
  #slots: { readonly day: number; readonly minute: number; slot: number; high: number; low: number } | undefined;
  #lastClose: { readonly day: number; readonly price: number } | undefined;

  constructor(path: PricePath) {
    this.path = path;
  }

  /** The price at a moment. */
  price(moment: Moment): number {
    return this.path.price(moment.day, moment.minute, this.path.slotOf(moment));
  }

  /** The close of the trading day before a moment. */
  lastClose({ day: { number } }: Moment): number {
    if (this.#lastClose?.day !== number)
      this.#lastClose = { day: number, price: this.path.close(this.path.calendar.before(number).number) };
    return this.#lastClose.price;
  }

  /** The day up to a moment, what the fixture tells of it included. */
  today(moment: Moment): Bar {
    const { start, opening } = this.path;
    const isFirst = moment.day.number === start.day.number;
    // Before the start there are only the minutes, of which the fixture tells the sum.
    return isFirst && moment.minute >= start.minute
      ? this.#joined(0, moment, start.minute, opening)
      : this.#joined(0, moment, 0, undefined);
  }

  /** The minutes from `from` to below `to` of a day, up to a moment that is not before them. */
  minutes(day: TradingDay, from: number, to: number, until: Moment): Bar {
    const opening = this.#opensWith(day, from);
    if (day.number === until.day.number && to > until.minute) return this.#joined(to - from, until, from, opening);
    let bar = join(opening, this.path.minute(day, from));
    for (let minute = from + 1; minute < to; minute++) bar = join(bar, this.path.minute(day, minute));
    return bar;
  }

  /** Who starts as the market opens has no minute before for what the fixture tells of the day: the first one has it. */
  #opensWith(day: TradingDay, minute: number): Bar | undefined {
    const { start, opening } = this.path;
    return minute === 0 && start.minute === 0 && day.number === start.day.number ? opening : undefined;
  }

  /** The minutes from `from` on up to a moment. @param span Tells the spans apart that are under way at the same time. */
  #joined(span: number, moment: Moment, from: number, first: Bar | undefined): Bar {
    const { day, minute } = moment;
    let running = this.#running.get(span);
    if (running?.day !== day.number || running.minute > minute || running.minute < from) {
      running = { day: day.number, minute: from, bar: first };
      this.#running.set(span, running);
    }
    for (; running.minute < minute; running.minute++)
      running.bar = join(running.bar, this.path.minute(day, running.minute));
    return join(running.bar, this.#minuteSoFar(moment));
  }

  #minuteSoFar(moment: Moment): Bar {
    const { path } = this;
    const { day, minute } = moment;
    const slot = path.slotOf(moment);
    const whole = path.minute(day, minute);
    if (this.#slots?.day !== day.number || this.#slots.minute !== minute || this.#slots.slot > slot)
      this.#slots = { day: day.number, minute, slot: 0, high: whole.open, low: whole.open };
    const seen = this.#slots;
    for (; seen.slot <= slot; seen.slot++) {
      const price = path.price(day, minute, seen.slot);
      seen.high = Math.max(seen.high, price);
      seen.low = Math.min(seen.low, price);
    }
    seen.slot = slot;
    const volume = path.volume(day, minute, slot);
    const turnover = whole.volume === 0 ? 0 : (whole.turnover * volume) / whole.volume;
    const close = path.price(day, minute, slot);
    return { open: whole.open, high: seen.high, low: seen.low, close, volume, turnover };
  }
}
