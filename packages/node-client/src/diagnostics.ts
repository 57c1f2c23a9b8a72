import { channel } from "node:diagnostics_channel";
import type { ConnectionChange, PushReceived, RequestEnd, RequestStart, Telemetry } from "@tickwire/session";

/**
 * Channels of `node:diagnostics_channel` that this client publishes to. Nothing of a request's or reply's content, and no
 * key, is ever in a message.
 */
export const diagnosticsChannels = {
  /** A request begins: a `RequestStart`. */
  requestStart: "tickwire:request:start",
  /** A request has settled: the very object of its start, to which the fields of a `RequestEnd` were added. */
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

/** Publishes to the channels; a hook is there only while somebody listens. */
export const diagnostics: Telemetry = {
  get request() {
    return requestStart.hasSubscribers || requestEnd.hasSubscribers ? publishRequest : undefined;
  },
  get connection() {
    return connection.hasSubscribers ? (change: ConnectionChange) => connection.publish(change) : undefined;
  },
  get push() {
    return push.hasSubscribers ? (received: PushReceived) => push.publish(received) : undefined;
  },
};

function publishRequest(start: RequestStart): (end: RequestEnd) => void {
  requestStart.publish(start);
  return (end) => requestEnd.publish(Object.assign(start, end));
}
