import { QotMarketState, SecurityType } from "@tickwire/session";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calendars, calendarOf, calendars } from "./market-hours.ts";
import { marketState } from "./market-states.ts";
import { dayOf, eastern } from "./market-time.ts";

const real = calendars("real", { HK: ["2026-02-17"], US: ["2026-07-03"] });
const names = ["hk", "hkFuture", "us", "usFuture", "cn", "others"] as const satisfies (keyof Calendars)[];
const hongKong = (day: number, hour: number, minute = 0, second = 0) =>
  Date.UTC(2026, 0, day, hour - 8, minute, second);

describe("hours", () => {
  test.each([
    // 5 January 2026 was a Monday.
    ["as it opens", hongKong(5, 9, 30), "2026-01-05", 0, 0],
    ["within a minute", hongKong(5, 9, 31, 7), "2026-01-05", 1, 7000],
    ["before noon", hongKong(5, 11, 59, 59), "2026-01-05", 149, 59_000],
    ["at noon", hongKong(5, 12), "2026-01-05", 149, 59_999],
    ["after the break", hongKong(5, 13), "2026-01-05", 150, 0],
    ["after the close", hongKong(5, 22), "2026-01-05", 329, 59_999],
    ["before it opens", hongKong(6, 9, 29, 59), "2026-01-05", 329, 59_999],
    ["on Saturday", hongKong(10, 11), "2026-01-09", 329, 59_999],
    ["early on Monday", hongKong(12, 3), "2026-01-09", 329, 59_999],
    ["on a holiday", Date.UTC(2026, 1, 17, 3), "2026-02-16", 329, 59_999],
  ])("Hong Kong %s", (_, unixMs, date, minute, ms) => {
    const moment = real.hk.at(unixMs);
    expect([moment.day.number, moment.minute, moment.ms]).toEqual([dayOf(date), minute, ms]);
  });

  test("New York opens at 9:30 in winter and in summer", () => {
    for (const open of [Date.UTC(2026, 2, 6, 14, 30), Date.UTC(2026, 2, 9, 13, 30), Date.UTC(2026, 10, 2, 14, 30)]) {
      expect(eastern.text(open)).toContain(" 09:30:00");
      expect(real.us.at(open)).toMatchObject({ minute: 0, ms: 0 });
      expect(real.us.at(open - 1)).toMatchObject({ minute: 389, ms: 59_999 });
    }
    expect(real.us.at(Date.UTC(2026, 6, 3, 15)).day.number).toBe(dayOf("2026-07-02"));
  });

  test.each([
    ["begins", Date.UTC(2026, 2, 8, 22)],
    ["ends", Date.UTC(2026, 10, 1, 23)],
  ])("US futures begin the week at 18:00 on the Sunday on which summer time %s", (_, open) => {
    expect(eastern.text(open)).toContain(" 18:00:00");
    const { day } = real.usFuture.at(open);
    expect([real.usFuture.startOf(day, 0), day.minutes]).toEqual([open, 360]);
    expect(real.usFuture.at(open - 1).day.number).toBe(day.number - 2);
    const state = (unixMs: number) => marketState(real.usFuture, real, unixMs);
    expect([open - 1, open, open + 6 * 3_600_000 - 1, open + 6 * 3_600_000].map(state)).toEqual([
      QotMarketState.FutureClose,
      ...Array(3).fill(QotMarketState.FutureOpen),
    ]);
  });

  test("each market has its minutes", () => {
    const monday = dayOf("2026-01-05")!;
    expect(names.map((name) => real[name].day(monday)?.minutes)).toEqual([330, 375, 390, 1380, 240, 1440]);
    expect(names.map((name) => real[name].day(monday - 1)?.minutes)).toEqual([
      undefined,
      undefined,
      undefined,
      360,
      undefined,
      1440,
    ]);
  });

  test("that never end have days of 23 and of 25 hours in New York", () => {
    const { us, hk } = calendars("always", {});
    expect(["2026-03-08", "2026-03-09", "2026-11-01"].map((date) => us.day(dayOf(date)!)?.minutes)).toEqual([
      1380, 1440, 1500,
    ]);
    expect(hk.day(dayOf("2026-03-08")!)?.minutes).toBe(1440);
  });

  test("a minute that trades begins where the calendar says, across breaks, weekends and seasons", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(2 * 365 * 86_400), (name, second) => {
        const calendar = real[name];
        const unixMs = Date.UTC(2026, 0, 1) + second * 1000;
        const { day, minute, ms } = calendar.at(unixMs);
        const found = calendar.startOf(day, minute) + ms;
        expect(found).toBeLessThanOrEqual(unixMs);
        expect(calendar.at(found)).toEqual({ day, minute, ms });
        // Either the market is open, or all between the moment and the time is closed.
        if (found !== unixMs) expect(calendar.at(found + (unixMs - found) / 2)).toEqual({ day, minute, ms });
      }),
    );
  });

  test("neighbours are neighbours", () => {
    for (const name of names) {
      const day = real[name].at(hongKong(12, 11)).day;
      expect(real[name].before(real[name].after(day.number).number)).toEqual(day);
    }
    expect(() => real.hk.startOf(real.hk.at(hongKong(5, 10)).day, 330)).toThrow(RangeError);
  });

  test("a holiday has to be a date", () => {
    expect(() => calendars("real", { CN: ["2026-2-17"] })).toThrow('[TESTKIT_OPTION] holidays.CN: "2026-2-17"');
  });
});

test("securities trade by their market's calendar, futures by their own", () => {
  const of = (market: number, type: SecurityType = SecurityType.Eqty) =>
    names.find((name) => real[name] === calendarOf({ market, code: "X" }, type, real));
  expect([1, 11, 21, 22, 31].map((market) => of(market))).toEqual(["hk", "us", "cn", "cn", "others"]);
  expect([1, 11].map((market) => of(market, SecurityType.Future))).toEqual(["hkFuture", "usFuture"]);
});

describe("states", () => {
  const states = (all: Calendars, unixMs: number) => names.map((name) => marketState(all[name], all, unixMs));

  test.each([
    ["Monday 08:00", hongKong(5, 8), [6, 17, 6, 23, 6, 3]],
    ["Monday 09:10", hongKong(5, 9, 10), [1, 18, 6, 23, 6, 3]],
    ["Monday 09:20", hongKong(5, 9, 20), [2, 15, 6, 23, 1, 3]],
    ["Monday 09:30", hongKong(5, 9, 30), [3, 15, 6, 23, 3, 3]],
    ["Monday 12:00", hongKong(5, 12), [4, 16, 6, 23, 4, 3]],
    ["Monday 15:30", hongKong(5, 15, 30), [5, 15, 6, 23, 6, 3]],
    ["Monday 16:05", hongKong(5, 16, 5), [19, 15, 6, 23, 6, 3]],
    ["Monday 22:30", hongKong(5, 22, 30), [6, 17, 5, 23, 6, 3]],
    ["Tuesday 06:30", hongKong(6, 6, 30), [6, 17, 10, 24, 6, 3]],
    ["Saturday 11:00", hongKong(10, 11), [6, 17, 11, 26, 6, 3]],
    ["Sunday 11:00", hongKong(11, 11), [6, 17, 6, 26, 6, 3]],
  ])("on %s in Hong Kong", (_, unixMs, expected) => {
    expect(states(calendars("real", {}), unixMs)).toEqual(expected);
  });

  test("of markets that never close", () => {
    expect(states(calendars("always", {}), hongKong(11, 3))).toEqual([3, 15, 5, 23, 3, 3]);
  });
});
