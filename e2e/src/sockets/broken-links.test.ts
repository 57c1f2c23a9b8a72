// The network between a client and a healthy gateway breaks, in every way that it can. Each time the request under way
// fails, with what the client can know, and the next connection brings everything back.
import { GetGlobalState, KeepAlive, QotGetUserSecurityGroup } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { describe, expect, test } from "vitest";
import { clients, failure, impatient, next, restored, startStream } from "./clients.ts";
import { TcpProxy } from "./proxy.ts";

/** A promise that never settles: no answer. */
const silence = () => new Promise<never>(() => undefined);

/** What happens to the link, and what the client says of it over TCP and over WebSocket. */
const breaks: readonly {
  readonly what: string;
  readonly break: (proxy: TcpProxy, opend: FakeOpenD) => void;
  readonly tcp: RegExp;
  readonly ws: RegExp;
}[] = [
  { what: "falls silent both ways", break: (proxy) => proxy.freeze(), tcp: /fallen silent/, ws: /fallen silent/ },
  {
    what: "is reset",
    break: (proxy) => proxy.reset(),
    tcp: /the connection broke: .*ECONNRESET/,
    ws: /close code 1006/,
  },
  {
    what: "ends without a farewell",
    break: (proxy) => proxy.end(),
    tcp: /OpenD closed the connection/,
    ws: /close code 1006/,
  },
  {
    what: "ends in an orderly way",
    break: (_, opend) => opend.disconnect(),
    tcp: /OpenD closed the connection/,
    ws: /OpenD closed the connection/,
  },
];

describe.each(clients)("over $dialect, a link that", ({ dialect, connect }) => {
  test.each(breaks)("$what", async ({ break: breakLink, [dialect]: message }) => {
    using opend = new FakeOpenD();
    await using server = await listen(opend);
    await using proxy = await TcpProxy.start(server[dialect].port);
    await using client = await connect(`${dialect}://127.0.0.1:${proxy.port}`, impatient);
    const { stream, gap } = await startStream(client);
    const reconnecting = next(client, "reconnecting");
    const resubscribed = next(client, "resubscribed");
    const asked = new Promise<void>((resolve) => {
      opend.on(QotGetUserSecurityGroup, ({ builtIn }) => {
        resolve();
        return opend.requests.of(QotGetUserSecurityGroup).length > 1 ? builtIn() : silence();
      });
    });

    const asking = failure(client.getUserSecurityGroup());
    await asked;
    breakLink(proxy, opend);
    const error = await asking;
    expect(error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown", retryable: true });
    expect(error.message).toMatch(message);
    expect(await reconnecting).toMatchObject({ attempt: 1, cause: { code: "OPEND_CONNECTION_LOST" } });

    expect(await client.getUserSecurityGroup()).toHaveLength(13);
    expect(await resubscribed).toEqual(restored);
    await gap;
    expect(await stream.next()).toMatchObject({ done: false });
  });

  test("has a peer that answers nothing any more", async () => {
    using opend = new FakeOpenD({ quoteIntervalMs: 3_600_000 });
    await using server = await listen(opend);
    await using client = await connect(server[dialect].url, impatient);
    const { gap } = await startStream(client);
    const reconnecting = next(client, "reconnecting");
    {
      using _1 = opend.on(KeepAlive, silence);
      using _2 = opend.on(GetGlobalState, silence);
      expect((await reconnecting).cause.message).toMatch(/fallen silent/);
    }
    await gap;
    expect(await client.getUserSecurityGroup()).toHaveLength(13);
  });
});
