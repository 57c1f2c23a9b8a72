import { CodecError } from "../errors.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";
import { TCP_HEADER_BYTES, type TcpFrame } from "./tcp-frame.ts";

/** The first allocation for a frame that comes in pieces: a header's word alone does not reserve the cap. */
const FIRST_BUFFER_BYTES = 65_536;

/** To make a view of a chunk takes longer than to copy so many bytes one by one. */
const SHORT_CHUNK_BYTES = 16;

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
  /** Held bytes up to which, and not including which, further ones fit and tell nothing new. */
  #quietBytes = 0;

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
    if (chunk.length <= SHORT_CHUNK_BYTES && this.#heldBytes + chunk.length < this.#quietBytes) {
      for (let i = 0; i < chunk.length; i++) this.#held[this.#heldBytes++] = chunk[i] as number;
      return;
    }
    // Of a Buffer, views are several times as slow to make.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let pos = 0;
    while (pos < bytes.length) {
      if (this.#heldBytes > 0) {
        pos = this.#complete(bytes, pos, onFrame);
        continue;
      }
      const length = this.#frameLength(view, pos);
      if (length === undefined || pos + length > bytes.length) {
        this.#hold(bytes.subarray(pos), length);
        return;
      }
      onFrame(readFrame(bytes, view, pos, pos + length));
      pos += length;
    }
  }

  /** Takes from the chunk what the held frame still lacks. */
  #complete(chunk: Uint8Array, pos: number, onFrame: (frame: TcpFrame) => void): number {
    const length = this.#frameLength(this.#heldView(), 0);
    const part = chunk.subarray(pos, pos + (length ?? TCP_HEADER_BYTES) - this.#heldBytes);
    this.#hold(part, length);
    const view = this.#heldView();
    if (this.#frameLength(view, 0) === this.#heldBytes) {
      const frame = readFrame(this.#held, view, 0, this.#heldBytes);
      this.#held = new Uint8Array(TCP_HEADER_BYTES);
      this.#heldBytes = 0;
      this.#quietBytes = 0;
      onFrame(frame);
    }
    return pos + part.length;
  }

  #heldView(): DataView {
    return new DataView(this.#held.buffer, 0, this.#heldBytes);
  }

  /**
   * The whole length of the frame that starts there, once its header is there. The sign and the cap are checked as early
   * as they can be.
   */
  #frameLength(view: DataView, start: number): number | undefined {
    const there = view.byteLength - start;
    if (view.getUint8(start) !== 0x46 || (there > 1 && view.getUint8(start + 1) !== 0x54)) throw badMagic(view, start);
    if (there < TCP_HEADER_BYTES) return undefined;
    const bodyLength = view.getUint32(start + 12, true);
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
    // What was held before has a right sign, or there would have been an error; the new part may not.
    this.#quietBytes = this.#heldBytes < 2 ? 0 : Math.min(frameLength ?? TCP_HEADER_BYTES, this.#held.length);
    this.#heldBytes = needed;
  }
}

/** The whole frame from `start` to `end`. */
function readFrame(bytes: Uint8Array, view: DataView, start: number, end: number): TcpFrame {
  return {
    protoId: view.getUint32(start + 2, true),
    format: view.getUint8(start + 6),
    version: view.getUint8(start + 7),
    serialNo: view.getUint32(start + 8, true),
    sha1: bytes.subarray(start + 16, start + 36),
    body: bytes.subarray(start + TCP_HEADER_BYTES, end),
  };
}

/** Names the usual suspects by their first bytes. */
function badMagic({ buffer, byteOffset, byteLength }: DataView, start: number): CodecError {
  const bytes = new Uint8Array(buffer, byteOffset + start, Math.min(8, byteLength - start));
  const text = String.fromCharCode(...bytes);
  const guess = /^(HTTP|GET |POST)/.test(text)
    ? "it speaks HTTP: a web server, or OpenD's WebSocket port"
    : bytes[0] === 0x15 || bytes[0] === 0x16
      ? "it speaks TLS"
      : `it starts with ${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
  return new CodecError("CODEC_FRAME_MAGIC", `the peer does not send OpenD's TCP frames; ${guess}`);
}
