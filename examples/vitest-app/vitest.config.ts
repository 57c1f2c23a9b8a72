import { reporters, timeouts } from "@tickwire/tooling/vitest";
import { defineConfig } from "vitest/config";

// All tests over both wires of OpenD: the fixture `dialect` hears what a project provides.
const projects = ["tcp", "ws"].map((dialect) => ({
  test: { name: dialect, include: ["src/**/*.test.ts"], provide: { dialect }, ...timeouts },
}));

export default defineConfig({ test: { reporters, projects } });
