import { once } from "node:events";
import { DEFAULT_MAX_BODY_BYTES, WS_REQUEST_HEADER_BYTES } from "@tickwire/session";
import { WebSocketServer } from "ws";
import type { FakeOpenD } from "../fake-opend.ts";
import { addressOf, type Listener, listenError, MAX_BUFFERED_BYTES, plainBytes, slowPeer } from "./listeners.ts";

/** Serves the fake's WebSocket dialect, without TLS. Text messages are not OpenD's and are ignored. */
export async function listenWs(opend: FakeOpenD, host: string, port: number): Promise<Listener> {
  const server = new WebSocketServer({ host, port, maxPayload: DEFAULT_MAX_BODY_BYTES + WS_REQUEST_HEADER_BYTES });
  server.on("connection", (socket) => {
    // After "error" comes "close".
    socket.on("error", (error) => opend.log(`a WebSocket connection failed: ${error.message}`));
    const connection = opend.accept("ws", {
      write(bytes) {
        socket.send(bytes);
        if (socket.bufferedAmount <= MAX_BUFFERED_BYTES) return;
        opend.log(slowPeer);
        socket.terminate();
      },
      close: (cause) => (cause === undefined ? socket.close() : socket.terminate()),
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) connection.receive(plainBytes(data as Buffer));
      else opend.log("a WebSocket text message is ignored: OpenD's messages are binary");
    });
    socket.on("close", () => connection.closed());
  });
  await once(server, "listening").catch((cause) => {
    throw listenError(host, port, cause);
  });
  let closing: Promise<unknown> | undefined;
  return {
    address: addressOf("ws", server.address()),
    async close() {
      if (closing === undefined) {
        closing = once(server, "close");
        server.close();
        for (const socket of server.clients) socket.terminate();
      }
      await closing;
    },
  };
}
