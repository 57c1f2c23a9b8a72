// The gateway's process dies by SIGKILL, and another one takes its place on the same ports.
import { describe, expect, test } from "vitest";
import { clients, failure, next, quick, restored, startStream, until } from "./clients.ts";
import { startFake } from "./fake-process.ts";
import { TcpProxy } from "./proxy.ts";

describe.each(clients)("over $dialect", ({ dialect, connect }) => {
  test("in the middle of a reply: that request fails, and all else goes on with the next process", async () => {
    await using fake = await startFake();
    await using proxy = await TcpProxy.start(fake.ports[dialect]);
    await using client = await connect(`${dialect}://127.0.0.1:${proxy.port}`, quick);
    const { stream, gap } = await startStream(client);
    const reconnecting = next(client, "reconnecting");
    const resubscribed = next(client, "resubscribed");

    const halved = proxy.halveNext();
    const asking = failure(client.getUserSecurityGroup());
    await halved;
    await fake.kill();
    expect(await asking).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown", retryable: true });
    expect(await reconnecting).toMatchObject({ cause: { code: "OPEND_CONNECTION_LOST" } });
    const waiting = client.getUserSecurityGroup();

    await using _ = await startFake(fake.ports);
    expect(await waiting).toHaveLength(13);
    expect(await resubscribed).toEqual(restored);
    expect(await gap).toEqual({ sinceMs: expect.any(Number) });
    expect(await stream.next()).toMatchObject({ done: false });
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 0, waiting: 0 });
  });

  test("while nothing is asked: tries are refused until it listens again", async () => {
    await using fake = await startFake();
    await using client = await connect(`${dialect}://127.0.0.1:${fake.ports[dialect]}`, quick);
    const { stream, gap } = await startStream(client);
    const resubscribed = next(client, "resubscribed");
    await fake.kill();
    await until(client, "reconnecting");
    expect(await next(client, "reconnecting")).toMatchObject({ cause: { code: "OPEND_CONNECT_FAILED" } });

    await using _ = await startFake(fake.ports);
    await until(client, "ready");
    expect(await resubscribed).toEqual(restored);
    await gap;
    expect(await stream.next()).toMatchObject({ done: false });
  });

  test("of a client that shall not come back: it closes, and tells why", async () => {
    await using fake = await startFake();
    await using client = await connect(`${dialect}://127.0.0.1:${fake.ports[dialect]}`, { reconnect: false });
    const { stream } = await startStream(client);
    const closed = next(client, "closed");
    await fake.kill();
    expect(await closed).toMatchObject({ error: { code: "OPEND_CONNECTION_LOST" } });
    expect(await failure(stream.next())).toMatchObject({ code: "OPEND_CONNECTION_LOST" });
    expect(await failure(client.getUserSecurityGroup())).toMatchObject({
      code: "OPEND_CONNECTION_LOST",
      outcome: "not-sent",
    });
  });
});
