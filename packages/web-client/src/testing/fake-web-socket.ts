import type { WebSocketLike, WebSocketLikeEvent } from "@tickwire/session/parts";

/** What a test steers: the runtime's side of one WebSocket. */
export class FakeWebSocket implements WebSocketLike {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  /** Those that were made, oldest first. */
  static made: FakeWebSocket[] = [];

  static get last(): FakeWebSocket {
    const socket = FakeWebSocket.made.at(-1);
    if (socket === undefined) throw new Error("no WebSocket was made");
    return socket;
  }

  readonly url: string;
  binaryType = "blob";
  readyState: number = FakeWebSocket.CONNECTING;
  bufferedAmount = 0;
  readonly sent: Uint8Array[] = [];
  closeCalls = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: WebSocketLikeEvent) => void) | null = null;
  onerror: ((event: WebSocketLikeEvent) => void) | null = null;
  onclose: ((event: WebSocketLikeEvent) => void) | null = null;

  constructor(url: string | URL) {
    this.url = String(url);
    FakeWebSocket.made.push(this);
  }

  send(bytes: Uint8Array): void {
    if (this.readyState !== FakeWebSocket.OPEN) throw new Error("InvalidStateError");
    this.sent.push(bytes);
  }

  close(): void {
    this.closeCalls += 1;
    const wasOpening = this.readyState === FakeWebSocket.CONNECTING;
    if (this.readyState < FakeWebSocket.CLOSING) this.readyState = FakeWebSocket.CLOSING;
    // As in Node, and at once.
    if (wasOpening) this.onerror?.({ type: "error", message: "Connection was closed before it was established." });
  }

  /** The connection is there. */
  opens(): void {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.();
  }

  /** A message came: bytes, or a text. */
  receives(data: Uint8Array | string): void {
    this.onmessage?.({ type: "message", data: typeof data === "string" ? data : data.slice().buffer });
  }

  /** It is over: 1006 is what a runtime says of a connection that broke or was never there. */
  ends(code = 1006, reason = ""): void {
    this.readyState = FakeWebSocket.CLOSED;
    this.onclose?.({ type: "close", code, reason });
  }

  /** It has failed: a browser tells nothing more, ws the reason. The end may follow, or not. */
  fails(message?: string, error?: unknown): void {
    this.onerror?.({ type: "error", ...(message !== undefined && { message }), error });
  }
}

/** One that can be ended without the peer, as that of ws. */
export class TerminableWebSocket extends FakeWebSocket {
  terminateCalls = 0;

  terminate(): void {
    this.terminateCalls += 1;
    this.ends();
  }
}
