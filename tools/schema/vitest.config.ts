import { reporters } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // npm is started, which takes long on a busy machine.
  test: { reporters, include: ["src/**/*.test.ts"], testTimeout: 60_000 },
});
