// The WebSocket frames, one per binary message. All integers are big-endian; "reply" is also the form of a push.
//
//   off size                                   off size
//     0    8  "ft-v1.0" NUL                      0    8  "ft-v1.0" NUL
//     8    4  u32 cmd: the protocol id           8    4  u32 cmd
//    12    8  u64 section: the serial number    12    8  u64 section, echoed
//    20       body                              20    4  i32 error: 0, or the relay's own trouble
//                                               24   20  error message, NUL-padded bytes
//             (request)                         44       body   (reply)
import { CodecError } from "../errors.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";

/** Bytes of the header of a WebSocket request. */
export const WS_REQUEST_HEADER_BYTES = 20;
/** Bytes of the header of a WebSocket reply or push. */
export const WS_REPLY_HEADER_BYTES = 44;

const SIGN = /* @__PURE__ */ Uint8Array.of(0x66, 0x74, 0x2d, 0x76, 0x31, 0x2e, 0x30, 0);
const ERROR_TEXT_BYTES = 20;
const text = /* @__PURE__ */ new TextDecoder();

/** A message from a client to the relay. */
export interface WsRequest {
  /** Protocol id; ids below 100 are the relay's own. */
  readonly cmd: number;
  /** Serial number, an unsigned 64-bit integer. */
  readonly section: bigint;
  readonly body: Uint8Array;
}

/** A reply or a push from the relay. */
export interface WsReply extends WsRequest {
  /** 0, or: 1 the relay got no answer from OpenD in time, 2 OpenD got none from its servers, 3 the relay lost OpenD. */
  readonly error: number;
  /** The relay's text for it; the wire has room for 20 bytes, so it may be cut. */
  readonly errorText: string;
}

/** Completes a request in place: `bytes` holds 20 spare bytes and then the body. */
export function writeWsRequestHeader(bytes: Uint8Array, init: Pick<WsRequest, "cmd" | "section">): Uint8Array {
  writeStart(bytes, init, WS_REQUEST_HEADER_BYTES);
  return bytes;
}

/** Completes a reply or push in place: `bytes` holds 44 spare bytes and then the body. */
export function writeWsReplyHeader(
  bytes: Uint8Array,
  init: Pick<WsReply, "cmd" | "section"> & { readonly error?: number; readonly errorText?: string },
): Uint8Array {
  const view = writeStart(bytes, init, WS_REPLY_HEADER_BYTES);
  view.setInt32(20, init.error ?? 0);
  const room = bytes.subarray(24, 24 + ERROR_TEXT_BYTES);
  room.fill(0);
  new TextEncoder().encodeInto(init.errorText ?? "", room);
  return bytes;
}

function writeStart(bytes: Uint8Array, init: Pick<WsRequest, "cmd" | "section">, headerBytes: number): DataView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  bytes.set(SIGN);
  view.setUint32(8, init.cmd);
  view.setBigUint64(12, init.section);
  return view;
}

/**
 * Reads a request.
 * @throws {CodecError} `CODEC_FRAME_TRUNCATED`, `CODEC_FRAME_MAGIC` or `CODEC_FRAME_TOO_LARGE`.
 */
export function readWsRequest(bytes: Uint8Array, maxBodyBytes: number = DEFAULT_MAX_BODY_BYTES): WsRequest {
  const view = readStart(bytes, WS_REQUEST_HEADER_BYTES, maxBodyBytes);
  return { cmd: view.getUint32(8), section: view.getBigUint64(12), body: bytes.subarray(WS_REQUEST_HEADER_BYTES) };
}

/**
 * Reads a reply or push.
 * @throws {CodecError} `CODEC_FRAME_TRUNCATED`, `CODEC_FRAME_MAGIC` or `CODEC_FRAME_TOO_LARGE`.
 */
export function readWsReply(bytes: Uint8Array, maxBodyBytes: number = DEFAULT_MAX_BODY_BYTES): WsReply {
  const view = readStart(bytes, WS_REPLY_HEADER_BYTES, maxBodyBytes);
  return {
    cmd: view.getUint32(8),
    section: view.getBigUint64(12),
    error: view.getInt32(20),
    errorText: readErrorText(bytes),
    body: bytes.subarray(WS_REPLY_HEADER_BYTES),
  };
}

/** The text is cut at 20 bytes, perhaps inside a character: that half is dropped. */
function readErrorText(bytes: Uint8Array): string {
  if (bytes[24] === 0) return "";
  const room = bytes.subarray(24, 24 + ERROR_TEXT_BYTES);
  const end = room.indexOf(0);
  return text.decode(end < 0 ? room : room.subarray(0, end)).replace(/\ufffd+$/, "");
}

function readStart(bytes: Uint8Array, headerBytes: number, maxBodyBytes: number): DataView {
  for (let i = 0; i < Math.min(SIGN.length - 1, bytes.length); i++) {
    if (bytes[i] !== SIGN[i])
      throw new CodecError(
        "CODEC_FRAME_MAGIC",
        'a WebSocket message does not start with "ft-v1.0"; the peer is not OpenD\'s WebSocket port',
      );
  }
  if (bytes.length < headerBytes)
    throw new CodecError(
      "CODEC_FRAME_TRUNCATED",
      `a WebSocket message of ${bytes.length} bytes, its header alone takes ${headerBytes}`,
    );
  if (bytes.length - headerBytes > maxBodyBytes)
    throw new CodecError(
      "CODEC_FRAME_TOO_LARGE",
      `a WebSocket message with a body of ${bytes.length - headerBytes} bytes, the cap is ${maxBodyBytes}; if that is right, raise the cap`,
    );
  return new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
}
