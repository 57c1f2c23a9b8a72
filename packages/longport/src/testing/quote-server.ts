import { gzipSync } from "node:zlib";
import {
  type CommandCodec,
  commands,
  decodeBody,
  decodePacket,
  encodeBody,
  encodePacket,
  type Packet,
  type PushCommand,
  type PushQuote,
  PushQuoteData,
} from "@tickwire/codec/longport";
import type { WebSocketLike, WebSocketLikeEvent } from "@tickwire/session/parts";

/** What the server answers a request: a status and the message, or nothing at all. */
export type Reaction = { readonly status?: number; readonly message?: object } | "nothing" | "drop";

/** A request that came. */
export interface Came {
  readonly command: number;
  readonly requestId: number;
  // biome-ignore lint/suspicious/noExplicitAny: of every command
  readonly message: any;
}

type Listener = ((event: WebSocketLikeEvent) => void) | null;

/** A scripted quote server behind WebSocket doubles. It answers at once, with empty messages unless told otherwise. */
export class QuoteServer {
  readonly sockets: SocketDouble[] = [];
  /** What is answered, by command; the last of several is answered again and again. */
  readonly reactions = new Map<number, Reaction[]>();
  /** What becomes of the next sockets: opened unless told otherwise. */
  opening: "opens" | "fails" | "hangs" | "throws" = "opens";

  readonly createWebSocket = (url: URL): WebSocketLike => {
    if (this.opening === "throws") throw new Error("blocked by the page's policy");
    const socket = new SocketDouble(url, this);
    this.sockets.push(socket);
    const { opening } = this;
    if (opening !== "hangs") queueMicrotask(() => (opening === "opens" ? socket.open() : socket.fail()));
    return socket;
  };

  /** The newest socket. */
  get last(): SocketDouble {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** How many are open, or opening. */
  get alive(): number {
    return this.sockets.filter(({ readyState }) => readyState < 2).length;
  }

  on(command: { readonly code: number }, ...reactions: Reaction[]): void {
    this.reactions.set(command.code, reactions);
  }

  /** Every request of every socket, in their order. */
  requests(command?: { readonly code: number }): Came[] {
    const all = this.sockets.flatMap(({ requests }) => requests);
    return command === undefined ? all : all.filter((came) => came.command === command.code);
  }
}

export class SocketDouble implements WebSocketLike {
  binaryType = "blob";
  readyState = 0;
  readonly bufferedAmount = 0;
  onopen: Listener = null;
  onmessage: Listener = null;
  onerror: Listener = null;
  onclose: Listener = null;
  /** In hex, as it came. */
  readonly received: string[] = [];
  readonly requests: Came[] = [];
  readonly responses: Packet[] = [];
  readonly url: URL;
  readonly #server: QuoteServer;

  constructor(url: URL, server: QuoteServer) {
    this.url = url;
    this.#server = server;
  }

  open(): void {
    if (this.readyState > 0) return;
    this.readyState = 1;
    this.onopen?.({ type: "open" });
  }

  fail(): void {
    this.readyState = 3;
    this.onerror?.({ type: "error", message: "connect ECONNREFUSED" });
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 1) throw new Error("sent on a socket that is not open");
    this.received.push(Buffer.from(bytes).toString("hex"));
    const packet = decodePacket(bytes.slice());
    if (packet.type !== "request") {
      this.responses.push(packet);
      return;
    }
    const { command, requestId, body } = packet;
    const { decode } = codecOf(command);
    if (decode === undefined) throw new Error(`command ${command} is no request`);
    this.requests.push({ command, requestId, message: decodeBody({ decode }, body) });
    const reactions = this.#server.reactions.get(command) ?? [{}];
    const reaction = reactions.length > 1 ? reactions.shift() : reactions[0];
    queueMicrotask(() => this.#react(packet, reaction ?? {}));
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server's end of it. */
  drop(code = 1006, reason = ""): void {
    if (this.readyState > 1) return;
    this.readyState = 3;
    this.onclose?.({ type: "close", code, reason });
  }

  /** Sends raw bytes, in hex. */
  hex(hex: string): void {
    this.#tell(new Uint8Array(Buffer.from(hex, "hex")));
  }

  text(text: string): void {
    this.onmessage?.({ type: "message", data: text });
  }

  push<T>(command: PushCommand<T>, message: object, isGzip = false): void {
    const body = Uint8Array.from(encodeBody(codecOf(command.code), message));
    const { code } = command;
    this.#tell(encodePacket({ type: "push", command: code, body: isGzip ? gzipSync(body) : body, isGzip }));
  }

  quote(symbol: string, rest: Partial<PushQuote> = {}, isGzip = false): void {
    this.push(PushQuoteData, { symbol, ...rest }, isGzip);
  }

  #react({ command, requestId }: { readonly command: number; readonly requestId: number }, reaction: Reaction): void {
    if (reaction === "nothing") return;
    if (reaction === "drop") {
      this.drop();
      return;
    }
    const { status = 0, message = {} } = reaction;
    // The body of a refusal is the control message of an error, which has the fields of a close but for a 64-bit code.
    const body = status === 0 ? encodeBody(codecOf(command), message) : errorBody(message);
    this.#tell(encodePacket({ type: "response", command, requestId, status, body }));
  }

  #tell(bytes: Uint8Array): void {
    if (this.readyState !== 1) return;
    const { buffer } = bytes.slice();
    this.onmessage?.({ type: "message", data: buffer });
  }
}

/** With the messages' other fields empty. */
function codecOf(command: number): CommandCodec {
  const codec = commands.get(command);
  if (codec === undefined) throw new Error(`there is no command ${command}`);
  return codec;
}

function errorBody({ code = 0, msg = "" }: { code?: number; msg?: string }): Uint8Array {
  return encodeBody(codecOf(0), { code, reason: msg });
}
