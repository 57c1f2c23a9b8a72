// Every request is wrapped in Request { required C2S c2s = 1 }, every reply and push in
// Response { required int32 retType = 1; optional string retMsg = 2; optional int32 errCode = 3; optional S2C s2c = 4 }.
// The generator refuses a protocol for which that is not so, unless the manifest calls it flat.
import { type At, missing, object, Reader, Writer, within } from "../wire/index.ts";
import type { MessageInit, PushProtocol, RequestProtocol, Response } from "./protocol.ts";

type AnyProtocol<S2C> = Pick<RequestProtocol<never, S2C> | PushProtocol<S2C>, "name" | "decodeS2C" | "flat">;

const C2S = 10;
const RET_TYPE = 8;
const RET_MSG = 18;
const ERR_CODE = 24;
const S2C = 34;
const requestFields = { [C2S]: "c2s" };
const responseFields = { [RET_TYPE]: "retType", [RET_MSG]: "retMsg", [ERR_CODE]: "errCode", [S2C]: "s2c" };

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
    const start = protocol.flat === true ? 0 : writer.fork(C2S);
    protocol.encodeC2S(writer, object(content));
    if (start > 0) writer.join(start);
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
  if (protocol.flat !== true) return decodeEnvelope(reader, body.length, protocol);
  // The whole reply is the content.
  const s2c = protocol.decodeS2C(reader, body.length);
  const { retType, retMsg, errCode } = s2c as Response<unknown>;
  return { retType, retMsg, errCode, s2c };
}

function decodeEnvelope<S2C>(r: Reader, end: number, protocol: AnyProtocol<S2C>): Response<S2C> {
  let retType: number | undefined;
  let retMsg: string | undefined;
  let errCode: number | undefined;
  let s2c: S2C | undefined;
  let s2cAt: At | undefined;
  let tag = -1;
  try {
    tag = r.next(end);
    for (;;) {
      if (tag === RET_TYPE) {
        retType = r.int32(end);
        tag = r.next(end);
      }
      if (tag === RET_MSG) {
        retMsg = r.string(end);
        tag = r.next(end);
      }
      if (tag === ERR_CODE) {
        errCode = r.int32(end);
        tag = r.next(end);
      }
      if (tag === S2C) {
        s2cAt = r.message(end, s2cAt);
        tag = r.next(end);
      }
      if (tag === 0) break;
      tag = r.other(tag, end, responseFields);
    }
    if (s2cAt !== undefined) {
      tag = S2C;
      s2c = r.within(s2cAt, end, protocol.decodeS2C);
    }
    if (retType === undefined) {
      tag = 0;
      throw missing({ retType });
    }
    return { retType, retMsg, errCode, s2c };
  } catch (error) {
    throw within(error, `${protocol.name}.Response`, responseFields, tag);
  }
}

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
