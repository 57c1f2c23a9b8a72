import type { Dialect, RequestProtocol } from "@tickwire/session";

/** Requests that the history keeps: a fake that runs for days stays small. */
const MAX_KEPT = 10_000;

/** A request that the fake received and could read, whatever it answered. */
export interface ReceivedRequest<C2S = unknown> {
  readonly protocol: { readonly id: number; readonly name: string };
  readonly c2s: C2S;
  /** The connection that it came on; unique within the fake. */
  readonly connID: bigint;
  readonly dialect: Dialect;
  /** Serial number of the TCP frame, or section of the WebSocket message. */
  readonly serialNo: bigint;
  /** When it came, in milliseconds of the fake's clock. */
  readonly atMs: number;
}

/** The newest 10,000 requests of a kind, in order. */
export class History<Request> {
  /** @internal */
  protected requests: Request[] = [];

  /** All of them, oldest first. */
  get all(): readonly Request[] {
    return [...this.requests];
  }

  /** Forgets all, for example between two steps of a test. */
  clear(): void {
    this.requests = [];
  }

  /** @internal */
  add(request: Request): void {
    this.requests.push(request);
    if (this.requests.length > MAX_KEPT) this.requests.shift();
  }
}

/**
 * The requests that a fake has received, handshakes and keep-alives included, in order; the newest 10,000. A request of
 * an unknown protocol, or that cannot be decoded, is not among them: it is told to `log`.
 */
export class RequestHistory extends History<ReceivedRequest> {
  /** The requests of one protocol. */
  of<C2S>(protocol: RequestProtocol<C2S, unknown>): readonly ReceivedRequest<C2S>[] {
    return this.requests.filter((request): request is ReceivedRequest<C2S> => request.protocol.id === protocol.id);
  }
}
