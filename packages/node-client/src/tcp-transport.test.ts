import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { type LinkEvents, OpenDError } from "@tickwire/session";
import { afterEach, describe, expect, test, vi } from "vitest";
import { tcpTransport } from "./tcp-transport.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, "close");
  }
});

/** A server on a free port of this machine. */
async function listen(): Promise<{ server: Server; port: number; accepted: Promise<Socket> }> {
  const server = createServer({ allowHalfOpen: true });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection").then(([socket]) => socket as Socket);
  return { server, port: (server.address() as AddressInfo).port, accepted };
}

/** Keeps what a link tells; `told` emits it as well. */
function recorder() {
  const told = new EventEmitter();
  const chunks: Buffer[] = [];
  const closed: unknown[][] = [];
  const events: LinkEvents = {
    data(bytes) {
      chunks.push(Buffer.from(bytes));
      told.emit("data");
    },
    drain: () => told.emit("drain"),
    closed(...args) {
      closed.push(args);
      told.emit("closed");
    },
  };
  return { told, events, closed, text: () => Buffer.concat(chunks).toString() };
}

async function setup() {
  const { server, port, accepted } = await listen();
  const link = recorder();
  const transport = tcpTransport({ host: "127.0.0.1", port });
  const open = await transport.open(link.events, new AbortController().signal);
  return { ...link, server, peer: await accepted, open };
}

/** Sockets that keep this process alive, after those that are being closed have gone. */
async function socketsLeft(): Promise<string[]> {
  // A turn of the event loop ends with the handles that close, so they are gone in the second one.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCPSocket"));
}

test.each([
  ["127.0.0.1", "tcp://127.0.0.1:11111"],
  ["::1", "tcp://[::1]:11111"],
])("names where it leads: %s", (host, address) => {
  expect(tcpTransport({ host, port: 11_111 })).toMatchObject({ dialect: "tcp", address });
});

describe("an open link", () => {
  test("carries bytes both ways", async () => {
    const { peer, open, told, text } = await setup();
    peer.write("from OpenD");
    await once(told, "data");
    expect(text()).toBe("from OpenD");
    expect(open.write(new TextEncoder().encode("from us"))).toBe(true);
    const [received] = await once(peer, "data");
    expect(String(received)).toBe("from us");
    open.close();
    peer.destroy();
  });

  test("sends together what is written in one turn, in order", async () => {
    const { peer, open } = await setup();
    const write = (text: string) => open.write(new TextEncoder().encode(text));
    write("one ");
    // Also what the continuations of one reply's promises write.
    await Promise.resolve();
    write("two ");
    write("three");
    const [received] = await once(peer, "data");
    expect(String(received)).toBe("one two three");
    write("four");
    const [later] = await once(peer, "data");
    expect(String(later)).toBe("four");
    open.close();
    peer.destroy();
  });

  test("sends what was written just before it was closed", async () => {
    const { peer, open, told } = await setup();
    const gone = once(told, "closed");
    open.write(new TextEncoder().encode("last words"));
    open.close();
    const [received] = await once(peer, "data");
    expect(String(received)).toBe("last words");
    peer.destroy();
    await gone;
  });

  test("says when the peer is slow, and when it takes bytes again", async () => {
    const { peer, open, told } = await setup();
    const drained = once(told, "drain");
    expect(open.write(new Uint8Array(32 << 20))).toBe(false);
    peer.resume();
    await drained;
    expect(open.write(new Uint8Array(1))).toBe(true);
    open.close();
    peer.destroy();
  });

  test("is freed at once when we close it, though the peer is mute and much waits for it", async () => {
    const { peer, open, told, closed } = await setup();
    let drains = 0;
    told.on("drain", () => drains++);
    peer.pause();
    while (open.write(new Uint8Array(1 << 20)));
    for (let i = 0; i < 16; i++) open.write(new Uint8Array(1 << 20));
    const gone = once(told, "closed");
    open.close();
    await gone;
    expect(closed).toEqual([[undefined]]);
    // Only the peer's is left, which knows nothing of it.
    expect(await socketsLeft()).toHaveLength(1);
    expect(drains).toBe(0);
    peer.destroy();
  });

  test("is kept alive by the system too", async () => {
    const keepAlive = vi.spyOn(Socket.prototype, "setKeepAlive");
    const { peer, open } = await setup();
    expect(keepAlive.mock.calls).toEqual([[true, 30_000]]);
    keepAlive.mockRestore();
    open.close();
    peer.destroy();
  });

  test("that we close is told once, without a cause, and drops what is written later", async () => {
    const { peer, open, told, closed } = await setup();
    peer.resume();
    peer.once("end", () => peer.end());
    const gone = Promise.all([once(told, "closed"), once(peer, "close")]);
    open.close();
    open.close();
    expect(() => open.write(new Uint8Array(10))).not.toThrow();
    await gone;
    open.close();
    expect(closed).toEqual([[undefined]]);
    expect(await socketsLeft()).toEqual([]);
  });

  test("that the peer half-closes is over, without a cause, after its last bytes", async () => {
    const { peer, told, closed, text } = await setup();
    peer.resume();
    peer.end("last words");
    await once(told, "closed");
    expect(text()).toBe("last words");
    expect(closed).toEqual([[undefined]]);
    peer.destroy();
  });

  test("that the peer resets is over, with the cause", async () => {
    const { peer, told, closed } = await setup();
    peer.resetAndDestroy();
    await once(told, "closed");
    expect(closed).toMatchObject([[{ code: "ECONNRESET" }]]);
  });

  test("has nothing to do any more with the signal it was opened with", async () => {
    const { port, accepted } = await listen();
    const { events, closed, told } = recorder();
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const open = await tcpTransport({ host: "127.0.0.1", port }).open(events, controller.signal);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    controller.abort();
    const peer = await accepted;
    peer.write("still there");
    await once(told, "data");
    expect(closed).toEqual([]);
    open.close();
    peer.destroy();
  });
});

describe("a link that cannot be opened", () => {
  test.each(["127.0.0.1", "localhost"])("says that nothing listens on %s, and what to check", async (host) => {
    const { server, port } = await listen();
    server.close();
    await once(server, "close");
    servers.length = 0;
    const { events, closed } = recorder();
    const failure = await tcpTransport({ host, port })
      .open(events, new AbortController().signal)
      .catch((error: unknown) => error);
    if (!(failure instanceof OpenDError)) throw failure;
    expect(failure).toMatchObject({ code: "OPEND_CONNECT_FAILED", outcome: "not-sent", retryable: true });
    expect(failure.message).toBe(
      `[OPEND_CONNECT_FAILED] tcp://${host}:${port}: nothing listens there. Is OpenD running, and is this its API port (11111 unless changed)? (ECONNREFUSED)`,
    );
    expect(failure.cause).toMatchObject({ code: "ECONNREFUSED" });
    expect(closed).toEqual([]);
  });

  test.each([
    ["before it was opened", 0],
    ["at once", 1],
    ["while it connects", 2],
  ])("because it was aborted %s leaves no socket", async (_, when) => {
    const { port, accepted } = await listen();
    const { events, closed } = recorder();
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    if (when === 0) controller.abort(reason);
    const opening = tcpTransport({ host: "127.0.0.1", port }).open(events, controller.signal);
    const rejected = expect(opening).rejects.toBe(reason);
    if (when === 2) await new Promise<void>((resolve) => process.nextTick(resolve));
    controller.abort(reason);
    await rejected;
    if (when === 2) {
      // The connection is on its way already; the server sees it come and go.
      const peer = await accepted;
      peer.resume().on("end", () => peer.end());
      await once(peer, "close");
    }
    expect(await socketsLeft()).toEqual([]);
    expect(closed).toEqual([]);
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
  });
});
