import { findChromium, reporters, timeouts } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write("skipped: the tests of the page, because no Chromium was found\n");

export default defineConfig({
  test: {
    reporters,
    include: ["src/**/*.test.ts", ...(hasChromium ? ["tests/**/*.test.ts"] : [])],
    ...timeouts,
  },
});
