import { createConnection, type Socket } from "node:net";
import { type Link, type LinkEvents, OpenDError, type Transport } from "@tickwire/session";
import type { Address } from "./address.ts";

/**
 * How long a connection may be idle, in milliseconds, before the system asks the peer whether it is still there. Heartbeats
 * are more frequent where OpenD asks for them. Routers forget an idle connection after some minutes, the hastiest after one.
 */
const SYSTEM_KEEP_ALIVE_MS = 30_000;

/** What to do about a connection that cannot be opened, by the system's error code. */
const advice: Record<string, string> = {
  ECONNREFUSED: "nothing listens there. Is OpenD running, and is this its API port (11111 unless changed)?",
  ENOTFOUND: "this host name is not known",
  EAI_AGAIN: "host names cannot be looked up. Is there a network?",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the host does not answer. Is a firewall between?",
  EACCES: "this process may not connect there",
};

/** A TCP connection to OpenD. */
export function tcpTransport({ host, port }: Address): Transport {
  const address = `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    dialect: "tcp",
    address,
    open: (events, signal) => open(createConnection({ host, port, noDelay: true }), address, events, signal),
  };
}

function open(socket: Socket, address: string, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      socket.destroy();
      reject(signal.reason);
    };
    let failure: Error | undefined;
    // The listener stays for good: an error without one would be thrown.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      failure = error;
    });
    socket.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      reject(connectFailed(address, failure));
    });
    const flush = () => socket.uncork();
    socket.once("connect", () => {
      signal.removeEventListener("abort", onAbort);
      socket.setKeepAlive(true, SYSTEM_KEEP_ALIVE_MS);
      socket.on("data", (chunk) => events.data(chunk as Uint8Array));
      socket.on("drain", () => events.drain());
      socket.on("close", () => events.closed(failure));
      resolve({
        write(bytes) {
          // What is written in one turn of the event loop goes out at once.
          if (socket.writableCorked === 0) {
            socket.cork();
            process.nextTick(flush);
          }
          return socket.write(bytes);
        },
        close() {
          flush();
          socket.destroy();
        },
      });
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

function connectFailed(address: string, failure: Error | undefined): OpenDError {
  // A host with several addresses fails with all of their errors at once.
  const first = failure instanceof AggregateError ? failure.errors[0] : failure;
  const code = (first as NodeJS.ErrnoException | undefined)?.code ?? "";
  const why = advice[code] ?? first?.message ?? "the connection was closed while it was opened";
  return new OpenDError("OPEND_CONNECT_FAILED", `${address}: ${why}${code === "" ? "" : ` (${code})`}`, {
    cause: failure,
    retryable: true,
  });
}
