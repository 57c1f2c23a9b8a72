import { createServer } from "node:http";
import type { Socket } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { addressOf, closing, type Listener, plainBytes, startListening } from "./listeners.ts";
import { OpenDTap } from "./opend-tap.ts";
import type { ProxyOptions } from "./record.ts";
import type { RecordingFile } from "./recording-file.ts";

/** Bytes that may wait for one side before the other is read on. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** Records OpenD's WebSocket dialect. Clients connect by `ws://`, also when OpenD is reached by `wss://`. */
export async function recordWs({ upstream, file, host, port, rawBodies }: ProxyOptions): Promise<Listener> {
  const http = createServer((_, response) => response.writeHead(426).end());
  const sockets = new Set<Socket>();
  const taps = new Set<OpenDTap>();
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const upstreams = new Set<WebSocket>();
  // Neither side's messages are judged by their size here.
  const server = new WebSocketServer({ server: http, maxPayload: 0 });
  server.on("connection", (client) => {
    client.pause();
    const tap = new OpenDTap(file, { dialect: "ws", ciphers: undefined, rawBodies });
    const opend = new WebSocket(upstream, { maxPayload: 0, perMessageDeflate: false });
    taps.add(tap);
    upstreams.add(opend);
    pass(client, opend, file, (bytes) => tap.read("client", bytes));
    pass(opend, client, file, (bytes) => tap.read("upstream", bytes));
    client.on("error", () => undefined);
    opend.on("error", (error) => tap.note(`the connection to OpenD failed: ${codeOf(error)}`));
    opend.once("open", () => client.resume());
    for (const [side, socket] of [
      ["client", client],
      ["upstream", opend],
    ] as const)
      socket.once("close", () => {
        tap.closed(side);
        taps.delete(tap);
      });
    opend.once("close", () => upstreams.delete(opend));
  });
  await startListening(http, host, port, server);
  return {
    address: addressOf("ws", http.address()),
    close: closing(() => {
      http.close();
      for (const tap of taps) tap.ended("recorder");
      for (const opend of upstreams) opend.terminate();
      for (const socket of sockets) socket.destroy();
      return [http, ...server.clients, ...upstreams];
    }),
  };
}

/** Passes on what one side sends, no faster than the other side and the disk take it. */
function pass(from: WebSocket, to: WebSocket, file: RecordingFile, read: (bytes: Uint8Array) => void): void {
  const isBehind = (): boolean => to.bufferedAmount > HIGH_WATER_BYTES || file.isFull;
  const resume = (): void => {
    if (from.isPaused && !isBehind()) from.resume();
  };
  from.on("message", (data: RawData, isBinary) => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data, { binary: isBinary }, resume);
    // OpenD's messages are binary; the rest is passed on only.
    if (isBinary) read(plainBytes(data as Buffer));
    if (file.isFull) void file.drained().then(resume);
    if (isBehind()) from.pause();
  });
  from.on("close", (code, reason) => {
    // What stands for "none came" and for a break cannot be sent.
    if (code === 1005) to.close();
    else if (code === 1006 || to.readyState !== WebSocket.OPEN) to.terminate();
    else to.close(code, reason);
  });
}

/** Only the code: the words may hold an address. */
function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
