import { generateKeyPairSync } from "node:crypto";
import { conformance, memoryHarness } from "@tickwire/testkit/conformance";
import { listeningHarness, rsaCiphers } from "@tickwire/testkit/node";
import { afterEach, describe, test, vi } from "vitest";
import { connect } from "./index.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const rsaPrivateKey = privateKey.export({ type: "pkcs1", format: "pem" }) as string;
const ciphers = rsaCiphers(rsaPrivateKey);

describe.each([
  { way: "in memory", open: () => memoryHarness("tcp", connect) },
  { way: "over TCP", open: () => listeningHarness("tcp", connect) },
  {
    way: "over TCP, encrypted",
    open: () => listeningHarness("tcp", (url, options) => connect(url, { ...options, rsaPrivateKey }), { ciphers }),
  },
])("$way", ({ open }) => {
  test.each(conformance)("$name", async ({ run }) => {
    await using harness = await open();
    await run(harness);
  });
});

describe("in memory, whatever chance makes of the delays", () => {
  afterEach(() => vi.restoreAllMocks());

  test.each([0, 0.999].flatMap((random) => conformance.map(({ name, run }) => ({ random, name, run }))))(
    "$random: $name",
    async ({ random, run }) => {
      vi.spyOn(Math, "random").mockReturnValue(random);
      await using harness = await memoryHarness("tcp", connect);
      await run(harness);
    },
  );
});
