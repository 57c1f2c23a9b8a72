// What `connect` does at a port where nothing is right yet, or nothing ever will be.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect as connectTcp, InitConnect, InitWebSocket } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { describe, expect, test } from "vitest";
import { clients, failure, freePort, next, quick, restored, startStream } from "./clients.ts";

/** Resolves when a client has failed to connect and waits for its next try. */
function firstRefusal() {
  let refused!: () => void;
  const refusal = new Promise<void>((resolve) => {
    refused = resolve;
  });
  const connection = ({ state }: { readonly state: string }) => {
    if (state === "reconnecting") refused();
  };
  return { refusal, telemetry: { connection } };
}

describe.each(clients)("over $dialect", ({ dialect, connect }) => {
  test("nothing listens until later: a client that waits for it connects then", async () => {
    const port = await freePort();
    const { refusal, telemetry } = firstRefusal();
    const connecting = connect(`${dialect}://127.0.0.1:${port}`, { ...quick, waitForOpenD: true, telemetry });
    await refusal;
    using opend = new FakeOpenD();
    await using _ = await listen(opend, dialect === "tcp" ? { port } : { wsPort: port });
    await using client = await connecting;
    expect(await client.getUserSecurityGroup()).toHaveLength(13);
  });

  test("nothing ever listens: a client that waits for it gives up after its tries", async () => {
    const reconnect = { initialMs: 1, maxAttempts: 3 };
    const url = `${dialect}://127.0.0.1:${await freePort()}`;
    const error = await failure(connect(url, { waitForOpenD: true, reconnect }));
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", cause: { code: "OPEND_CONNECT_FAILED" } });
    expect(error.message).toMatch(/gave up after 3 tries/);
  });

  test("nothing listens, and the caller does not want to wait any more", async () => {
    const { refusal, telemetry } = firstRefusal();
    const stop = new AbortController();
    const url = `${dialect}://127.0.0.1:${await freePort()}`;
    const connecting = failure(connect(url, { waitForOpenD: true, signal: stop.signal, telemetry }));
    await refusal;
    stop.abort(new Error("enough"));
    expect(await connecting).toMatchObject({ code: "OPEND_ABORTED", cause: { message: "enough" } });
  });

  test("IPv6: requests, pushes, and a lost connection", async () => {
    using opend = new FakeOpenD();
    await using server = await listen(opend, { host: "::1" });
    expect(server[dialect].url).toBe(`${dialect}://[::1]:${server[dialect].port}`);
    await using client = await connect(server[dialect].url, quick);
    const { gap } = await startStream(client);
    const resubscribed = next(client, "resubscribed");
    opend.disconnect();
    expect(await resubscribed).toEqual(restored);
    await gap;
    expect(await client.getUserSecurityGroup()).toHaveLength(13);
  });
});

/** A peer that accepts connections and never says a word. */
async function mutePeer(): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined).resume());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("a peer that never says a word", () => {
  const connectTimeoutMs = 200;

  test("over TCP, it accepts the connection and not the login", async () => {
    await using peer = await mutePeer();
    const error = await failure(connectTcp(`tcp://127.0.0.1:${peer.port}`, { connectTimeoutMs }));
    expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", retryable: true });
    expect(error.message).toMatch(/no answer from tcp:.* within 200 ms/);
  });

  test("over WebSocket, it opens none", async () => {
    await using peer = await mutePeer();
    const error = await failure(connectWebSocket(`ws://127.0.0.1:${peer.port}`, { connectTimeoutMs }));
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
    expect(error.message).toMatch(/no answer from ws:.* within 200 ms/);
  });

  test("over WebSocket, it opens one and does not answer the key", async () => {
    using opend = new FakeOpenD({ websocketKey: "right", wrongKey: "silence" });
    await using server = await listen(opend);
    const error = await failure(connectWebSocket(server.ws.url, { connectTimeoutMs, websocketKey: "wrong" }));
    expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", retryable: true });
    expect(error.message).toMatch(/no answer from ws:.* within 200 ms.*websocketKey/);
  });

  test.each(clients)(
    "over $dialect, it takes the gateway's place: the client tries until the gateway is back",
    async ({ dialect, connect }) => {
      using opend = new FakeOpenD();
      await using server = await listen(opend);
      await using client = await connect(server[dialect].url, { ...quick, connectTimeoutMs });
      {
        using _1 = opend.on(InitConnect, () => new Promise<never>(() => undefined));
        using _2 = opend.on(InitWebSocket, () => new Promise<never>(() => undefined));
        opend.disconnect();
        expect(await next(client, "reconnecting")).toMatchObject({ cause: { code: "OPEND_CONNECTION_LOST" } });
        expect(await next(client, "reconnecting")).toMatchObject({ cause: { code: "OPEND_LOGIN_FAILED" } });
      }
      expect(await client.getUserSecurityGroup()).toHaveLength(13);
    },
  );
});
