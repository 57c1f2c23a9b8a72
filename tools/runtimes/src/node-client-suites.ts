import { connect } from "@tickwire/node-client";
import { conformanceSuite, remoteHarness } from "./client-suites.ts";
import type { Suite } from "./suite.ts";

/** For runtimes that have Node's modules. */
export const nodeClientSuites: readonly Suite[] = [
  conformanceSuite("node-client", ", over TCP", (desk) =>
    remoteHarness(desk, ({ tcpUrl }, options) => connect(tcpUrl, options)),
  ),
  conformanceSuite("node-client", ", over TCP, encrypted", (desk) =>
    remoteHarness(desk, ({ tcpUrl, rsaPrivateKey }, options) => connect(tcpUrl, { ...options, rsaPrivateKey }), {
      isEncrypted: true,
    }),
  ),
];
