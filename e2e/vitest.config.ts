import { reporters } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

// These tests start programs, bundlers and package managers, which take their time on a slow machine.
export default defineConfig({
  test: { reporters, include: ["src/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: "100%" },
});
