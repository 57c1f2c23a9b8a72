import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as sendHttp } from "node:http";
import { request as sendHttps } from "node:https";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { MAX_BODY_BYTES } from "../longport-http.ts";
import { parseExactJson } from "../longport-json.ts";
import { addressOf, closing, type Listener, startListening } from "./listeners.ts";
import type { ProxyOptions } from "./record.ts";
import type { RecordingFile } from "./recording-file.ts";

/** Headers whose values a body may repeat; no header is recorded. */
const secretHeaders = ["authorization", "x-api-key", "cookie"];
/** What is between two neighbours only, or made anew for the next one. */
const ownHeaders = new Set(["host", "connection", "keep-alive", "upgrade", "proxy-connection"]);

const unpackers: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: unpacker(gunzip),
  br: unpacker(brotliDecompress),
  deflate: unpacker(inflate),
};

/** Records LongPort's HTTP API. */
export async function recordHttp({ upstream, file, host, port, rawBodies }: ProxyOptions): Promise<Listener> {
  const connections = new WeakMap<Duplex, number>();
  const recorder = new HttpRecorder(file, rawBodies);
  const server = createServer((request, response) => {
    const conn = connections.get(request.socket) ?? file.nextConnection();
    connections.set(request.socket, conn);
    void serve(upstream, request, response, recorder, conn);
  });
  // Also those that became another protocol's: the quote socket is not recorded.
  server.on("upgrade", (_, socket: Duplex) => {
    socket.on("error", () => undefined);
    socket.end("HTTP/1.1 501 Not Implemented\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  await startListening(server, host, port);
  const close = closing(() => {
    server.close();
    server.closeAllConnections();
    return [server];
  });
  return {
    address: addressOf("http", server.address()),
    async close() {
      await close();
      await recorder.done();
    },
  };
}

async function serve(
  upstream: URL,
  request: IncomingMessage,
  response: ServerResponse,
  recorder: HttpRecorder,
  conn: number,
): Promise<void> {
  await recorder.ready();
  const send = upstream.protocol === "https:" ? sendHttps : sendHttp;
  const onward = send(new URL(request.url ?? "/", upstream), {
    method: request.method,
    headers: ["host", upstream.host, ...passedHeaders(request)],
    // A connection that is kept may end just when it is used again, which the client would not have seen.
    agent: false,
  });
  const n = recorder.request(conn, request, collect(request));
  onward.on("response", (answer: IncomingMessage) => {
    recorder.reply(conn, n, answer, collect(answer));
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedHeaders(answer));
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  onward.on("error", (error: NodeJS.ErrnoException) => {
    recorder.note(conn, `request ${n} got no answer: ${error.code ?? error.name}`);
    // As the client would see it without the recorder.
    request.socket.destroy();
  });
  response.on("close", () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
}

/** Names and values in turn, as they came. */
function passedHeaders({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, index) => !ownHeaders.has(rawHeaders[index & ~1]!.toLowerCase()));
}

/** A body as it passes; undefined when it is larger than what is recorded, or was cut off. */
async function collect(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  message.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  });
  await once(message, "close").catch(() => undefined);
  return message.complete && length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Writes requests and answers to the file, each request before its answer. */
class HttpRecorder {
  readonly #file: RecordingFile;
  readonly #rawBodies: boolean;
  /** The last of what is to be written, in the order in which it came. */
  #last: Promise<void> = Promise.resolve();

  constructor(file: RecordingFile, rawBodies: boolean) {
    this.#file = file;
    this.#rawBodies = rawBodies;
  }

  /** Resolves when the disk has caught up. */
  ready(): Promise<unknown> {
    return this.#file.drained();
  }

  /** Resolves when all is in the file. */
  done(): Promise<void> {
    return this.#last;
  }

  /** @returns The request's number. */
  request(conn: number, request: IncomingMessage, body: Promise<Uint8Array | undefined>): number {
    const { redactor } = this.#file;
    const n = this.#file.nextRequest();
    for (const name of secretHeaders) for (const secret of secretsOf(request, name)) redactor.remember(secret);
    const { method = "GET", url = "/" } = request;
    const { pathname, searchParams } = new URL(url, "http://any.host");
    this.#inOrder(async () => {
      const content = await this.#content(conn, request, body);
      const query = redactor.message("query", Object.fromEntries(searchParams)) as Record<string, string>;
      this.#file.write({ conn, event: "http-request", n, method, path: redactor.text(pathname), query, ...content });
    });
    return n;
  }

  reply(conn: number, n: number, answer: IncomingMessage, body: Promise<Uint8Array | undefined>): void {
    const { statusCode: status = 0, headers } = answer;
    const retryAfter = Number(headers["retry-after"] ?? Number.NaN);
    this.#inOrder(async () => {
      const content = await this.#content(conn, answer, body);
      const contentType = headers["content-type"] ?? "";
      const retryAfterSeconds = retryAfter >= 0 ? retryAfter : undefined;
      this.#file.write({ conn, event: "http-reply", n, status, contentType, retryAfterSeconds, ...content });
    });
  }

  note(conn: number, text: string): void {
    this.#inOrder(async () => this.#file.write({ conn, event: "note", text }));
  }

  #inOrder(write: () => Promise<void>): void {
    this.#last = this.#last.then(write);
  }

  async #content(
    conn: number,
    { headers }: IncomingMessage,
    body: Promise<Uint8Array | undefined>,
  ): Promise<{ readonly message?: unknown; readonly bytes?: number; readonly body?: string }> {
    const bytes = await body;
    if (bytes === undefined) {
      this.#file.write({ conn, event: "note", text: "a body was cut off, or is larger than 1 MiB: it is left out" });
      return {};
    }
    if (bytes.length === 0) return {};
    try {
      const unpack = unpackers[headers["content-encoding"] ?? ""];
      const text = new TextDecoder().decode(unpack === undefined ? bytes : await unpack(bytes));
      return { message: this.#file.redactor.message("body", parseExactJson(text)) };
    } catch {
      return {
        bytes: bytes.length,
        ...(this.#rawBodies && { body: Buffer.from(bytes).toString("base64") }),
      };
    }
  }
}

/** A header's secrets: the value, and without the word before it (`Bearer`). */
function secretsOf({ headers }: IncomingMessage, name: string): string[] {
  const value = String(headers[name] ?? "");
  return [value, ...value.split(" ")];
}

function unpacker(
  unpack: (bytes: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void) => void,
): (bytes: Uint8Array) => Promise<Uint8Array> {
  const run = promisify(unpack);
  // A cap, because a small body may become a large one.
  return (bytes) => run(bytes, { maxOutputLength: MAX_BODY_BYTES });
}
