import { CodecError, type Link, type LinkEvents, OpenDError, type Transport } from "@tickwire/session";

/** Bytes that a browser may hold back before the link counts as slow: 1 MiB. */
const HIGH_WATER_BYTES = 1_048_576;
/** How often a slow WebSocket is looked at, in milliseconds: it has no event for "drained". */
const DRAIN_POLL_MS = 20;

/** A WebSocket connection to OpenD, by the runtime's own WebSocket. */
export function wsTransport(url: URL): Transport {
  const address = url.href.replace(/\/$/, "");
  return {
    dialect: "ws",
    address,
    async open(events, signal) {
      signal.throwIfAborted();
      return open(createSocket(url), address, events, signal);
    },
  };
}

function createSocket(url: URL): WebSocket {
  if (typeof WebSocket === "undefined")
    throw new OpenDError(
      "OPEND_CONNECT_FAILED",
      "this runtime has no WebSocket. Node has one from version 22 on; or use @tickwire/node-client",
    );
  try {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    return socket;
  } catch (error) {
    // Browsers refuse ws:// on an https page, and blocked ports, in this way.
    throw new OpenDError("OPEND_CONNECT_FAILED", `${url.href}: the browser refuses to open it: ${error}`, {
      cause: error,
    });
  }
}

function open(socket: WebSocket, address: string, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    let poll: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    /** Tells the end once, and does not wait until the peer has confirmed it. */
    const end = (failure?: Error) => {
      if (isOver) return;
      isOver = true;
      socket.onmessage = null;
      socket.onclose = null;
      clearInterval(poll);
      socket.close();
      events.closed(failure);
    };
    const onAbort = () => {
      socket.close();
      reject(signal.reason);
    };
    socket.onopen = () => {
      signal.removeEventListener("abort", onAbort);
      socket.onclose = ({ code, reason }) => {
        // 1000 and 1005: an orderly end, by us or by the peer.
        const isOrderly = code === 1000 || code === 1005;
        end(isOrderly ? undefined : new Error(`WebSocket close code ${code}${reason === "" ? "" : `: ${reason}`}`));
      };
      resolve({ write, close: () => end() });
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) return events.data(new Uint8Array(data));
      end(new CodecError("CODEC_FRAME_MAGIC", "the peer sends text messages, and OpenD only binary ones"));
    };
    socket.onclose = () => {
      signal.removeEventListener("abort", onAbort);
      reject(connectFailed(address));
    };
    const write = (bytes: Uint8Array): boolean => {
      if (socket.readyState !== WebSocket.OPEN) return true;
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

/** A WebSocket does not say why it could not be opened, so all that can be wrong is told. */
function connectFailed(address: string): OpenDError {
  return new OpenDError(
    "OPEND_CONNECT_FAILED",
    `${address}: no WebSocket could be opened. Is OpenD running with websocket_port set, and is this that port, not its API port (11111)? ${
      address.startsWith("wss:")
        ? "For wss:// OpenD needs a certificate that this machine trusts."
        : "If OpenD has a certificate set, use wss://."
    }`,
    { retryable: true },
  );
}
