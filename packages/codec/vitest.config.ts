import { chromiumProject, reporters, timeouts } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

const include = ["src/**/*.test.ts"];

export default defineConfig({
  test: {
    reporters,
    projects: [
      { test: { name: "node", include, ...timeouts } },
      ...chromiumProject({ include, exclude: ["src/**/*.node.test.ts"] }),
    ],
  },
});
