import { jsonBodies } from "@tickwire/codec/json";
import {
  BodyFormat,
  encodeMessage,
  readWsRequest,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  type Writer,
  WS_REPLY_HEADER_BYTES,
  writeTcpHeader,
  writeWsReplyHeader,
} from "@tickwire/session";
import type { Encryption } from "./encryption.ts";

/** A request as it was framed, its body not yet read. */
export interface FramedRequest {
  readonly protoId: number;
  readonly serialNo: bigint;
  readonly body: Uint8Array;
  readonly isJson: boolean;
}

/** Makes a body behind that many spare bytes, which are for the frame's header. */
export type MakeBody = (spareBytes: number) => Uint8Array;

/** The gateway's side of a dialect: how bytes become requests, and replies and pushes bytes. */
export interface Framing {
  /**
   * Takes received bytes and gives each request that they complete.
   * @throws {CodecError} After which the connection has to be dropped.
   */
  read(bytes: Uint8Array, onRequest: (request: FramedRequest) => void): void;
  reply(request: FramedRequest, makeBody: MakeBody): Uint8Array;
  push(protoId: number, makeBody: MakeBody, isJson: boolean): Uint8Array;
}

/** One TCP stream. Pushes are numbered on their own: how OpenD numbers them is not documented. */
export function tcpFraming(encryption: Encryption): Framing {
  const decoder = new TcpDecoder();
  let pushNo = 0;
  const frame = (protoId: number, serialNo: number, isJson: boolean, makeBody: MakeBody) => {
    const bytes = makeBody(TCP_HEADER_BYTES);
    const plain = bytes.subarray(TCP_HEADER_BYTES);
    const sent = encryption.seal(protoId, plain);
    const format = isJson ? BodyFormat.Json : BodyFormat.Protobuf;
    const whole = sent === plain ? bytes : behind(TCP_HEADER_BYTES, sent);
    return writeTcpHeader(whole, { protoId, serialNo, format }, sha1, plain);
  };
  return {
    read(bytes, onRequest) {
      decoder.push(bytes, (frame) => onRequest(fromFrame(frame, encryption.open(frame))));
    },
    reply: ({ protoId, serialNo, isJson }, makeBody) => frame(protoId, Number(serialNo), isJson, makeBody),
    push: (protoId, makeBody, isJson) => frame(protoId, ++pushNo >>> 0, isJson, makeBody),
  };
}

function fromFrame({ protoId, serialNo, format }: TcpFrame, body: Uint8Array): FramedRequest {
  return { protoId, serialNo: BigInt(serialNo), body, isJson: format === BodyFormat.Json };
}

/** WebSocket messages, one frame each. Pushes have the section 0, which no client may have pending. */
export const wsFraming: Framing = {
  read(bytes, onRequest) {
    const { cmd, section, body } = readWsRequest(bytes);
    onRequest({ protoId: cmd, serialNo: section, body, isJson: false });
  },
  reply: ({ protoId, serialNo }, makeBody) =>
    writeWsReplyHeader(makeBody(WS_REPLY_HEADER_BYTES), { cmd: protoId, section: serialNo }),
  push: (protoId, makeBody) => writeWsReplyHeader(makeBody(WS_REPLY_HEADER_BYTES), { cmd: protoId, section: 0n }),
};

/**
 * The relay's own error: a header without a body. The text has room for 20 bytes and should be ASCII: the vendor's
 * JavaScript client fails on anything else.
 */
export function relayError({ protoId, serialNo }: FramedRequest, error: number, errorText: string): Uint8Array {
  return writeWsReplyHeader(new Uint8Array(WS_REPLY_HEADER_BYTES), {
    cmd: protoId,
    section: serialNo,
    error,
    errorText,
  });
}

/** A protobuf body. */
export function protobufBody(write: (writer: Writer) => void): MakeBody {
  return (spareBytes) => encodeMessage(write, undefined, spareBytes);
}

/** The same body as JSON, of a reply or push of this protocol. */
export function jsonBody(protoId: number, makeBody: MakeBody): MakeBody {
  return (spareBytes) => {
    const json = jsonBodies.encode(protoId, "response", makeBody(0));
    if (json === undefined) throw new TypeError(`protocol ${protoId} is not in the schema`);
    return behind(spareBytes, json);
  };
}

function behind(spareBytes: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(spareBytes + body.length);
  bytes.set(body, spareBytes);
  return bytes;
}
