import {
  CodecError,
  checkSha1,
  encodeRequest,
  InitConnect,
  KeepAlive,
  PacketEncAlgo,
  ProtoFmt,
  type Sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  writeTcpHeader,
} from "@tickwire/codec";
import type { Incoming, WireFactory } from "./wire.ts";

/** The schema that this client speaks, as OpenD numbers versions: 10.11. */
const CLIENT_VERSION = 1011;

/** Options of {@link tcpWire}. */
export interface TcpWireOptions {
  /** False takes bodies without a look at their checksum. Default true. */
  readonly verifyBodies?: boolean;
}

/** OpenD's API port: 44-byte frames, InitConnect (1001), KeepAlive (1004). Bodies are protobuf, not encrypted. */
export function tcpWire(sha1: Sha1, { verifyBodies = true }: TcpWireOptions = {}): WireFactory {
  const verified = (frame: TcpFrame): Incoming => {
    try {
      checkSha1(frame, frame.body, sha1);
      return frame;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return { ...frame, damage: error };
    }
  };
  return ({ clientId, maxBodyBytes }) => {
    const decoder = new TcpDecoder({ maxBodyBytes });
    return {
      headerBytes: TCP_HEADER_BYTES,
      greetingHint:
        "Is this OpenD's API port (11111 unless changed), not its WebSocket port? Does OpenD have an RSA key set, which this client does not support yet, or 128 connections already?",
      heartbeat(unixMs) {
        const time = BigInt(Math.floor(unixMs / 1000));
        return { protocol: KeepAlive, encode: () => encodeRequest(KeepAlive, { time }, TCP_HEADER_BYTES) };
      },
      frame: (bytes, protoId, serialNo) => writeTcpHeader(bytes, { protoId, serialNo }, sha1),
      receive(bytes, onMessage) {
        decoder.push(bytes, (frame) => onMessage(verifyBodies ? verified(frame) : frame));
      },
      async greet(ask) {
        const hello = await ask(InitConnect, {
          clientVer: CLIENT_VERSION,
          clientID: clientId,
          recvNotify: true,
          packetEncAlgo: PacketEncAlgo.None,
          pushProtoFmt: ProtoFmt.Protobuf,
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
