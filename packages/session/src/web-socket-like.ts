/** What of an event is read. Which of the fields there are depends on the event, and on the runtime. */
export interface WebSocketLikeEvent {
  readonly type: string;
  /** Of a message. */
  readonly data?: unknown;
  /** Of the end: 1000 and 1005 for an orderly one. */
  readonly code?: number;
  /** Of the end: what the peer said about it. */
  readonly reason?: string;
  /** Of an error, where the runtime tells: browsers do not. */
  readonly message?: string;
  /** Of an error, where the runtime tells: what caused it. */
  readonly error?: unknown;
}

/** A listener. In the form of a method, so that one for the runtime's own, richer event fits too. */
type Listener = { on(event: WebSocketLikeEvent): void }["on"] | null;

/**
 * What a client needs of a WebSocket. That of browsers, of Node and of the npm packages `ws` and `undici` are such ones.
 */
export interface WebSocketLike {
  /** Is set to `"arraybuffer"`. */
  binaryType: string;
  /** 0 while it opens, 1 when it is open, 2 while it closes, 3 when it is closed. */
  readonly readyState: number;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  onopen: Listener;
  onmessage: Listener;
  onerror: Listener;
  onclose: Listener;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Says farewell and waits for the peer's. */
  close(): void;
  /** Ends it without the peer, as that of `ws` can. Called when the peer does not say farewell within a second. */
  terminate?(): void;
}
