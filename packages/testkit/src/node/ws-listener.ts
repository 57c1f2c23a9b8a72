import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { DEFAULT_MAX_BODY_BYTES, TickwireError, WS_REQUEST_HEADER_BYTES } from "@tickwire/session";
import { WebSocketServer } from "ws";
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

/** Key and certificate of a server, in PEM. */
export interface TlsOptions {
  readonly key: string;
  /** The certificate, and after it those of the CAs between, if there are any. */
  readonly cert: string;
}

/**
 * Serves the fake's WebSocket dialect, with a certificate over TLS. Text messages are not OpenD's and are ignored.
 * @throws {TickwireError} `TESTKIT_LISTEN` with the reason and what to do.
 */
export async function listenWs(opend: FakeOpenD, host: string, port: number, tls?: TlsOptions): Promise<Listener> {
  const http = createHttp(tls);
  const sockets = new Set<Socket>();
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  http.on("tlsClientError", (error: Error) => opend.log(`a TLS connection failed: ${error.message}`));
  const server = new WebSocketServer({
    server: http,
    maxPayload: DEFAULT_MAX_BODY_BYTES + WS_REQUEST_HEADER_BYTES,
  });
  server.on("connection", (socket) => {
    // After "error" comes "close".
    socket.on("error", (error) => opend.log(`a WebSocket connection failed: ${error.message}`));
    const send = (bytes: Uint8Array, isLast: boolean): void => {
      socket.send(bytes, { fin: isLast });
      if (socket.bufferedAmount <= MAX_BUFFERED_BYTES) return;
      opend.log(slowPeer);
      socket.terminate();
    };
    const connection = opend.accept("ws", {
      write: (bytes) => send(bytes, true),
      writePart: send,
      close: (cause) => (cause === undefined ? socket.close() : socket.terminate()),
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) connection.receive(plainBytes(data as Buffer));
      else opend.log("a WebSocket text message is ignored: OpenD's messages are binary");
    });
    socket.on("close", () => connection.closed());
  });
  await startListening(http, host, port, server);
  return {
    address: addressOf(tls === undefined ? "ws" : "wss", http.address()),
    close: closing(() => {
      http.close();
      // Also those that have not come so far as to be a WebSocket.
      for (const socket of sockets) socket.destroy();
      return [http, ...server.clients];
    }),
  };
}

function createHttp(tls: TlsOptions | undefined) {
  // Whatever is no WebSocket's request.
  const refuse: RequestListener = (_, response) => response.writeHead(426).end();
  if (tls === undefined) return createServer(refuse);
  try {
    return createTlsServer({ key: tls.key, cert: tls.cert }, refuse);
  } catch (cause) {
    throw new TickwireError(
      "TESTKIT_LISTEN",
      `cannot serve wss:// with this key and certificate: ${(cause as Error).message}; both must be PEM, and belong together`,
      { cause },
    );
  }
}
