import { QotMarket } from "@tickwire/session";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time zone. Days are numbered by their date: 0 is 1970-01-01. */
export class Zone {
  readonly #offsetAt: (unixMs: number) => number;
  #date = { day: Number.NaN, text: "" };

  /** @param offsetAt Milliseconds that the zone is ahead of UTC. */
  constructor(offsetAt: (unixMs: number) => number) {
    this.#offsetAt = offsetAt;
  }

  /** The number of the day that a time, in Unix milliseconds, belongs to. */
  dayAt(unixMs: number): number {
    return Math.floor((unixMs + this.#offsetAt(unixMs)) / DAY_MS);
  }

  /** Minutes since midnight that its clocks show. */
  minuteAt(unixMs: number): number {
    return ((unixMs + this.#offsetAt(unixMs)) / MINUTE_MS) % 1440;
  }

  /** When a day begins, in Unix milliseconds. */
  midnight(day: number): number {
    const guess = day * DAY_MS - this.#offsetAt(day * DAY_MS);
    // The offset of the guess itself: the first one may be of another season.
    return day * DAY_MS - this.#offsetAt(guess);
  }

  /** A time as OpenD writes it: `yyyy-MM-dd HH:mm:ss`. */
  text(unixMs: number): string {
    const seconds = Math.floor((unixMs + this.#offsetAt(unixMs)) / 1000);
    const day = Math.floor(seconds / 86_400);
    // Every quote has its time, and nearly always it is of the same day as the one before.
    if (this.#date.day !== day) this.#date = { day, text: dateText(day) };
    const two = (value: number): string => String(Math.floor(value) % 60).padStart(2, "0");
    const hour = String(Math.floor(seconds / 3600) - day * 24).padStart(2, "0");
    return `${this.#date.text} ${hour}:${two(seconds / 60)}:${two(seconds)}`;
  }
}

/** Beijing and Hong Kong, which have no summer time. */
export const beijing: Zone = /* @__PURE__ */ new Zone(() => 8 * HOUR_MS);

/** US Eastern time. */
export const eastern: Zone = /* @__PURE__ */ new Zone(/* @__PURE__ */ offsetsOf("America/New_York"));

/** US quotes are in US Eastern time, the others in Beijing time; of further markets the vendor does not say it. */
export function zoneOf(market: QotMarket): Zone {
  return market === QotMarket.US_Security ? eastern : beijing;
}

/** A date as OpenD writes it: `yyyy-MM-dd`. */
export function dateText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The number of the day of a date `yyyy-MM-dd`; undefined for what is none. */
export function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  return Number.isNaN(day) || dateText(day) !== date ? undefined : day;
}

/** Offsets change on the hour, so the last one found serves until the hour is over: asking Intl costs more than a price. */
function offsetsOf(timeZone: string): (unixMs: number) => number {
  // The Swedish locale writes yyyy-MM-dd HH:mm:ss.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  let [knownHour, offsetMs] = [Number.NaN, 0];
  return (unixMs) => {
    const hour = Math.floor(unixMs / HOUR_MS);
    if (hour !== knownHour) {
      offsetMs = Date.parse(`${format.format(hour * HOUR_MS).replace(" ", "T")}Z`) - hour * HOUR_MS;
      knownHour = hour;
    }
    return offsetMs;
  };
}
