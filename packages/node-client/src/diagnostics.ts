import { channel } from "node:diagnostics_channel";
import type { RequestEnd, RequestStart, Telemetry } from "@tickwire/session";

/**
 * Channels of `node:diagnostics_channel` that this client publishes to. Nothing of a request's or reply's content, and no
 * key, is ever in a message.
 */
export const diagnosticsChannels = {
  /** A request begins: a {@link RequestStart}. */
  requestStart: "tickwire:request:start",
  /** A request has settled: the very object of its start, with the fields of a {@link RequestEnd} added. */
  requestEnd: "tickwire:request:end",
  /** The connection has changed: a `ConnectionChange`. */
  connection: "tickwire:connection",
  /** A push came: a `PushReceived`. */
  push: "tickwire:push",
} as const;

const requestStart = channel(diagnosticsChannels.requestStart);
const requestEnd = channel(diagnosticsChannels.requestEnd);
const connection = channel(diagnosticsChannels.connection);
const push = channel(diagnosticsChannels.push);

/** Publishes to the channels that somebody listens to, and tells the user's own telemetry. */
export function withDiagnostics(own: Telemetry = {}): Telemetry {
  return {
    request(start) {
      const ownEnd = own.request?.(start);
      if (!requestStart.hasSubscribers && !requestEnd.hasSubscribers) return ownEnd;
      // A fresh object, so that listeners can keep what they know of the request by it, in a WeakMap.
      const message: RequestStart & Partial<RequestEnd> = { ...start };
      requestStart.publish(message);
      return (end) => {
        ownEnd?.(end);
        requestEnd.publish(Object.assign(message, end));
      };
    },
    connection(change) {
      own.connection?.(change);
      if (connection.hasSubscribers) connection.publish(change);
    },
    push(received) {
      own.push?.(received);
      if (push.hasSubscribers) push.publish(received);
    },
  };
}
