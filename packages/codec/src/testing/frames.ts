import fc from "fast-check";
import { sha1 } from "../crypto/sha1.ts";
import type { TcpDecoder } from "../opend/tcp-decoder.ts";
import { TCP_HEADER_BYTES, type TcpFrame, type TcpFrameInit, writeTcpHeader } from "../opend/tcp-frame.ts";
import { concat } from "./bytes.ts";

/** A whole TCP frame. */
export function tcpFrame(init: TcpFrameInit, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  return writeTcpHeader(concat(new Uint8Array(TCP_HEADER_BYTES), body), init, sha1);
}

/** The first bytes of a frame with nothing but the length of its body. */
export function tcpHeader(bodyLength: number): Uint8Array {
  const header = new Uint8Array(TCP_HEADER_BYTES);
  header.set([0x46, 0x54]);
  new DataView(header.buffer).setUint32(12, bodyLength, true);
  return header;
}

/** Pushes the chunks one after the other and gives all frames. */
export function pushAll(decoder: TcpDecoder, chunks: readonly Uint8Array[]): TcpFrame[] {
  const frames: TcpFrame[] = [];
  for (const chunk of chunks) decoder.push(chunk, (frame) => frames.push(frame));
  return frames;
}

/** Any frame, as its parts and its bytes. */
export const anyTcpFrame = fc
  .record({
    protoId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    serialNo: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    format: fc.constantFrom(0, 1),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ body, ...init }) => ({ ...init, body, bytes: tcpFrame(init, body) }));
