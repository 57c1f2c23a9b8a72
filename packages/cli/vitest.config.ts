import { reporters, timeouts } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { reporters, include: ["src/**/*.test.ts"], ...timeouts } });
