// People mix up ports. Each mix-up must end at once, with an error that says what to do.
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect as connectTcp } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { failure, freePort } from "./sockets/clients.ts";

let opend: FakeOpenD;
let server: Listening;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  opend = new FakeOpenD({ websocketKey: "right" });
  server = await listen(opend);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await server.close();
  opend.close();
});

const portOf = (address: AddressInfo | string | null): number => (address as AddressInfo).port;

async function httpPort(): Promise<number> {
  const http = createHttpServer((_, response) => response.writeHead(404).end("not here"));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  closers.push(() => http.close());
  return portOf(http.address());
}

test("TCP to a web server", async () => {
  const error = await failure(connectTcp(`tcp://127.0.0.1:${await httpPort()}`));
  expect(error.code).toBe("OPEND_NOT_OPEND");
  expect(error.message).toMatch(/it speaks HTTP.*API port \(11111/);
});

test("TCP to OpenD's WebSocket port", async () => {
  const error = await failure(connectTcp(`tcp://127.0.0.1:${server.ws.port}`));
  expect(error.code).toBe("OPEND_NOT_OPEND");
  expect(error.message).toMatch(/WebSocket port/);
});

test("TCP to a port where nothing listens", async () => {
  const error = await failure(connectTcp(`tcp://127.0.0.1:${await freePort()}`));
  expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
  expect(error.message).toMatch(/Is OpenD running.*ECONNREFUSED/);
});

test("WebSocket to a web server", async () => {
  const error = await failure(connectWebSocket(`ws://127.0.0.1:${await httpPort()}`));
  expect(error.code).toBe("OPEND_CONNECT_FAILED");
  expect(error.message).toMatch(/websocket_port/);
});

test("WebSocket to OpenD's API port", async () => {
  const error = await failure(connectWebSocket(`ws://127.0.0.1:${server.tcp.port}`));
  expect(error.code).toBe("OPEND_CONNECT_FAILED");
  expect(error.message).toMatch(/not its API port/);
});

test("WebSocket to a port where nothing listens", async () => {
  const error = await failure(connectWebSocket(`ws://127.0.0.1:${await freePort()}`));
  expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
  expect(error.message).toMatch(/Is OpenD running/);
});

test.each<[what: string, answer: (socket: WebSocket, message: Buffer) => void]>([
  ["binary messages of its own", (socket) => socket.send(Buffer.from("welcome to the chat room!"))],
  ["text", (socket) => socket.send("welcome to the chat room!")],
  ["what it gets", (socket, message) => socket.send(message)],
])("WebSocket to a WebSocket server that sends %s", async (_, answer) => {
  const chat = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  chat.on("connection", (socket) => socket.on("message", (message: Buffer) => answer(socket, message)));
  await new Promise((resolve) => chat.on("listening", resolve));
  closers.push(() => {
    for (const socket of chat.clients) socket.terminate();
    chat.close();
  });
  const error = await failure(connectWebSocket(`ws://127.0.0.1:${portOf(chat.address())}`, { websocketKey: "secret" }));
  expect(error.code).toBe("OPEND_NOT_OPEND");
  // The MD5 of the key.
  expect(String(error) + JSON.stringify(error)).not.toContain("5ebe2294");
});

test("a wrong key", async () => {
  const error = await failure(connectWebSocket(server.ws.url, { websocketKey: "a secret but wrong" }));
  expect(error.code).toBe("OPEND_LOGIN_FAILED");
  expect(error.message).toMatch(/websocketKey/);
  expect(JSON.stringify(error)).not.toContain("a secret but wrong");
});
