import { chromiumProject, reporters } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

const include = ["src/**/*.test.ts"];
// Property tests take long on a busy machine; their time says nothing.
const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters,
    projects: [
      { test: { name: "node", include, ...timeouts } },
      ...chromiumProject({ include, exclude: ["src/**/*.node.test.ts"], ...timeouts }),
    ],
  },
});
