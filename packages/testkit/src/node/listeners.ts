import { type EventEmitter, once } from "node:events";
import type { Server } from "node:net";
import { TickwireError } from "@tickwire/session";

/** Where a listener can be reached. */
export interface ListenAddress {
  readonly host: string;
  /** The port, also when 0 asked for any free one. */
  readonly port: number;
  /** `tcp://127.0.0.1:11111`, `ws://127.0.0.1:33333`, `wss://…` or `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** A running listener. */
export interface Listener {
  readonly address: ListenAddress;
  /** Ends its connections and frees the port. */
  close(): Promise<void>;
}

/** The address of a listener that runs. */
export function addressOf(
  scheme: "tcp" | "ws" | "wss" | "http",
  bound: string | { address: string; port: number } | null,
): ListenAddress {
  if (bound === null || typeof bound === "string") throw new TypeError("the listener has no port");
  const { address: host, port } = bound;
  return { host, port, url: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}` };
}

/**
 * Returns when the server listens.
 * @param events What tells of it: a WebSocket server passes on the events of its HTTP server, errors included.
 * @throws {TickwireError} `TESTKIT_LISTEN` with the reason and what to do.
 */
export async function startListening(
  server: Server,
  host: string,
  port: number,
  events: EventEmitter = server,
): Promise<void> {
  server.listen(port, host);
  await once(events, "listening").catch((cause) => {
    throw listenError(host, port, cause);
  });
}

/** Says why nothing listens and what to do about it. */
function listenError(host: string, port: number, cause: NodeJS.ErrnoException): TickwireError {
  const what = `cannot listen on ${host}:${port}`;
  const why =
    cause.code === "EADDRINUSE"
      ? "the port is in use; stop what holds it, or take another port (0 takes any free one)"
      : cause.code === "EACCES"
        ? "that port needs more rights; take one above 1023"
        : cause.code === "EADDRNOTAVAIL" || cause.code === "ENOTFOUND"
          ? "that host is not an address of this machine; 127.0.0.1 always is"
          : cause.message;
  return new TickwireError("TESTKIT_LISTEN", `${what}: ${why}`, { cause });
}

/**
 * A listener's `close`, whose second call waits for the first.
 * @param end Ends the server and its connections, and gives all of which a "close" comes: only after those of the connections
 *   has the fake heard of their ends.
 */
export function closing(end: () => readonly EventEmitter[]): () => Promise<void> {
  let closed: Promise<unknown> | undefined;
  return async () => {
    closed ??= Promise.all(end().map((each) => new Promise((done) => each.once("close", done))));
    await closed;
  };
}

/** Without Node's `Buffer` around the bytes: the core knows `Uint8Array` only. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes that wait for a peer that does not read; with more of them its connection is dropped: 64 MiB. */
export const MAX_BUFFERED_BYTES = 67_108_864;

/** What the log says then. */
export const slowPeer = "a connection is dropped: its peer does not read, and 64 MiB wait for it";
