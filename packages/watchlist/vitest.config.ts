import { chromiumProject, reporters, timeouts } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

const inChromium = "src/**/*.chromium.test.ts";

export default defineConfig({
  test: {
    reporters,
    projects: [
      { test: { name: "node", include: ["src/**/*.test.ts"], exclude: [inChromium], ...timeouts } },
      ...chromiumProject({ include: [inChromium] }),
    ],
  },
});
