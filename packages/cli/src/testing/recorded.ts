// What a client and a fake say to each other, as captured bytes.
import type { Dialect, LinkEvents, Transport } from "@tickwire/node-client";
import { connect as connectTcp } from "@tickwire/node-client";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { connect as connectWebSocket } from "@tickwire/web-client";

export interface Recorded {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** A login, the groups, and an unknown one. */
export async function recorded(dialect: Dialect, options: { readonly bodyFormat?: "json" } = {}): Promise<Recorded> {
  const clock = new VirtualClock();
  const said = { client: [] as Uint8Array[], server: [] as Uint8Array[] };
  const inner = memoryTransport(new FakeOpenD({ clock, websocketKey: "secret" }), dialect);
  const transport: Transport = {
    ...inner,
    async open(events, signal) {
      const heard: LinkEvents = {
        data(bytes) {
          said.server.push(bytes.slice());
          events.data(bytes);
        },
        drain: () => events.drain(),
        closed: (cause) => events.closed(cause),
      };
      const link = await inner.open(heard, signal);
      return {
        write(bytes) {
          said.client.push(bytes.slice());
          return link.write(bytes);
        },
        close: () => link.close(),
      };
    },
  };
  const { jsonBodies } = await import("@tickwire/codec/json");
  const client =
    dialect === "tcp"
      ? await connectTcp(transport, { clock, ...(options.bodyFormat && { bodyFormat: jsonBodies }) })
      : await connectWebSocket(transport, { clock, websocketKey: "secret" });
  await client.getUserSecurityGroup();
  await client.getUserSecurity("nope").catch(() => undefined);
  await client.close();
  return { client: Buffer.concat(said.client), server: Buffer.concat(said.server) };
}
