import { type CommandCodec, decodeBody, decodePacket, gunzip, type RequestPacket } from "@tickwire/codec/longport";
import { CodecError } from "@tickwire/session";

/** Bytes that a compressed request may unpack to. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** The request that a WebSocket message holds, or why it is none. */
export function readRequest(data: Uint8Array | string): RequestPacket | CodecError {
  return orError(() => {
    if (typeof data === "string") throw new CodecError("CODEC_MALFORMED", "a text message; packets are binary");
    const packet = decodePacket(data);
    if (packet.type === "request") return packet;
    throw new CodecError("CODEC_MALFORMED", `a ${packet.type}; clients send requests only`);
  });
}

/** The body of a compressed request. */
export function unpack(body: Uint8Array): Promise<Uint8Array | CodecError> {
  return gunzip(body, MAX_REQUEST_BYTES).catch(toCodecError);
}

/** The content of a request. */
export function readMessage(decode: NonNullable<CommandCodec["decode"]>, body: Uint8Array): object | CodecError {
  return orError(() => decodeBody({ decode }, body));
}

function orError<T>(read: () => T): T | CodecError {
  try {
    return read();
  } catch (error) {
    return toCodecError(error);
  }
}

/** Anything else is a mistake of the fake's own. */
function toCodecError(error: unknown): CodecError {
  if (error instanceof CodecError) return error;
  throw error;
}
