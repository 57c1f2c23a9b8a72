import { chromiumProject, reporters } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters,
    projects: [
      { test: { name: "node", include: ["src/**/*.test.ts"] } },
      ...chromiumProject({ include: ["src/**/*.test.ts"], exclude: ["src/**/*.node.test.ts"] }),
    ],
  },
});
