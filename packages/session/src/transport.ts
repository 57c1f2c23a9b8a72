/** The two forms in which OpenD speaks: behind 44-byte frames on TCP, or behind other frames in WebSocket messages. */
export type Dialect = "tcp" | "ws";

/** What a link tells the session that opened it. */
export interface LinkEvents {
  /**
   * Bytes came: any chunk of the TCP stream, or one whole binary WebSocket message. They belong to the session from then
   * on: it reads them later too, so the transport must not write into that memory again.
   */
  data(bytes: Uint8Array): void;
  /** The link takes bytes again, after `write` returned false. */
  drain(): void;
  /**
   * The link is gone. Called once, also after `Link.close()`, and last.
   * @param cause Why, when it was not asked for. An orderly end by the peer has none.
   */
  closed(cause?: Error): void;
}

/** An open connection to a peer. */
export interface Link {
  /**
   * Hands bytes over; they (not the buffer around them, which holds other messages too) belong to the link from then on.
   * A link that is closed drops them.
   * @returns False when the peer reads slowly: wait for `drain` before the next.
   */
  write(bytes: Uint8Array): boolean;
  /** Ends the link at once. */
  close(): void;
}

/**
 * Where a session gets its links from: the seam that hides sockets. It may be opened again after a link has ended.
 * Events never come before `open` has resolved.
 */
export interface Transport {
  readonly dialect: Dialect;
  /** Where it leads, for people: `tcp://127.0.0.1:11111`. */
  readonly address: string;
  /**
   * Opens a link.
   * @throws {OpenDError} `OPEND_CONNECT_FAILED` with the reason and what to do. When `signal` aborts it rejects with the
   * signal's reason and leaves no half-open socket behind.
   */
  open(events: LinkEvents, signal: AbortSignal): Promise<Link>;
}
