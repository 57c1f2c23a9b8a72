import { CodecError } from "../errors.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";
import { TCP_HEADER_BYTES, type TcpFrame } from "./tcp-frame.ts";

/** The first allocation for a frame that comes in pieces: a header's word alone does not reserve the cap. */
const FIRST_BUFFER_BYTES = 65_536;

/** Options of {@link TcpDecoder}. */
export interface TcpDecoderOptions {
  /** Largest body that is taken, in bytes. Default 32 MiB. */
  readonly maxBodyBytes?: number;
}

/**
 * Cuts a TCP stream into frames, however it is chunked. Costs time linear in the bytes, and holds at most the frame that
 * is under way. After an error the stream has no more frame boundaries: drop the connection.
 */
export class TcpDecoder {
  readonly #maxBodyBytes: number;
  /** The beginning of the frame under way; it grows once, to the frame's length. */
  #held = new Uint8Array(TCP_HEADER_BYTES);
  #heldBytes = 0;

  constructor(options: TcpDecoderOptions = {}) {
    this.#maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  }

  /** Bytes of the incomplete frame that are held back. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Takes the next chunk and gives each frame that it completes. Bodies may be views into the chunk.
   * @throws {CodecError} `CODEC_FRAME_MAGIC` or `CODEC_FRAME_TOO_LARGE`.
   */
  push(chunk: Uint8Array, onFrame: (frame: TcpFrame) => void): void {
    let pos = 0;
    while (pos < chunk.length) {
      if (this.#heldBytes > 0) {
        pos = this.#complete(chunk, pos, onFrame);
        continue;
      }
      const length = this.#frameLength(chunk, pos, chunk.length);
      if (length === undefined || pos + length > chunk.length) {
        this.#hold(chunk.subarray(pos), length);
        return;
      }
      onFrame(readFrame(chunk.subarray(pos, pos + length)));
      pos += length;
    }
  }

  /** Takes from the chunk what the held frame still lacks. */
  #complete(chunk: Uint8Array, pos: number, onFrame: (frame: TcpFrame) => void): number {
    const length = this.#frameLength(this.#held, 0, this.#heldBytes);
    const lacking = (length ?? TCP_HEADER_BYTES) - this.#heldBytes;
    const part = chunk.subarray(pos, pos + lacking);
    this.#hold(part, length);
    if (this.#heldBytes >= TCP_HEADER_BYTES) {
      const known = length ?? this.#frameLength(this.#held, 0, this.#heldBytes);
      if (known === this.#heldBytes) {
        const frame = readFrame(this.#held.subarray(0, known));
        this.#held = new Uint8Array(TCP_HEADER_BYTES);
        this.#heldBytes = 0;
        onFrame(frame);
      }
    } else {
      this.#frameLength(this.#held, 0, this.#heldBytes);
    }
    return pos + part.length;
  }

  /** The frame's whole length, once the header is there. The sign and the cap are checked as early as they can be. */
  #frameLength(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (bytes[start] !== 0x46 || (start + 1 < end && bytes[start + 1] !== 0x54))
      throw badMagic(bytes.subarray(start, end));
    if (end - start < TCP_HEADER_BYTES) return undefined;
    const bodyLength = new DataView(bytes.buffer, bytes.byteOffset + start + 12, 4).getUint32(0, true);
    if (bodyLength > this.#maxBodyBytes)
      throw new CodecError(
        "CODEC_FRAME_TOO_LARGE",
        `a frame announces a body of ${bodyLength} bytes, the cap is ${this.#maxBodyBytes}; if that is right, raise the cap`,
      );
    return TCP_HEADER_BYTES + bodyLength;
  }

  #hold(part: Uint8Array, frameLength: number | undefined): void {
    const needed = this.#heldBytes + part.length;
    if (needed > this.#held.length) {
      // Short of a header there is room; so the length is known here.
      const length = frameLength ?? needed;
      const grown = new Uint8Array(needed <= FIRST_BUFFER_BYTES ? Math.min(length, FIRST_BUFFER_BYTES) : length);
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = needed;
  }
}

/** A whole frame, header and body. */
function readFrame(bytes: Uint8Array): TcpFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TCP_HEADER_BYTES);
  return {
    protoId: view.getUint32(2, true),
    format: view.getUint8(6),
    version: view.getUint8(7),
    serialNo: view.getUint32(8, true),
    sha1: bytes.subarray(16, 36),
    body: bytes.subarray(TCP_HEADER_BYTES),
  };
}

/** Names the usual suspects by their first bytes. */
function badMagic(bytes: Uint8Array): CodecError {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  const guess = /^(HTTP|GET |POST)/.test(start)
    ? "it speaks HTTP: a web server, or OpenD's WebSocket port"
    : bytes[0] === 0x15 || bytes[0] === 0x16
      ? "it speaks TLS"
      : `it starts with ${[...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
  return new CodecError("CODEC_FRAME_MAGIC", `the peer does not send OpenD's TCP frames; ${guess}`);
}
