import { CodecError, type Link, type LinkEvents, OpenDError, type Transport } from "@tickwire/session";
import type { WebSocketLike, WebSocketLikeEvent } from "@tickwire/session/parts";

/** Bytes that a browser may hold back before the link counts as slow: 1 MiB. */
const HIGH_WATER_BYTES = 1_048_576;
/** How often a slow WebSocket is looked at, in milliseconds: it has no event for "drained". */
const DRAIN_POLL_MS = 20;
/** How long the peer may take to say farewell, in milliseconds, where the WebSocket can be ended without it. */
const FAREWELL_MS = 1000;

const OPEN = 1;
const CLOSED = 3;

/** A WebSocket connection to OpenD, unless told otherwise by the runtime's own WebSocket. */
export function wsTransport(
  url: URL,
  createWebSocket: (url: URL) => WebSocketLike = (to) => new WebSocket(to),
): Transport {
  const address = url.href.replace(/\/$/, "");
  return {
    dialect: "ws",
    address,
    async open(events, signal) {
      signal.throwIfAborted();
      let socket: WebSocketLike;
      try {
        socket = createWebSocket(url);
        socket.binaryType = "arraybuffer";
      } catch (error) {
        // Browsers refuse ws:// on an https: page, and blocked ports, in this way.
        throw connectFailed(address, String(error), error, true);
      }
      return open(socket, address, events, signal);
    },
  };
}

function open(socket: WebSocketLike, address: string, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    let poll: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    /** Closes it, and hears nothing of it any more: it may live on until the peer has said farewell. */
    const leave = () => {
      clearInterval(poll);
      socket.onmessage = socket.onclose = null;
      socket.close();
      if (!socket.terminate || socket.readyState === CLOSED) return;
      const timer = setTimeout(() => socket.terminate?.(), FAREWELL_MS);
      socket.onclose = () => clearTimeout(timer);
    };
    /** Tells the end once, and does not wait until the peer has confirmed it. */
    const end = (failure?: Error) => {
      if (isOver) return;
      isOver = true;
      leave();
      events.closed(failure);
    };
    const onAbort = () => {
      // First, because some runtimes tell the failure while it is being closed.
      reject(signal.reason);
      leave();
    };
    const fail = ({ message = "", error }: WebSocketLikeEvent) => {
      signal.removeEventListener("abort", onAbort);
      // OpenSSL's words for a port without TLS come with a line of codes.
      const told = message.includes("wrong version number") ? "that port speaks no TLS" : message;
      reject(connectFailed(address, told, error, /certificate|TLS/.test(told)));
    };
    socket.onopen = () => {
      signal.removeEventListener("abort", onAbort);
      socket.onclose = ({ code, reason }) => {
        // 1000 and 1005: an orderly end, by us or by the peer.
        const isOrderly = code === 1000 || code === 1005;
        const why = `WebSocket close code ${code}${reason ? `: ${reason}` : ""}`;
        end(isOrderly ? undefined : new Error(why));
      };
      resolve({ write, close: () => end() });
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return events.data(new Uint8Array(data));
      end(new CodecError("CODEC_FRAME_MAGIC", "the peer sends text messages, and OpenD only binary ones"));
    };
    // In Node 22 a WebSocket that cannot be opened has an error and no end. There is a listener for errors to the last,
    // because ws throws those that have none.
    socket.onerror = fail;
    socket.onclose = fail;
    const write = (bytes: Uint8Array): boolean => {
      if (socket.readyState !== OPEN) return true;
      socket.send(bytes as Uint8Array<ArrayBuffer>);
      if (socket.bufferedAmount <= HIGH_WATER_BYTES) return true;
      poll ??= setInterval(() => {
        if (socket.bufferedAmount > HIGH_WATER_BYTES) return;
        clearInterval(poll);
        poll = undefined;
        events.drain();
      }, DRAIN_POLL_MS);
      return false;
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Says why, where the runtime tells it, and what to do. A browser tells nothing, so then it is all that can be wrong.
 * @param isFinal Whether it would be the same at the next try.
 */
function connectFailed(address: string, told: string, cause: unknown, isFinal: boolean): OpenDError {
  const why = told && ` (${told})`;
  const ask = isFinal ? "" : "Is OpenD running, and is this its websocket_port, not its API port (11111)? ";
  const advice = address.startsWith("wss:")
    ? `OpenD needs a trusted certificate: open ${address.replace("wss", "https")} once in the browser, or see createWebSocket.`
    : globalThis.location?.protocol === "https:"
      ? "An https: page may need wss://."
      : "If OpenD has a certificate set, use wss://.";
  return new OpenDError("OPEND_CONNECT_FAILED", `${address}: no WebSocket could be opened${why}. ${ask}${advice}`, {
    cause,
    retryable: !isFinal,
  });
}
