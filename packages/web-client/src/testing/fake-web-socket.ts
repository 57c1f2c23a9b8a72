/** What a test steers: the runtime's side of one WebSocket. */
export class FakeWebSocket {
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
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

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
    if (this.readyState < FakeWebSocket.CLOSING) this.readyState = FakeWebSocket.CLOSING;
  }

  /** The connection is there. */
  opens(): void {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.();
  }

  /** A message came: bytes, or a text. */
  receives(data: Uint8Array | string): void {
    this.onmessage?.({ data: typeof data === "string" ? data : data.slice().buffer });
  }

  /** It is over: 1006 is what a runtime says of a connection that broke or was never there. */
  ends(code = 1006, reason = ""): void {
    this.readyState = FakeWebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }
}
