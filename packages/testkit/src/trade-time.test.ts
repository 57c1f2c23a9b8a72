import { expect, test } from "vitest";
import { TRADE_TIME, unixSeconds } from "./trade-time.ts";

test.each([
  ["2026-01-05 09:30:00", "Asia/Hong_Kong", "2026-01-05T01:30:00Z"],
  ["2026-01-05 09:30:00.250", "Asia/Hong_Kong", "2026-01-05T01:30:00.250Z"],
  ["2026-01-05 09:30:00", "America/New_York", "2026-01-05T14:30:00Z"],
  ["2026-07-01 09:30:00", "America/New_York", "2026-07-01T13:30:00Z"],
  // The hours around the change of the clocks, at 2:00 on these days.
  ["2026-03-08 01:30:00", "America/New_York", "2026-03-08T06:30:00Z"],
  ["2026-03-08 03:30:00", "America/New_York", "2026-03-08T07:30:00Z"],
  ["2026-11-01 00:30:00", "America/New_York", "2026-11-01T04:30:00Z"],
  ["2026-11-01 03:30:00", "America/New_York", "2026-11-01T08:30:00Z"],
])("%s in %s is %s", (time, zone, utc) => {
  expect(time).toMatch(TRADE_TIME);
  expect(unixSeconds(time, zone)).toBe(Date.parse(utc) / 1000);
});
