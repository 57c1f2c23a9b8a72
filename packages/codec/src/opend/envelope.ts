// Every request is wrapped in Request { required C2S c2s = 1 }, every reply and push in
// Response { required int32 retType = 1; optional string retMsg = 2; optional int32 errCode = 3; optional S2C s2c = 4 }.
// The generator refuses a protocol for which that is not so, unless the manifest calls it flat.
import { decodeMessage, type MessageType, object, Reader, Writer, within } from "../wire/index.ts";
import type { MessageInit, PushProtocol, RequestProtocol, Response } from "./protocol.ts";

type AnyProtocol<S2C> = Pick<RequestProtocol<never, S2C> | PushProtocol<S2C>, "name" | "decodeS2C" | "flat">;

const C2S = 10;
const requestFields = { [C2S]: "c2s" };

// Many messages share a writer, each behind the other in its buffer. It is not kept while it is in use, because a getter
// of the message may encode something too; nor after an error.
let kept: Writer | undefined;

function begin(reserve: number): Writer {
  const writer = kept ?? new Writer();
  kept = undefined;
  writer.begin(reserve);
  return writer;
}

function finish(writer: Writer): Uint8Array {
  kept = writer;
  return writer.finish();
}

/**
 * Writes a message behind `reserve` bytes that are left to a frame header. The result is a view: its `buffer` holds other
 * messages too, so copy it before you transfer it. `encode` is that of a `MessageCodec` or a
 * `ProtocolCodec` of the registry.
 * @throws {CodecError} `CODEC_MISSING_REQUIRED` or `CODEC_INVALID_VALUE` with the path of the field.
 */
export function encodeMessage<T>(encode: (w: Writer, message: T) => void, message: T, reserve = 0): Uint8Array {
  const writer = begin(reserve);
  encode(writer, message);
  return finish(writer);
}

/**
 * Writes a request's body behind `reserve` bytes that are left to a frame header. The result is a view: its `buffer`
 * holds other messages too, so copy it before you transfer it.
 * @throws {CodecError} `CODEC_MISSING_REQUIRED` or `CODEC_INVALID_VALUE` with the path of the field.
 */
export function encodeRequest<C2S>(
  protocol: RequestProtocol<C2S, unknown>,
  c2s: NoInfer<MessageInit<C2S>>,
  reserve = 0,
): Uint8Array {
  const writer = begin(reserve);
  // The encoder reads an absent list as an empty one.
  const content = c2s as C2S & object;
  try {
    if (protocol.flat === true) protocol.encodeC2S(writer, object(content));
    else writer.message(C2S, content, protocol.encodeC2S);
  } catch (error) {
    throw within(error, `${protocol.name}.Request`, requestFields, C2S);
  }
  return finish(writer);
}

/**
 * Reads a reply's or a push's body.
 * @throws {CodecError} `CODEC_MALFORMED` or `CODEC_MISSING_REQUIRED` with the path of the field.
 */
export function decodeResponse<S2C>(protocol: AnyProtocol<S2C>, body: Uint8Array): Response<S2C> {
  const reader = new Reader(body);
  if (protocol.flat !== true) return decodeMessage(responseOf(protocol), reader, body.length);
  // The whole reply is the content.
  const s2c = protocol.decodeS2C(reader, body.length);
  const { retType, retMsg, errCode } = s2c as Response<unknown>;
  return { retType, retMsg, errCode, s2c };
}

const responseOf = <S2C>(protocol: AnyProtocol<S2C>): MessageType<Response<S2C>> => ({
  name: `${protocol.name}.Response`,
  fields: (r) => ({
    retType: r.int32(8),
    retMsg: r.string(18, 1),
    errCode: r.int32(24, 1),
    s2c: r.message(34, protocol.decodeS2C, 1),
  }),
});

/** Reads nothing. It is kept for the compiled decoders' sake too: see decision 012. */
const nothing = /* @__PURE__ */ new Reader(new Uint8Array(0));

/**
 * The content of a successful reply. A gateway may leave it out, which means an empty one.
 * @throws {CodecError} `CODEC_MISSING_REQUIRED` when it is left out although it has required fields.
 */
export function contentOf<S2C>(protocol: Pick<AnyProtocol<S2C>, "decodeS2C">, response: Response<S2C>): S2C {
  return response.s2c ?? protocol.decodeS2C(nothing, 0);
}

/** The server's side of a flat request: what is left out of the wire is put around it. */
export const flatRequest =
  (decode: (r: Reader, end: number) => object) =>
  (r: Reader, end: number): { c2s: object } => ({ c2s: decode(r, end) });

/** The server's side of a flat reply. */
export const flatResponse =
  <S2C extends object>(encode: (w: Writer, s2c: S2C) => void) =>
  (w: Writer, { s2c, ...envelope }: { s2c?: S2C }): void =>
    encode(w, { ...s2c, ...envelope } as S2C);
