import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { FakeLongPort } from "../fake-longport.ts";
import { bytesBeforeCut, type HttpCall, type HttpReply, MAX_BODY_BYTES } from "../longport-http.ts";
import {
  addressOf,
  closing,
  type ListenAddress,
  MAX_BUFFERED_BYTES,
  plainBytes,
  slowPeer,
  startListening,
} from "./listeners.ts";

/** Options of {@link listenLongPort}; all have defaults. */
export interface ListenLongPortOptions {
  /** Address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Port; 0 takes any free one. Default 0. */
  readonly port?: number;
}

/** Bytes that a client may send in one WebSocket message. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** A fake LongPort that listens; its `url` has no slash at the end. */
export interface LongPortListening extends ListenAddress {
  /** Where its quote socket is: `ws://127.0.0.1:8080/v2`. */
  readonly quoteWsUrl: string;
  /** Ends all connections and frees the port. The fake itself can go on, for example to listen again. */
  close(): Promise<void>;
  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves a fake LongPort over HTTP, and its quote socket over WebSocket on the same port, without TLS, for clients that know
 * only URLs. Faults that break the connection break it.
 * @throws {TickwireError} `TESTKIT_LISTEN` with the reason and what to do.
 */
export async function listenLongPort(
  longport: FakeLongPort,
  options: ListenLongPortOptions = {},
): Promise<LongPortListening> {
  const { host = "127.0.0.1", port = 0 } = options;
  const server = createServer((request, response) => {
    serve(longport, request, response).catch((error: unknown) => {
      // Whoever has hung up has no use for an answer.
      if (!request.destroyed) longport.log(`an HTTP request failed: ${String(error)}`);
      request.socket.destroy();
    });
  });
  // Pings are answered below, because a connection that has gone silent must not.
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, autoPong: false });
  // Those that a fault leaves without an answer: nothing else would end them.
  const hanging = new Set<Duplex>();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => undefined);
    const [path, query] = partsOf(request);
    const decision = longport.socket.decideOn(path);
    if (decision === "open")
      webSockets.handleUpgrade(request, socket, head, (webSocket) => serveSocket(longport, query, webSocket));
    else if (decision === "hang") hanging.add(socket.once("close", () => hanging.delete(socket)));
    else socket.end(`HTTP/1.1 ${decision} ${STATUS_CODES[decision]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  await startListening(server, host, port);
  const close = closing(() => {
    server.close();
    server.closeAllConnections();
    for (const webSocket of webSockets.clients) webSocket.terminate();
    for (const socket of hanging) socket.destroy();
    return [server, ...webSockets.clients];
  });
  const address = addressOf("http", server.address());
  const quoteWsUrl = `${address.url.replace("http", "ws")}/v2`;
  return { ...address, quoteWsUrl, close, [Symbol.asyncDispose]: close };
}

function serveSocket(longport: FakeLongPort, query: string, webSocket: WebSocket): void {
  // After "error" comes "close".
  webSocket.on("error", (error) => longport.log(`a WebSocket connection failed: ${error.message}`));
  const connection = longport.socket.accept(query, {
    send(bytes) {
      webSocket.send(bytes);
      if (webSocket.bufferedAmount <= MAX_BUFFERED_BYTES) return;
      longport.log(slowPeer);
      webSocket.terminate();
    },
    close: (code, reason) => webSocket.close(code, reason),
    terminate: () => webSocket.terminate(),
    ping: () => webSocket.ping(),
  });
  webSocket.on("message", (data, isBinary) =>
    connection.receive(isBinary ? plainBytes(data as Buffer) : (data as Buffer).toString()),
  );
  webSocket.on("ping", (data) => {
    if (!connection.isMute) webSocket.pong(data);
  });
  webSocket.on("close", () => connection.closed());
}

/** The path and the query of a request, as they were sent. */
function partsOf({ url = "/" }: IncomingMessage): readonly [path: string, query: string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

async function serve(longport: FakeLongPort, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort(new Error("the client has hung up")));
  const { method = "GET" } = request;
  const [path, query] = partsOf(request);
  const body = await bodyOf(request);
  if (body === undefined) {
    // The rest of the body stays unread, so the connection is of no more use.
    response.shouldKeepAlive = false;
    send(response, longport.tooLarge({ method, path }));
    return;
  }
  const call: HttpCall = { method, path, query, headers: headersOf(request), body, signal: gone.signal };
  const reply = await longport.handle(call);
  if (reply === undefined) request.socket.resetAndDestroy();
  else send(response, reply);
}

function send(response: ServerResponse, { status, headers, body, isCut }: HttpReply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, ...(status !== 204 && { "content-length": bytes.length }) });
  if (!isCut) response.end(bytes);
  // An end rather than a reset: after a reset the half that is on its way could be lost.
  else response.write(bytesBeforeCut(bytes), () => response.socket?.destroy());
}

/** Undefined when the body is too large. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  // A copy: the chunks' memory may be shared.
  return new Uint8Array(Buffer.concat(chunks, length));
}

/** As they came: what was sent twice is joined, as a signature covers it. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  return headers;
}
