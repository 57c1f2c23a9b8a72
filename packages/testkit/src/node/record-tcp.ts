import { connect, createServer, type Socket } from "node:net";
import { addressOf, closing, type Listener, plainBytes, startListening } from "./listeners.ts";
import { OpenDTap } from "./opend-tap.ts";
import type { ProxyOptions } from "./record.ts";
import type { RecordingFile } from "./recording-file.ts";

/** Records OpenD's TCP dialect. */
export async function recordTcp({ upstream, file, host, port, ciphers, rawBodies }: ProxyOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const taps = new Set<OpenDTap>();
  const target = { host: upstream.hostname.replace(/^\[|\]$/g, ""), port: Number(upstream.port || 11_111) };
  // Each end is passed on by itself.
  const half = { allowHalfOpen: true, noDelay: true };
  const server = createServer({ ...half, pauseOnConnect: true }, (client) => {
    const tap = new OpenDTap(file, { dialect: "tcp", ciphers, rawBodies });
    const opend = connect({ ...half, ...target });
    taps.add(tap);
    pass(client, opend, file, (bytes) => tap.read("client", bytes));
    pass(opend, client, file, (bytes) => tap.read("upstream", bytes));
    opend.once("error", (error: NodeJS.ErrnoException) => tap.note(`the connection to OpenD failed: ${error.code}`));
    opend.once("connect", () => client.resume());
    for (const [side, socket] of [
      ["client", client],
      ["upstream", opend],
    ] as const) {
      sockets.add(socket);
      socket.once("end", () => tap.ended(side));
      socket.once("close", () => {
        tap.closed(side);
        sockets.delete(socket);
        taps.delete(tap);
      });
    }
  });
  await startListening(server, host, port);
  return {
    address: addressOf("tcp", server.address()),
    close: closing(() => {
      server.close();
      for (const tap of taps) tap.ended("recorder");
      for (const socket of sockets) socket.destroy();
      return [server, ...sockets];
    }),
  };
}

/** Passes on what one side sends, no faster than the other side and the disk take it. */
function pass(from: Socket, to: Socket, file: RecordingFile, read: (bytes: Uint8Array) => void): void {
  const resume = (): void => {
    if (!to.writableNeedDrain && !file.isFull) from.resume();
  };
  to.on("drain", resume);
  from.on("data", (bytes: Buffer) => {
    to.write(bytes);
    read(plainBytes(bytes));
    if (file.isFull) void file.drained().then(resume);
    if (to.writableNeedDrain || file.isFull) from.pause();
  });
  from.on("end", () => to.end());
  // A break is passed on as one.
  from.on("error", () => to.resetAndDestroy());
  from.on("close", () => to.destroySoon());
}
