import { CodecError } from "../errors.ts";

/** The runtime may unpack all of what it is given at once: so much at a time, which is at most 1032 times as much. */
const SLICE_BYTES = 1024;

/**
 * Unpacks gzip (RFC 1952), as bodies of packets travel whose `isGzip` is set, by the runtime's `DecompressionStream`.
 * Stops as soon as there are more than `maxBytes` bytes.
 * @throws {CodecError} `CODEC_MALFORMED` for bytes that are not gzip, `CODEC_FRAME_TOO_LARGE` beyond the cap.
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const reader = readable.getReader();
  // What goes wrong in writing goes wrong in reading too.
  write(bytes, writable.getWriter()).catch(() => undefined);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new CodecError("CODEC_MALFORMED", "a body that is marked as gzip cannot be unpacked");
    });
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => undefined);
      throw new CodecError(
        "CODEC_FRAME_TOO_LARGE",
        `a body of ${bytes.length} bytes of gzip unpacks to more than the cap of ${maxBytes}; if that is right, raise the cap`,
      );
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Each slice waits until the one before is unpacked and read. */
async function write(bytes: Uint8Array, writer: ByteWriter): Promise<void> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) await writer.write(bytes.slice(at, at + SLICE_BYTES));
  await writer.close();
}
