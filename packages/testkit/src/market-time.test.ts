import fc from "fast-check";
import { expect, test } from "vitest";
import { beijing, dateText, dayOf, eastern } from "./market-time.ts";

test("times are written as OpenD does, in each zone and season", () => {
  expect(beijing.text(Date.UTC(2026, 0, 5, 1, 30))).toBe("2026-01-05 09:30:00");
  expect(eastern.text(Date.UTC(2026, 0, 5, 14, 30, 1, 999))).toBe("2026-01-05 09:30:01");
  expect(eastern.text(Date.UTC(2026, 6, 6, 13, 30))).toBe("2026-07-06 09:30:00");
});

test.each([
  // Summer time begins and ends.
  [Date.UTC(2026, 2, 8, 6, 59, 59), "2026-03-08 01:59:59"],
  [Date.UTC(2026, 2, 8, 7), "2026-03-08 03:00:00"],
  [Date.UTC(2026, 10, 1, 5, 59, 59), "2026-11-01 01:59:59"],
  [Date.UTC(2026, 10, 1, 6), "2026-11-01 01:00:00"],
])("New York at %i is %s", (unixMs, text) => {
  expect(eastern.text(unixMs)).toBe(text);
});

test("every day begins at its midnight, also those on which the season changes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 10_000, max: 25_000 }), (day) => {
      for (const zone of [beijing, eastern]) {
        const midnight = zone.midnight(day);
        expect(zone.text(midnight)).toBe(`${dateText(day)} 00:00:00`);
        expect([zone.dayAt(midnight - 1), zone.dayAt(midnight)]).toEqual([day - 1, day]);
      }
    }),
  );
});

test("dates are read only as they are written", () => {
  expect(dayOf("1970-01-02")).toBe(1);
  for (const wrong of ["2026-02-29", "2026-1-5", "2026-01-05 09:30:00", "", "today"])
    expect(dayOf(wrong)).toBeUndefined();
});
