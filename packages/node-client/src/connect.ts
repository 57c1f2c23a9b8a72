import {
  type Client,
  type ClientOptions,
  type Clock,
  connectSession,
  OpenDError,
  type Transport,
  tcpWire,
} from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";
import { parseAddress } from "./address.ts";
import { withDiagnostics } from "./diagnostics.ts";
import { nodeSha1 } from "./node-sha1.ts";
import { tcpTransport } from "./tcp-transport.ts";

/** Options of `connect`. */
export interface NodeClientOptions extends ClientOptions {
  /** Where the client gets the time from; for tests. Default: real time. */
  readonly clock?: Clock | undefined;
  /**
   * False takes what OpenD sends without computing its SHA-1, which is the largest part of the work for a push; for an
   * OpenD on the same machine. Default true.
   */
  readonly verifyBodies?: boolean | undefined;
}

/**
 * Connects to OpenD's API port over TCP and logs in.
 *
 * ```ts
 * await using client = await connect("tcp://127.0.0.1:11111");
 * console.log(await client.getUserSecurityGroup());
 * ```
 * @param target `"tcp://127.0.0.1:11111"`, also as a URL, or a transport, such as testkit's memory link.
 * @throws {OpenDError} `OPEND_CONNECT_FAILED`, `OPEND_NOT_OPEND`, `OPEND_LOGIN_FAILED`, `OPEND_ABORTED` or
 * `OPEND_INVALID_ARGUMENT`.
 */
export async function connect(target: string | URL | Transport, options: NodeClientOptions = {}): Promise<Client> {
  const transport =
    typeof target === "string" || target instanceof URL ? tcpTransport(parseAddress(String(target))) : target;
  if (transport?.dialect !== "tcp")
    throw new OpenDError(
      "OPEND_INVALID_ARGUMENT",
      'the target must be an address such as "tcp://127.0.0.1:11111", or a TCP transport; for a WebSocket use @tickwire/web-client',
    );
  const { clock = systemClock, verifyBodies = true, telemetry, ...session } = options;
  if (typeof verifyBodies !== "boolean")
    throw new OpenDError("OPEND_INVALID_ARGUMENT", `verifyBodies must be true or false, got a ${typeof verifyBodies}`);
  return connectSession(
    { transport, clock, wire: tcpWire(nodeSha1, { verifyBodies }) },
    { ...session, telemetry: withDiagnostics(telemetry) },
  );
}
