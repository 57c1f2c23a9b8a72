import type { AcceptedSocket, FakeLongPortSocket } from "./fake-longport-socket.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** What every event of a {@link FakeWebSocket} has. */
interface FakeEvent {
  readonly type: "open" | "message" | "error" | "close";
}

/**
 * A WebSocket to a fake in the same process, without sockets: for browsers, for speed, and for tests in virtual time. It has
 * the shape of the DOM's, with handlers but without `addEventListener`. Whatever travels takes one microtask, in order and in
 * both directions.
 */
export class FakeWebSocket {
  readonly url: string;
  /** As in the DOM, `"blob"` until it is set. */
  binaryType: "arraybuffer" | "blob" = "blob";
  onopen: ((event: FakeEvent) => void) | null = null;
  onmessage: ((event: FakeEvent & { readonly data: ArrayBuffer | Blob }) => void) | null = null;
  onerror: ((event: FakeEvent) => void) | null = null;
  onclose:
    | ((event: FakeEvent & { readonly code: number; readonly reason: string; readonly wasClean: boolean }) => void)
    | null = null;
  #readyState = CONNECTING;
  #bufferedAmount = 0;
  #server: AcceptedSocket | undefined;

  /**
   * @internal
   * @throws {DOMException} `SyntaxError` for what is no ws:// or wss:// address.
   */
  constructor(socket: FakeLongPortSocket, url: string | URL) {
    const address = URL.parse(String(url));
    if (address?.protocol !== "ws:" && address?.protocol !== "wss:")
      throw new DOMException(`${url} is no ws:// or wss:// address`, "SyntaxError");
    this.url = address.href;
    queueMicrotask(() => this.#open(socket, address));
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): number {
    return this.#readyState;
  }

  /** Bytes that were sent and are not with the fake yet. */
  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  /**
   * Sends one message; nothing once it is closing.
   * @throws {DOMException} `InvalidStateError` before it is open.
   */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.#readyState === CONNECTING) throw new DOMException("it is not open yet", "InvalidStateError");
    if (this.#readyState !== OPEN) return;
    const message = typeof data === "string" ? data : copyOf(data);
    this.#bufferedAmount += message.length;
    queueMicrotask(() => {
      this.#bufferedAmount -= message.length;
      this.#server?.receive(message);
    });
  }

  /**
   * Ends it; `onclose` follows.
   * @throws {DOMException} `InvalidAccessError` for a code that is neither 1000 nor 3000 to 4999.
   */
  close(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
      throw new DOMException(`${code} is neither 1000 nor 3000 to 4999`, "InvalidAccessError");
    if (this.#readyState >= CLOSING) return;
    const wasOpen = this.#readyState === OPEN;
    this.#readyState = CLOSING;
    queueMicrotask(() => {
      this.#server?.closed();
      if (!wasOpen) this.onerror?.({ type: "error" });
      this.#end(wasOpen ? (code ?? 1005) : 1006, reason, wasOpen);
    });
  }

  #open(socket: FakeLongPortSocket, { pathname, search }: URL): void {
    if (this.#readyState !== CONNECTING) return;
    const decision = socket.decideOn(pathname);
    if (decision === "hang") return;
    if (decision !== "open") {
      this.onerror?.({ type: "error" });
      this.#end(1006, "", false);
      return;
    }
    this.#readyState = OPEN;
    this.onopen?.({ type: "open" });
    this.#server = socket.accept(search.slice(1), {
      send: (bytes) => this.#arrives(() => this.onmessage?.({ type: "message", data: this.#dataOf(bytes) })),
      close: (code, reason) => this.#arrives(() => this.#end(code, reason, true)),
      terminate: () => this.#arrives(() => this.#end(1006, "", false)),
    });
  }

  #arrives(what: () => void): void {
    queueMicrotask(() => {
      if (this.#readyState === OPEN) what();
    });
  }

  #dataOf(bytes: Uint8Array): ArrayBuffer | Blob {
    const copy = copyOf(bytes);
    return this.binaryType === "blob" ? new Blob([copy]) : copy.buffer;
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    if (this.#readyState === CLOSED) return;
    this.#readyState = CLOSED;
    this.onclose?.({ type: "close", code, reason, wasClean });
  }
}

/** The sender may change its bytes afterwards, and the receiver its. */
function copyOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice());
  return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
