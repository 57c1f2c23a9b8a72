import {
  type Client,
  type ClientOptions,
  type Clock,
  connectSession,
  OpenDError,
  type Transport,
  wsWire,
} from "@tickwire/session";
import type { WebSocketLike } from "@tickwire/session/parts";
import { browserClock } from "./browser-clock.ts";
import { wsTransport } from "./ws-transport.ts";

/** Options of `connect`. */
export interface WebClientOptions extends ClientOptions {
  /** The key that OpenD's WebSocket is configured with; only its MD5 is sent. Default: none. */
  readonly websocketKey?: string | undefined;
  /**
   * Makes the WebSocket for an address, a new one each time. For what only the npm package `ws` can be told in Node: a CA,
   * a client certificate, a proxy agent: `(url) => new WebSocket(url, { ca })`. Default: the runtime's own WebSocket.
   */
  readonly createWebSocket?: ((url: URL) => WebSocketLike) | undefined;
  /** Where the client gets the time from; for tests. Default: real time, and in a page also when it comes back to life. */
  readonly clock?: Clock | undefined;
}

/**
 * Connects to OpenD's WebSocket port and logs in, in a browser or in any runtime that has a global WebSocket.
 *
 * ```ts
 * await using client = await connect("ws://127.0.0.1:33333", { websocketKey: "secret" });
 * console.log(await client.getUserSecurityGroup());
 * ```
 * @param target `"ws://127.0.0.1:33333"`, `"wss://…"`, or a transport, such as testkit's memory link.
 * @throws {OpenDError} `OPEND_CONNECT_FAILED`, `OPEND_NOT_OPEND`, `OPEND_LOGIN_FAILED`, `OPEND_ABORTED` or
 * `OPEND_INVALID_ARGUMENT`.
 */
export async function connect(target: string | URL | Transport, options: WebClientOptions = {}): Promise<Client> {
  const { websocketKey, createWebSocket, clock = browserClock(), ...session } = options;
  const transport =
    typeof target === "string" || target instanceof URL ? wsTransport(parseUrl(target), createWebSocket) : target;
  if (transport?.dialect !== "ws")
    throw new OpenDError(
      "OPEND_INVALID_ARGUMENT",
      'the target must be an address such as "ws://127.0.0.1:33333", or a WebSocket transport; for TCP use @tickwire/node-client',
    );
  return connectSession({ transport, clock, wire: wsWire(websocketKey) }, session);
}

function parseUrl(target: string | URL): URL {
  const text = String(target);
  // A URL may carry a secret, so the message names only its scheme.
  const refuse = (why: string) => new OpenDError("OPEND_INVALID_ARGUMENT", `not the address of a WebSocket: ${why}`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('write it as "ws://127.0.0.1:33333"');
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:")
    throw refuse(`its scheme is ${url.protocol}, not ws: or wss:; for TCP use @tickwire/node-client`);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw refuse("a secret does not belong into an address; the key goes into the option websocketKey");
  return url;
}
