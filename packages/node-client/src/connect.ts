import {
  type Client,
  type ClientOptions,
  type Clock,
  connectSession,
  type JsonBodies,
  OpenDError,
  PacketEncAlgo,
  type TcpEncryption,
  type Transport,
  tcpWire,
} from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";
import { parseAddress } from "./address.ts";
import { diagnostics } from "./diagnostics.ts";
import { nodeCiphers } from "./node-cipher.ts";
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
  /**
   * The private RSA key that OpenD is configured with (its `rsa_private_key`): the text of the PEM file, PKCS#1 or PKCS#8,
   * without a passphrase. The login is encrypted with it, and all that follows by `packetEncAlgo`. Default: none, and
   * nothing is encrypted.
   */
  readonly rsaPrivateKey?: string | Uint8Array | undefined;
  /**
   * How bodies are encrypted after the login. `AES_ECB` is documented, but no client of the vendor's uses it. With `None`
   * only the login is encrypted. OpenD's answer decides between `AES_CBC` and `FTAES_ECB`. Only with `rsaPrivateKey`;
   * default `PacketEncAlgo.AES_CBC`.
   */
  readonly packetEncAlgo?: PacketEncAlgo | undefined;
  /** `jsonBodies` of `@tickwire/codec/json` has bodies sent as JSON, for people who want to read them. Default: protobuf. */
  readonly bodyFormat?: JsonBodies | undefined;
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
  const {
    clock = systemClock,
    verifyBodies = true,
    rsaPrivateKey,
    packetEncAlgo,
    bodyFormat: json,
    telemetry,
    ...session
  } = options;
  if (typeof verifyBodies !== "boolean")
    throw new OpenDError("OPEND_INVALID_ARGUMENT", `verifyBodies must be true or false, got a ${typeof verifyBodies}`);
  if (json !== undefined && typeof json?.decode !== "function")
    throw new OpenDError(
      "OPEND_INVALID_ARGUMENT",
      "bodyFormat must be jsonBodies of @tickwire/codec/json, or left out",
    );
  const encryption = encryptionOf(rsaPrivateKey, packetEncAlgo);
  return connectSession(
    { transport, clock, wire: tcpWire(nodeSha1, { verifyBodies, encryption, json }) },
    { ...session, telemetry: [diagnostics, telemetry ?? []].flat() },
  );
}

function encryptionOf(
  key: string | Uint8Array | undefined,
  algo: PacketEncAlgo | undefined,
): TcpEncryption | undefined {
  if (algo !== undefined && !Object.values<unknown>(PacketEncAlgo).includes(algo))
    throw new OpenDError("OPEND_INVALID_ARGUMENT", "packetEncAlgo must be one of PacketEncAlgo");
  if (key !== undefined) return { ciphers: nodeCiphers(key), packetEncAlgo: algo ?? PacketEncAlgo.AES_CBC };
  if (algo === undefined || algo === PacketEncAlgo.None) return undefined;
  throw new OpenDError(
    "OPEND_INVALID_ARGUMENT",
    "packetEncAlgo needs rsaPrivateKey: without a key nothing is encrypted",
  );
}
