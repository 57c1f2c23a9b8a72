import { systemClock } from "@tickwire/session/parts";
import { expect, test } from "vitest";
import { browserClock } from "./browser-clock.ts";

test("outside a page is just real time", () => {
  expect(browserClock()).toBe(systemClock);
});
