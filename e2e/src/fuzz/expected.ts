// What the frames' rules say of a client's or a gateway's bytes, taken whole and without any state.
import {
  type CodecErrorCode,
  DEFAULT_MAX_BODY_BYTES,
  type Dialect,
  sha1,
  TCP_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
} from "@tickwire/session";
import { concat, toHex } from "../../../packages/codec/src/testing/bytes.ts";
import type { Input } from "./target.ts";

interface Expected {
  /** Whole frames, in front of what cannot be read. */
  readonly frames: readonly Uint8Array[];
  /** Why it cannot be read on. */
  readonly refused?: CodecErrorCode;
}

/** Of a TCP stream; an incomplete frame at its end is neither. */
export function expectedFrames(stream: Uint8Array, maxBodyBytes: number): Expected {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const frames: Uint8Array[] = [];
  for (let at = 0; ; ) {
    const there = stream.length - at;
    if ((there > 0 && stream[at] !== 0x46) || (there > 1 && stream[at + 1] !== 0x54))
      return { frames, refused: "CODEC_FRAME_MAGIC" };
    if (there < TCP_HEADER_BYTES) return { frames };
    const bodyBytes = view.getUint32(at + 12, true);
    if (bodyBytes > maxBodyBytes) return { frames, refused: "CODEC_FRAME_TOO_LARGE" };
    if (there < TCP_HEADER_BYTES + bodyBytes) return { frames };
    frames.push(stream.subarray(at, at + TCP_HEADER_BYTES + bodyBytes));
    at += TCP_HEADER_BYTES + bodyBytes;
  }
}

/** How many requests a gateway can read, and whether it comes to something that it cannot. */
export function expectedRequests(
  dialect: Dialect,
  input: Input,
): { readonly count: number; readonly isRefused: boolean } {
  const { frames, refused } =
    dialect === "tcp"
      ? expectedFrames(concat(...input), DEFAULT_MAX_BODY_BYTES)
      : { frames: input, refused: undefined };
  const isRight = dialect === "tcp" ? hasItsChecksum : hasItsHeader;
  const wrong = frames.findIndex((frame) => !isRight(frame));
  return wrong < 0 ? { count: frames.length, isRefused: refused !== undefined } : { count: wrong, isRefused: true };
}

const hasItsChecksum = (frame: Uint8Array): boolean =>
  toHex(sha1(frame.subarray(TCP_HEADER_BYTES))) === toHex(frame.subarray(16, 36));

/** The sign is a text that ends with a zero, which nobody looks at. */
const hasItsHeader = (message: Uint8Array): boolean =>
  message.length >= WS_REQUEST_HEADER_BYTES && new TextDecoder("latin1").decode(message.subarray(0, 7)) === "ft-v1.0";
