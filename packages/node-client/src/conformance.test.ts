import { conformance, memoryHarness } from "@tickwire/testkit/conformance";
import { listeningHarness } from "@tickwire/testkit/node";
import { describe, test } from "vitest";
import { connect } from "./index.ts";

describe.each([
  { way: "in memory", open: () => memoryHarness("tcp", connect) },
  { way: "over TCP", open: () => listeningHarness("tcp", connect) },
])("$way", ({ open }) => {
  test.each(conformance)("$name", async ({ run }) => {
    await using harness = await open();
    await run(harness);
  });
});
