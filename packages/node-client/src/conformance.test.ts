import { memoryTransport } from "@tickwire/testkit";
import { conformance, type Harness, localHarness } from "@tickwire/testkit/conformance";
import { listen } from "@tickwire/testkit/node";
import { describe, test } from "vitest";
import { connect } from "./index.ts";

const harnesses: Record<string, () => Promise<Harness>> = {
  "in memory": () =>
    localHarness((opend) => ({
      connect: (clock) => connect(memoryTransport(opend, "tcp"), { clock }),
      settle: () => Promise.resolve(),
      close: () => Promise.resolve(),
    })),
  "over TCP": () =>
    localHarness(async (opend) => {
      const server = await listen(opend);
      return {
        connect: (clock) => connect(server.tcp.url, { clock }),
        settle: () => new Promise((resolve) => setImmediate(resolve)),
        close: () => server.close(),
      };
    }),
};

describe.each(Object.entries(harnesses))("%s", (_, open) => {
  test.each(conformance)("$name", async ({ run }) => {
    await using harness = await open();
    await run(harness);
  });
});
