// The quote socket over real WebSockets: what differs from memory.
import { once } from "node:events";
import { connect } from "node:net";
import {
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  CmdReconnect,
  decodeBody,
  PushQuoteData,
  Subscribe,
  SubType,
} from "@tickwire/codec/longport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeLongPort } from "../fake-longport.ts";
import { QUERY, SocketClient, tokenOf } from "../test-support/longport-socket-client.ts";
import { START_UNIX_MS, walkTheStart } from "../test-support/longport-start.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { type LongPortListening, listenLongPort } from "./longport-listener.ts";

let clock: VirtualClock;
let lines: string[];
let longport: FakeLongPort;
let listening: LongPortListening;
let sockets: WebSocket[];
beforeEach(async () => {
  sockets = [];
  lines = [];
  clock = new VirtualClock({ startUnixMs: START_UNIX_MS });
  longport = new FakeLongPort({ clock, log: (line) => lines.push(line) });
  listening = await listenLongPort(longport);
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await listening.close();
});

async function open(query = QUERY) {
  const socket = new WebSocket(`${listening.quoteWsUrl}${query}`);
  sockets.push(socket);
  const client = new SocketClient(socket as unknown as SocketClient["socket"]);
  await client.opened;
  return { socket, client };
}

async function logIn() {
  const { otp: token } = await tokenOf({ fetch }, listening.url);
  const { socket, client } = await open();
  return { socket, client, grant: await client.get(CmdAuth, { token }) };
}

test("is on the port of HTTP, at /v2", () => {
  expect(listening.quoteWsUrl).toBe(`ws://127.0.0.1:${listening.port}/v2`);
});

test("the start of the vendor's native SDK, byte by byte", async () => {
  expect(await tokenOf({ fetch }, listening.url)).toEqual({ otp: "fake-otp-1", limit: 10, online: 0 });
  const { client } = await open();
  await walkTheStart(client);
  client.socket.close();
  expect(await client.ended).toMatchObject({ code: 1005, wasClean: true });
});

test("the runtime's own WebSocket gets in, and quotes come", async () => {
  const { otp: token } = await tokenOf({ fetch }, listening.url);
  const client = new SocketClient(
    new globalThis.WebSocket(`${listening.quoteWsUrl}${QUERY}`) as SocketClient["socket"],
  );
  await client.opened;
  await client.get(CmdAuth, { token });
  await client.get(Subscribe, { symbol: ["700.HK"], subType: [SubType.QUOTE], isFirstPush: true });
  expect((await client.nextPacket()).command).toBe(PushQuoteData.code);
  await clock.advance(1000);
  expect((await client.nextPacket()).command).toBe(PushQuoteData.code);
  client.socket.close(1000);
  await client.ended;
});

test("takes a large subscription, and a large answer", async () => {
  const { client } = await logIn();
  const symbol = Array.from({ length: 500 }, (_, index) => `LONGTICKER${index}.US`);
  const { subList } = await client.get(Subscribe, { symbol, subType: [SubType.QUOTE] });
  expect(subList).toHaveLength(500);
});

test("pings every half minute, with a session or without, and answers pings", async () => {
  const { socket } = await open();
  const first = once(socket, "ping");
  await clock.advance(30_000);
  await first;
  const second = once(socket, "ping");
  await clock.advance(30_000);
  await second;
  socket.ping("are you there");
  const [data] = (await once(socket, "pong")) as [Buffer];
  expect(data.toString()).toBe("are you there");
});

test("says nothing any more when it is mute: no ping, no pong, no answer", async () => {
  const { socket, client } = await logIn();
  const heard: string[] = [];
  for (const event of ["ping", "pong", "close"]) socket.on(event, () => heard.push(event));
  longport.socket.mute();
  socket.ping();
  client.send(CmdHeartbeat, {});
  await clock.advance(120_000);
  // What a later connection is answered, the first one would have been by now.
  const { client: other } = await logIn();
  await other.ask(CmdHeartbeat, {});
  expect([heard, client.inbox]).toEqual([[], []]);
});

test("breaks the socket without a farewell, or ends it with one", async () => {
  const { client, grant } = await logIn();
  longport.socket.disconnect();
  expect(await client.ended).toMatchObject({ code: 1006, wasClean: false });
  const { client: again } = await open();
  await again.get(CmdReconnect, { sessionId: grant.sessionId });
  longport.socket.closeAll(1, "server error");
  expect((await again.nextPacket()).command).toBe(0);
  expect(await again.ended).toMatchObject({ code: 1000, reason: "server error", wasClean: true });
});

test("a reason that is too long for a close frame is told by the packet alone", async () => {
  const { client } = await logIn();
  const reason = "维护".repeat(21);
  longport.socket.closeAll(2, reason);
  expect(decodeBody(CmdClose, (await client.nextPacket()).body)).toEqual({ code: 2, reason });
  expect(await client.ended).toMatchObject({ code: 1000, reason: "" });
});

test.each([
  ["/", 404],
  ["/v1", 404],
  ["/v2", 503],
])("refuses to open %s with HTTP %i", async (path, status) => {
  longport.socket.faults.add({ kind: "refuse-connection" });
  const socket = new WebSocket(`ws://127.0.0.1:${listening.port}${path}${QUERY}`);
  sockets.push(socket);
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toBe(`Unexpected server response: ${status}`);
});

test("leaves a WebSocket without an answer, until the client or the listener ends it", async () => {
  longport.socket.faults.add({ kind: "hang-connection", times: 2 });
  const failures = [0, 1].map(() => {
    const socket = new WebSocket(`${listening.quoteWsUrl}${QUERY}`);
    sockets.push(socket);
    return once(socket, "error");
  });
  while (lines.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await logIn();
  sockets[0]?.terminate();
  await failures[0];
  await listening.close();
  const [error] = (await failures[1]) as [Error];
  expect(error.message).toBe("socket hang up");
});

test("a text, or a message that is too large, ends the connection", async () => {
  const { client } = await logIn();
  client.socket.send("{}");
  expect((await client.nextPacket()).command).toBe(0);
  await client.ended;
  const { client: other } = await logIn();
  other.socket.send(new Uint8Array(1024 * 1024 + 1));
  expect(await other.ended).toMatchObject({ code: 1009 });
  expect(lines.at(-1)).toContain("a WebSocket connection failed: Max payload size exceeded");
});

test("a client that hangs up while it is opened is no error of anybody", async () => {
  const socket = connect(listening.port, listening.host);
  socket.write("GET /v2 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  socket.resetAndDestroy();
  await logIn();
  expect(longport.socket.connections).toBe(1);
});

test("closing ends every WebSocket and timer, and the fake goes on", async () => {
  const { client } = await logIn();
  await client.get(Subscribe, { symbol: ["700.HK"], subType: [SubType.QUOTE] });
  await listening.close();
  expect((await client.ended).code).toBe(1006);
  expect([longport.socket.connections, clock.pendingTimers]).toEqual([0, 0]);
  listening = await listenLongPort(longport);
  expect((await logIn()).grant.online).toBe(1);
});
