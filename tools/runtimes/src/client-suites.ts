import type { Client, Clock } from "@tickwire/session";
import { conformance, type Harness, harness, memoryHarness, type Peer } from "@tickwire/testkit/conformance";
import { connect } from "@tickwire/web-client";
import type { Desk, StartedOpenD } from "./desk.ts";
import { rejects, type Suite } from "./suite.ts";

/** The conformance cases, each in a harness of its own. */
export function conformanceSuite(
  subject: Suite["subject"],
  way: string,
  open: (desk: Desk) => Promise<Harness>,
): Suite {
  const cases = conformance.map(({ name, run }) => ({
    name,
    async run(desk: Desk) {
      const opened = await open(desk);
      try {
        await run(opened);
      } finally {
        await opened[Symbol.asyncDispose]();
      }
    },
  }));
  return { subject, way, cases };
}

/** A harness around a fake that is elsewhere. */
export async function remoteHarness(
  desk: Desk,
  connectTo: (fake: StartedOpenD, options: { readonly clock: Clock }) => Promise<Client>,
  wishes: Parameters<Desk["startOpenD"]>[0] = {},
): Promise<Harness> {
  const fake = await desk.startOpenD(wishes);
  const peer = new Proxy({} as Peer, {
    get:
      (_, method: keyof Peer) =>
      (...args: Parameters<Peer[typeof method]>) =>
        desk.steerOpenD(fake.id, method, ...args),
  });
  return harness(
    peer,
    (clock) => connectTo(fake, { clock }),
    () => desk.stop(fake.id),
  );
}

/** What the runtime's own WebSocket says of failures. */
const failures: Suite = {
  subject: "web-client",
  way: ", failures over WebSocket",
  cases: [
    {
      name: "a wrong key is told as such",
      async run(desk) {
        const { id, url } = await desk.startOpenD({ websocketKey: "right" });
        await rejects(() => connect(url, { websocketKey: "wrong" }), { code: "OPEND_LOGIN_FAILED" });
        const client = await connect(url, { websocketKey: "right" });
        await client.close();
        await desk.stop(id);
      },
    },
    {
      name: "a port where nothing listens is told as such",
      async run(desk) {
        const { id, url } = await desk.startOpenD();
        await desk.stop(id);
        await rejects(() => connect(url), { code: "OPEND_CONNECT_FAILED", retryable: true });
      },
    },
  ],
};

export const webClientSuites: readonly Suite[] = [
  conformanceSuite("web-client", ", in memory", () => memoryHarness("ws", connect)),
  conformanceSuite("web-client", ", over WebSocket", (desk) =>
    remoteHarness(desk, ({ url }, options) => connect(url, options)),
  ),
  failures,
];
