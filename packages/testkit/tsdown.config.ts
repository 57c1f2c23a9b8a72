import { defineConfig } from "tsdown";

const common = {
  tsconfig: "tsconfig.build.json",
  format: "esm",
  target: "es2023",
  fixedExtension: false,
  dts: { oxc: true },
  sourcemap: false,
} as const;

export default defineConfig([
  {
    ...common,
    // One run, so that the entries share their chunks. Only `node` and `fake` may reach Node's modules; a test of the
    // built files guards it.
    entry: {
      index: "src/index.ts",
      conformance: "src/conformance/index.ts",
      node: "src/node/index.ts",
      fake: "src/node/fake.ts",
    },
    platform: "node",
    // For the editors of people who write fixtures.
    copy: ["src/fixtures/fixture.schema.json"],
    deps: {
      onlyBundle: [],
      onlyImport: ["@tickwire/codec", "@tickwire/codec/registry", "@tickwire/session", "ws", "zod"],
    },
  },
]);
