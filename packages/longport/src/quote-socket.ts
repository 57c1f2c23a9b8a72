import type { Clock, WebSocketLike, WebSocketLikeEvent } from "@tickwire/session/parts";
import { LongPortError } from "./errors.ts";

/** What an open socket tells. */
export interface SocketEvents {
  /** One binary message. */
  data(bytes: Uint8Array): void;
  /** It is over, and not by `close()`. Called once, and last. */
  closed(why: string): void;
}

/** An open WebSocket. */
export interface Socket {
  send(bytes: Uint8Array): void;
  /** Ends it; nothing is heard of it any more. Calling it again does nothing. */
  close(): void;
}

/** How long the peer may take to say farewell, in milliseconds, where the WebSocket can be ended without it. */
const FAREWELL_MS = 1000;

const OPEN = 1;
const CLOSED = 3;

/**
 * Opens a WebSocket. When the signal aborts it rejects with the signal's reason and leaves nothing behind.
 * @param address Where it leads, for people.
 * @throws {LongPortError} `LONGPORT_NETWORK`
 */
export function openSocket(
  make: () => WebSocketLike,
  address: string,
  clock: Clock,
  events: SocketEvents,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let socket: WebSocketLike;
    try {
      socket = make();
      socket.binaryType = "arraybuffer";
    } catch (cause) {
      throw noSocket(address, String(cause), cause);
    }
    let isOver = false;
    const close = () => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      // A listener for errors stays: `ws` throws those that have none.
      socket.onmessage = socket.onclose = socket.onopen = null;
      socket.close();
      if (socket.terminate === undefined || socket.readyState === CLOSED) return;
      const timer = clock.startTimer(() => socket.terminate?.(), FAREWELL_MS);
      socket.onclose = () => timer.cancel();
    };
    const onAbort = () => {
      // First, because some runtimes tell the failure while it is being closed.
      reject(signal.reason);
      close();
    };
    const fail = ({ message = "", error }: WebSocketLikeEvent) => {
      reject(noSocket(address, message, error));
      close();
    };
    const end = (why: string) => {
      if (isOver) return;
      close();
      events.closed(why);
    };
    socket.onopen = () => {
      signal.removeEventListener("abort", onAbort);
      socket.onclose = ({ code, reason }) => end(`WebSocket close code ${code}${reason ? `, ${reason}` : ""}`);
      // The end comes behind it, and tells more.
      socket.onerror = () => undefined;
      resolve({
        send(bytes) {
          if (socket.readyState === OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
        },
        close,
      });
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) events.data(new Uint8Array(data));
      else end("it sends text messages, and LongPort only binary ones: is the url right?");
    };
    socket.onerror = fail;
    socket.onclose = fail;
    signal.addEventListener("abort", onAbort);
  });
}

/** A browser tells nothing, so then it is all that can be wrong. */
function noSocket(address: string, told: string, cause: unknown): LongPortError {
  const why = told && ` (${told})`;
  const problem = `no WebSocket could be opened to ${address}${why}: is the url right, and does no firewall stand between?`;
  return new LongPortError("LONGPORT_NETWORK", problem, { retryable: true, cause });
}
