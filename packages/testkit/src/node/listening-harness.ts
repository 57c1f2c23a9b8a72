import type { Client, Clock, Dialect } from "@tickwire/session";
import type { Harness } from "../conformance/harness.ts";
import { localHarness } from "../conformance/local-harness.ts";
import type { FakeOpenDOptions } from "../fake-opend-options.ts";
import { listen } from "./listen.ts";

/**
 * The conformance harness for a client that reaches the fake over real sockets, by its address.
 * @param options What the fake shall be like, for example have `ciphers`.
 */
export function listeningHarness(
  dialect: Dialect,
  connect: (url: string, options: { readonly clock: Clock }) => Promise<Client>,
  options: Pick<FakeOpenDOptions, "ciphers" | "log"> = {},
): Promise<Harness> {
  return localHarness(async (opend) => {
    const server = await listen(opend);
    return {
      connect: (clock) => connect(server[dialect].url, { clock }),
      settle: () => new Promise((resolve) => setImmediate(resolve)),
      close: () => server.close(),
    };
  }, options);
}
