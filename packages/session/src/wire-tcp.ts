import {
  BodyFormat,
  CodecError,
  checkSha1,
  encodeRequest,
  InitConnect,
  type JsonBodies,
  KeepAlive,
  PacketEncAlgo,
  ProtoFmt,
  type Sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  writeTcpHeader,
} from "@tickwire/codec";
import { connectionEncryption, type TcpEncryption } from "./tcp-encryption.ts";
import type { Incoming, WireFactory } from "./wire.ts";

/** The schema that this client speaks, as OpenD numbers versions: 10.11. */
const CLIENT_VERSION = 1011;

/** What to check when OpenD says nothing. */
const wrongPort = "Is this OpenD's API port (11111 unless changed), not its WebSocket port?";
const wrongKey =
  "Is rsaPrivateKey the key in the file that OpenD's rsa_private_key names, and is OpenD configured with one at all?";
const noKey = "Has OpenD an RSA key set, which rsaPrivateKey has to be then too, or 128 connections already?";

/** Options of {@link tcpWire}. */
export interface TcpWireOptions {
  /** False takes bodies without a look at their checksum. Default true. */
  readonly verifyBodies?: boolean;
  /** Default: nothing is encrypted. */
  readonly encryption?: TcpEncryption | undefined;
  /** Sends JSON bodies, and asks for pushes in JSON. Default: protobuf. */
  readonly json?: JsonBodies | undefined;
}

/** OpenD's API port: 44-byte frames, InitConnect (1001), KeepAlive (1004). */
export function tcpWire(
  sha1: Sha1,
  { verifyBodies = true, encryption: asked, json }: TcpWireOptions = {},
): WireFactory {
  return ({ clientId, maxBodyBytes }) => {
    const decoder = new TcpDecoder({ maxBodyBytes });
    const encryption = asked && connectionEncryption(asked, sha1);

    const plainBody = (frame: TcpFrame): Uint8Array => {
      let body = encryption === undefined ? frame.body : encryption.decrypt(frame);
      if (verifyBodies) checkSha1(frame, body, sha1);
      if (frame.format === BodyFormat.Json) body = (json ?? notAsked).decode(frame.protoId, "response", body);
      if (frame.protoId === InitConnect.id) encryption?.agree(body);
      return body;
    };
    const read = (frame: TcpFrame): Incoming => {
      try {
        const body = plainBody(frame);
        return body === frame.body ? frame : { ...frame, body };
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        return { ...frame, damage: error };
      }
    };
    return {
      headerBytes: TCP_HEADER_BYTES,
      greetingHint: `${asked === undefined ? noKey : wrongKey} ${wrongPort}`,
      heartbeat(unixMs) {
        const time = BigInt(Math.floor(unixMs / 1000));
        return { protocol: KeepAlive, encode: () => encodeRequest(KeepAlive, { time }, TCP_HEADER_BYTES) };
      },
      frame(bytes, protoId, serialNo) {
        const body = bytes.subarray(TCP_HEADER_BYTES);
        const text = json?.encode(protoId, "request", body);
        const format = text === undefined ? BodyFormat.Protobuf : BodyFormat.Json;
        const plain = text ?? body;
        const sent = encryption?.encrypt(plain) ?? plain;
        const whole = sent === body ? bytes : withHeader(sent);
        return writeTcpHeader(whole, { protoId, serialNo, format }, sha1, plain);
      },
      receive(bytes, onMessage) {
        decoder.push(bytes, (frame) => onMessage(read(frame)));
      },
      async greet(ask) {
        const hello = await ask(InitConnect, {
          clientVer: CLIENT_VERSION,
          clientID: clientId,
          recvNotify: true,
          packetEncAlgo: asked?.packetEncAlgo ?? PacketEncAlgo.None,
          pushProtoFmt: json === undefined ? ProtoFmt.Protobuf : ProtoFmt.Json,
          programmingLanguage: "TypeScript",
        });
        return {
          connId: hello.connID,
          serverVersion: hello.serverVer,
          loginUserId: hello.loginUserID,
          ...(hello.keepAliveInterval > 0 && { keepAliveMs: hello.keepAliveInterval * 1000 }),
        };
      },
    };
  };
}

/** A body behind room for a header. */
function withHeader(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TCP_HEADER_BYTES + body.length);
  bytes.set(body, TCP_HEADER_BYTES);
  return bytes;
}

/** Stands in for JSON that nobody asked for. */
const notAsked: Pick<JsonBodies, "decode"> = {
  decode: (protoId) => {
    throw new CodecError(
      "CODEC_MALFORMED",
      `frame ${protoId}: its body is JSON; give bodyFormat: jsonBodies to read that`,
    );
  },
};
