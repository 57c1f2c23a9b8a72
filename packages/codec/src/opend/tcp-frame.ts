// The TCP frame. All integers are little-endian; protoID and serialNo are not aligned.
//
//   off size
//     0    2  "FT"
//     2    4  u32  protoID
//     6    1  u8   protoFmtType: 0 protobuf, 1 JSON
//     7    1  u8   protoVer: 0
//     8    4  u32  serialNo, chosen by the client, echoed in the reply
//    12    4  u32  bodyLen, of the body as sent (encrypted, if it is)
//    16   20       SHA-1 of the plain body
//    36    8       zeros
//    44  bodyLen   body
import { CodecError } from "../errors.ts";

/** Bytes of the TCP frame's header. */
export const TCP_HEADER_BYTES = 44;
const SHA1_AT = 16;
const SHA1_BYTES = 20;

/** The body's form: the frame header's protoFmtType. */
export const BodyFormat = { Protobuf: 0, Json: 1 } as const;
export type BodyFormat = (typeof BodyFormat)[keyof typeof BodyFormat] | (number & {});

/**
 * A hash function that gives 20 bytes, or a text of 20 characters with a byte in each ("latin1" or "binary" in Node, where
 * making a text takes less than half the time).
 */
export type Sha1 = (bytes: Uint8Array) => Uint8Array | string;

/** A received frame. */
export interface TcpFrame {
  /** Protocol id. */
  readonly protoId: number;
  readonly serialNo: number;
  readonly format: BodyFormat;
  readonly version: number;
  /** SHA-1 of the plain body, as the header tells it; 20 bytes. */
  readonly sha1: Uint8Array;
  /** As sent. A view into the received chunk when the frame came in one piece. */
  readonly body: Uint8Array;
}

/** What the header of a frame to send needs beside the body. */
export interface TcpFrameInit {
  readonly protoId: number;
  readonly serialNo: number;
  readonly format?: BodyFormat;
}

/**
 * Completes a frame in place: `bytes` holds 44 spare bytes and then the body as it is sent, for a plain one as
 * `encodeRequest(…, TCP_HEADER_BYTES)` leaves them.
 * @param plain The body before it was encrypted, if it was.
 */
export function writeTcpHeader(bytes: Uint8Array, init: TcpFrameInit, sha1: Sha1, plain?: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TCP_HEADER_BYTES);
  const body = bytes.subarray(TCP_HEADER_BYTES);
  view.setUint16(0, 0x5446, true);
  view.setUint32(2, init.protoId, true);
  view.setUint8(6, init.format ?? BodyFormat.Protobuf);
  view.setUint8(7, 0);
  view.setUint32(8, init.serialNo, true);
  view.setUint32(12, body.length, true);
  const hash = sha1(plain ?? body);
  for (let i = 0; i < SHA1_BYTES; i++) bytes[SHA1_AT + i] = byteOf(hash, i);
  bytes.fill(0, 36, TCP_HEADER_BYTES);
  return bytes;
}

/**
 * Checks a frame's plain body against its header.
 * @throws {CodecError} `CODEC_FRAME_SHA1`.
 */
export function checkSha1(frame: Pick<TcpFrame, "protoId" | "serialNo" | "sha1">, body: Uint8Array, sha1: Sha1): void {
  if (hasSha1(frame, body, sha1)) return;
  throw new CodecError(
    "CODEC_FRAME_SHA1",
    `frame ${frame.protoId} #${frame.serialNo}: the body's SHA-1 is not the header's; it was damaged on the way, or is encrypted`,
  );
}

/** Whether a body is the one that the frame's header tells of, which a plain one is and an encrypted one is not. */
export function hasSha1(frame: Pick<TcpFrame, "sha1">, body: Uint8Array, sha1: Sha1): boolean {
  const actual = sha1(body);
  for (let i = 0; i < SHA1_BYTES; i++) if (byteOf(actual, i) !== frame.sha1[i]) return false;
  return true;
}

const byteOf = (hash: Uint8Array | string, i: number): number =>
  typeof hash === "string" ? hash.charCodeAt(i) : (hash[i] as number);
