import { library } from "@tickwire/tooling/tsdown";

export default library({
  // One run, so that the entries share their chunks. Only `node`, `fake` and, when it listens, `vitest` may reach Node's
  // modules; a test of the built files guards it.
  entry: {
    index: "src/index.ts",
    conformance: "src/conformance/index.ts",
    fixtures: "src/built-in-fixtures.ts",
    node: "src/node/index.ts",
    fake: "src/node/fake.ts",
    vitest: "src/vitest/index.ts",
  },
  platform: "node",
  imports: ["@tickwire/codec", "@tickwire/session", "vitest", "ws", "zod"],
  // With their JSON Schemas, for the editors of people who write some.
  copy: ["src/fixtures"],
});
