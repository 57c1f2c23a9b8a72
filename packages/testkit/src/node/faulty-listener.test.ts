// What faults do to real sockets; faults.test.ts has what they do to messages.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { type Dialect, InitConnect, InitWebSocket } from "@tickwire/session";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeOpenD } from "../fake-opend.ts";
import type { OpenDFault } from "../faults.ts";
import { frame } from "../test-support/raw-client.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { type Listening, listen } from "./listen.ts";

let opend: FakeOpenD;
let clock: VirtualClock;
let listening: Listening;
beforeEach(async () => {
  clock = new VirtualClock();
  opend = new FakeOpenD({ clock });
  listening = await listen(opend);
});
afterEach(async () => {
  await listening.close();
  opend.close();
  expect(clock.pendingTimers).toBe(0);
});

const login = (dialect: Dialect) =>
  dialect === "tcp"
    ? frame("tcp", InitConnect, { clientVer: 300, clientID: "t" }, 1)
    : frame("ws", InitWebSocket, {}, 1);

/** A client that asks to log in, with what it gets until the connection ends or so many bytes are there. */
async function logIn(dialect: Dialect, enough = Number.POSITIVE_INFINITY) {
  return dialect === "tcp" ? overTcp(enough) : overWs(enough);
}

async function overTcp(enough: number) {
  const socket = connect(listening.tcp.port, listening.tcp.host, () => socket.write(login("tcp")));
  let bytes = 0;
  let error: string | undefined;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= enough) socket.end();
  });
  socket.on("error", ({ code }: NodeJS.ErrnoException) => {
    error = code;
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return { bytes, error };
}

async function overWs(enough: number) {
  const socket = new WebSocket(listening.ws.url);
  const raw: Buffer[] = [];
  // Only when the WebSocket listens too, because whoever is first gets what came with the upgrade.
  socket.on("upgrade", ({ socket: tcp }: IncomingMessage) =>
    socket.on("open", () => tcp.on("data", (chunk: Buffer) => raw.push(chunk))),
  );
  let bytes = 0;
  socket.on("error", () => undefined);
  socket.on("open", () => socket.send(login("ws")));
  socket.on("message", (message: Buffer) => {
    bytes += message.length;
    if (bytes >= enough) socket.close();
  });
  const [code] = (await once(socket, "close")) as [number];
  return { bytes, code, frames: framesOf(Buffer.concat(raw)) };
}

/** Opcode, FIN bit and length of each WebSocket frame of a server: none of them is long. */
function framesOf(raw: Buffer): { opcode: number; isLast: boolean; length: number }[] {
  const frames = [];
  for (let at = 0; at + 2 <= raw.length; at += 2 + raw[at + 1]!)
    frames.push({ opcode: raw[at]! & 15, isLast: raw[at]! >= 128, length: raw[at + 1]! });
  return frames;
}

const plan = (...faults: OpenDFault[]) => opend.faults.add(...faults);

test("over TCP: the bytes before the cut arrive, and then the end", async () => {
  plan({ kind: "drop", at: "frame", afterBytes: 60 });
  expect(await logIn("tcp")).toEqual({ bytes: 60, error: undefined });
});

test("over TCP: a break is a reset", async () => {
  plan({ kind: "drop", broken: true });
  expect(await logIn("tcp")).toEqual({ bytes: 0, error: "ECONNRESET" });
});

test("over WebSocket: of a message that is cut off a part is sent, and none arrives", async () => {
  plan({ kind: "drop", at: "frame", afterBytes: 60 }, { kind: "drop", at: "frame", broken: true });
  expect(await logIn("ws")).toEqual({
    bytes: 0,
    code: 1005,
    frames: [
      { opcode: 2, isLast: false, length: 60 },
      { opcode: 8, isLast: true, length: 0 },
    ],
  });
  expect(await logIn("ws")).toMatchObject({ bytes: 0, code: 1006 });
});

test("over WebSocket: a message in fragments is one message of many frames", async () => {
  plan({ kind: "fragment", chunkBytes: 30 });
  const { bytes, frames } = await overWs(1);
  const data = frames.filter(({ opcode }) => opcode < 8);
  expect(data.map(({ opcode }) => opcode)).toEqual([2, ...Array(data.length - 1).fill(0)]);
  expect(data.map(({ isLast }) => isLast)).toEqual([...Array(data.length - 1).fill(false), true]);
  expect(data.slice(0, -1).map(({ length }) => length)).toEqual(Array(data.length - 1).fill(30));
  expect(data.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
});

test.each<Dialect>(["tcp", "ws"])("over %s: in fragments or at once, the same bytes arrive", async (dialect) => {
  const whole = await logIn(dialect, 1);
  plan({ kind: "fragment" });
  expect((await logIn(dialect, whole.bytes)).bytes).toBe(whole.bytes);
});

test.each<Dialect>(["tcp", "ws"])(
  "over %s: a refused connection is closed, and the next one is served",
  async (dialect) => {
    plan({ kind: "refuse" });
    expect((await logIn(dialect)).bytes).toBe(0);
    expect((await logIn(dialect, 1)).bytes).toBeGreaterThan(44);
  },
);

test.each<Dialect>(["tcp", "ws"])("over %s: a stall in the frame ends by the fake's clock", async (dialect) => {
  plan({ kind: "stall", at: "frame", forMs: 5000 });
  const arriving = logIn(dialect, 60);
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(5000);
  expect((await arriving).bytes).toBeGreaterThan(60);
});
