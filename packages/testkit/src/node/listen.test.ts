import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { InitConnect, InitWebSocket, md5Hex, Notify, QotGetUserSecurity, QotUpdateBasicQot } from "@tickwire/session";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeOpenD } from "../fake-opend.ts";
import { selfSigned } from "../test-support/certificate.ts";
import { frame, frameReader, type RawFrame } from "../test-support/raw-client.ts";
import { type Listening, listen } from "./listen.ts";

let opend: FakeOpenD;
let lines: string[];
let listening: Listening;
let clients: { destroy(): void }[];
beforeEach(async () => {
  lines = [];
  clients = [];
  opend = new FakeOpenD({ log: (line) => lines.push(line), websocketKey: "k" });
  listening = await listen(opend);
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await listening.close();
  opend.close();
});

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

async function tcpClient(): Promise<{ socket: Socket; frames: RawFrame[] }> {
  const socket = connect(listening.tcp.port, listening.tcp.host);
  clients.push(socket);
  const frames: RawFrame[] = [];
  const read = frameReader("tcp", (each) => frames.push(each));
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => read(bytes));
  await once(socket, "connect");
  return { socket, frames };
}

async function wsClient(): Promise<{ socket: WebSocket; frames: RawFrame[] }> {
  const socket = new WebSocket(listening.ws.url);
  clients.push({ destroy: () => socket.terminate() });
  const frames: RawFrame[] = [];
  const read = frameReader("ws", (each) => frames.push(each));
  socket.on("error", () => undefined);
  socket.on("message", (bytes: Buffer) => read(new Uint8Array(bytes)));
  await once(socket, "open");
  return { socket, frames };
}

test("tells where it listens: any free ports of this machine only", () => {
  for (const [scheme, { host, port, url }] of [
    ["tcp", listening.tcp],
    ["ws", listening.ws],
  ] as const) {
    expect(host).toBe("127.0.0.1");
    expect(port).toBeGreaterThan(0);
    expect(url).toBe(`${scheme}://127.0.0.1:${port}`);
  }
});

test("serves TCP, and the core's errors end the socket", async () => {
  const { socket, frames } = await tcpClient();
  socket.write(frame("tcp", InitConnect, { clientVer: 300, clientID: "t" }, 1));
  socket.write(frame("tcp", QotGetUserSecurity, { groupName: "A" }, 2));
  await until(() => frames.length === 2);
  expect(frames.map(({ protoId, serialNo }) => [protoId, serialNo])).toEqual([
    [1001, 1n],
    [3213, 2n],
  ]);
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "close");
  await until(() => opend.connections === 0);
  expect(lines[0]).toContain("WebSocket clients belong on the other port");
});

test("serves WebSocket, and ignores text", async () => {
  const { socket, frames } = await wsClient();
  socket.send("hello");
  socket.send(frame("ws", InitWebSocket, { websocketKey: md5Hex("k") }, 2));
  socket.send(frame("ws", QotGetUserSecurity, { groupName: "A" }, 3));
  await until(() => frames.length === 2);
  expect(frames.map(({ protoId, serialNo }) => [protoId, serialNo])).toEqual([
    [1, 2n],
    [3213, 3n],
  ]);
  expect(lines).toEqual(["a WebSocket text message is ignored: OpenD's messages are binary"]);
  opend.push(QotUpdateBasicQot, {});
  await until(() => frames.length === 3);
  socket.close();
  await until(() => opend.connections === 0);
});

test("a refused login arrives before the end of the WebSocket", async () => {
  const { socket, frames } = await wsClient();
  const closed = once(socket, "close");
  socket.send(frame("ws", InitWebSocket, {}, 2));
  await closed;
  expect(frames).toMatchObject([{ error: -1, errorText: "wrong key" }]);
});

test("disconnecting is orderly without a cause, and a reset with one", async () => {
  const orderly = await tcpClient();
  await until(() => opend.connections === 1);
  opend.disconnect();
  const [hadError] = await once(orderly.socket, "close");
  expect(hadError).toBe(false);
  const broken = await tcpClient();
  await until(() => opend.connections === 1);
  const failed = once(broken.socket, "error").catch((error: unknown) => [error]);
  opend.disconnect(new Error("the cable was pulled"));
  expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
  const { socket } = await wsClient();
  await until(() => opend.connections === 1);
  opend.disconnect(new Error("the cable was pulled"));
  expect((await once(socket, "close"))[0]).toBe(1006);
});

test("closing ends every socket, frees both ports, and can be done twice", async () => {
  const [tcp, ws] = [await tcpClient(), await wsClient()];
  await until(() => opend.connections === 2);
  const ends = Promise.all([once(tcp.socket, "close"), once(ws.socket, "close")]);
  await Promise.all([listening.close(), listening.close()]);
  opend.assertClean();
  await listening.close();
  await ends;
  const { tcp: tcpAddress, ws: wsAddress } = listening;
  listening = await listen(opend, { port: tcpAddress.port, wsPort: wsAddress.port });
  expect([listening.tcp, listening.ws]).toEqual([tcpAddress, wsAddress]);
});

test("a port in use is told with what to do, and the other port is not kept", async () => {
  const { port } = listening.ws;
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const free = (probe.address() as { port: number }).port;
  probe.close();
  await once(probe, "close");
  await expect(listen(opend, { port: free, wsPort: port })).rejects.toThrow(
    `[TESTKIT_LISTEN] cannot listen on 127.0.0.1:${port}: the port is in use; stop what holds it`,
  );
  await expect(listen(opend, { port: listening.tcp.port })).rejects.toThrow("in use");
  await using again = await listen(opend, { port: free });
  expect(again.tcp.port).toBe(free);
});

test("a host that is none is told", async () => {
  await expect(listen(opend, { host: "192.0.2.1" })).rejects.toThrow("not an address of this machine");
});

test.each(["tcp", "ws"] as const)("drops a %s client that does not read before the memory is full", async (dialect) => {
  const client = dialect === "tcp" ? await tcpClient() : await wsClient();
  const login =
    dialect === "tcp"
      ? frame("tcp", InitConnect, { clientVer: 300, clientID: "t", recvNotify: true }, 1)
      : frame("ws", InitWebSocket, { websocketKey: md5Hex("k") }, 2);
  if ("write" in client.socket) client.socket.write(login);
  else client.socket.send(login);
  await until(() => client.frames.length === 1);
  client.socket.pause();
  const event = { eventType: 1, desc: "x".repeat(1_000_000) };
  for (let i = 0; i < 1000 && opend.connections > 0; i++) {
    opend.push(Notify, { type: 1, event });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(opend.connections).toBe(0);
  expect(lines).toContainEqual(expect.stringContaining("its peer does not read"));
});

describe("with a certificate", () => {
  let tls: { key: string; cert: string };
  beforeAll(async () => {
    tls = await selfSigned();
  });

  test("serves wss://", async () => {
    await using secure = await listen(opend, { tls });
    expect(secure.ws.url).toBe(`wss://127.0.0.1:${secure.ws.port}`);
    expect(secure.tcp.url).toMatch(/^tcp:/);
    const socket = new WebSocket(secure.ws.url, { ca: tls.cert });
    clients.push({ destroy: () => socket.terminate() });
    const frames: RawFrame[] = [];
    const read = frameReader("ws", (each) => frames.push(each));
    socket.on("message", (bytes: Buffer) => read(new Uint8Array(bytes)));
    await once(socket, "open");
    socket.send(frame("ws", InitWebSocket, { websocketKey: md5Hex("k") }, 2));
    await until(() => frames.length === 1);
    expect(frames).toMatchObject([{ protoId: 1, serialNo: 2n }]);
    const closed = once(socket, "close");
    await secure.close();
    await closed;
  });

  test("logs what speaks no TLS, and ends those that say nothing", async () => {
    const secure = await listen(opend, { tls });
    const plain = new WebSocket(`ws://127.0.0.1:${secure.ws.port}`);
    await once(plain, "error");
    expect(lines).toEqual([expect.stringContaining("a TLS connection failed: ")]);
    const silent = connect(secure.ws.port, secure.ws.host);
    await once(silent, "connect");
    const gone = once(silent, "close");
    await secure.close();
    await gone;
  });

  test.each([
    ["no PEM", (own: typeof tls) => ({ ...own, cert: "certificate.pem" })],
    ["no PEM of a key", (own: typeof tls) => ({ ...own, key: "a s3cret" })],
  ])("that cannot be used, as it is %s, is told, without the key", async (_, spoil) => {
    const error: unknown = await listen(opend, { tls: spoil(tls) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "TESTKIT_LISTEN" });
    expect(String(error)).toContain("both must be PEM, and belong together");
    expect(String(error)).not.toContain("s3cret");
  });
});

test("answers whatever is no WebSocket", async () => {
  const response = await fetch(listening.ws.url.replace("ws:", "http:"));
  expect(response.status).toBe(426);
});
