import { createServer, type Socket } from "node:net";
import type { FakeOpenD } from "../fake-opend.ts";
import {
  addressOf,
  closing,
  type Listener,
  MAX_BUFFERED_BYTES,
  plainBytes,
  slowPeer,
  startListening,
} from "./listeners.ts";

/** Serves the fake's TCP dialect. */
export async function listenTcp(opend: FakeOpenD, host: string, port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // After "error" comes "close".
    socket.on("error", () => undefined);
    const connection = opend.accept("tcp", {
      write(bytes) {
        socket.write(bytes);
        if (socket.writableLength <= MAX_BUFFERED_BYTES) return;
        opend.log(slowPeer);
        socket.resetAndDestroy();
      },
      close: (cause) => void (cause === undefined ? socket.destroySoon() : socket.resetAndDestroy()),
    });
    socket.on("data", (bytes: Buffer) => connection.receive(plainBytes(bytes)));
    socket.on("close", () => {
      sockets.delete(socket);
      connection.closed();
    });
  });
  await startListening(server, host, port);
  return {
    address: addressOf("tcp", server.address()),
    close: closing(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
      return [server, ...sockets];
    }),
  };
}
