import { reporters } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

// A test is a whole run in another runtime, and begins while the runs before it still go on.
export default defineConfig({ test: { reporters, testTimeout: 300_000, hookTimeout: 300_000 } });
