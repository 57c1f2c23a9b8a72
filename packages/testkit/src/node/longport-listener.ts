import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { FakeLongPort } from "../fake-longport.ts";
import { bytesBeforeCut, type HttpCall, type HttpReply, MAX_BODY_BYTES } from "../longport-http.ts";
import { addressOf, type ListenAddress, listenError } from "./listeners.ts";

/** Options of {@link listenLongPort}; all have defaults. */
export interface ListenLongPortOptions {
  /** Address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Port; 0 takes any free one. Default 0. */
  readonly port?: number;
}

/** A fake LongPort that listens; its `url` has no slash at the end. */
export interface LongPortListening extends ListenAddress {
  /** Ends all connections and frees the port. The fake itself can go on, for example to listen again. */
  close(): Promise<void>;
  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves a fake LongPort over HTTP, without TLS, for clients that know only URLs. Faults that break the connection break it.
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
  server.listen(port, host);
  await once(server, "listening").catch((cause) => {
    throw listenError(host, port, cause);
  });
  let closed: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    if (closed === undefined) {
      closed = once(server, "close");
      server.close();
      server.closeAllConnections();
    }
    await closed;
  };
  return { ...addressOf("http", server.address()), close, [Symbol.asyncDispose]: close };
}

async function serve(longport: FakeLongPort, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort(new Error("the client has hung up")));
  const { method = "GET", url = "/" } = request;
  const mark = url.indexOf("?");
  const [path, query] = mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
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
