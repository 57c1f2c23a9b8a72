import type { RetType } from "../gen/opend/Common.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";

/** The `Response` message that every reply and push is wrapped in. */
export interface Response<S2C> {
  /** 0 (`RetType.Succeed`) or why the gateway refused. */
  retType: RetType;
  /** Text for people, in the language that the gateway is set to. */
  retMsg?: string | undefined;
  /** For the vendor's own logs; its values are not documented. */
  errCode?: number | undefined;
  s2c?: S2C | undefined;
}

/** What a repetition of a request may do: nothing new, change the account's data, or change what this connection gets. */
export type Effect = "read" | "write" | "subscribe";

/** The gateway answers at most `requests` of a protocol in any `windowMs` milliseconds; the rest it refuses. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** For pushes that carry a list of states: the list, and the field that tells which state a newer one replaces. */
export interface Conflation {
  readonly list: string;
  readonly key: string;
}

interface Protocol<S2C> {
  /** Protocol id, as in the frame header. */
  readonly id: number;
  /** The vendor's package name, for example `Qot_GetUserSecurity`. */
  readonly name: string;
  /** For `decodeResponse` below. */
  readonly decodeResponse: (r: Reader, end: number) => Response<S2C>;
  /** For `contentOf` below. */
  readonly decodeS2C: (r: Reader, end: number) => S2C;
}

/** The descriptor of a protocol that the client asks and the gateway answers. */
export interface RequestProtocol<C2S, S2C> extends Protocol<S2C> {
  readonly kind: "request";
  readonly effect?: Effect;
  readonly limit?: RateLimit;
  /** For `encodeRequest` below. */
  readonly encodeRequest: (w: Writer, request: { c2s: C2S }) => void;
}

/** The descriptor of a protocol that the gateway sends unasked. */
export interface PushProtocol<S2C> extends Protocol<S2C> {
  readonly kind: "push";
  readonly conflation?: Conflation;
}

/** A message as one writes it: repeated fields may be left out, here and in every message below. */
export type MessageInit<T> = T extends string | number | bigint | boolean | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly MessageInit<Item>[]
    : T extends object
      ? Flat<
          { readonly [K in keyof T as T[K] extends readonly unknown[] ? never : K]: MessageInit<T[K]> } & {
            readonly [K in keyof T as T[K] extends readonly unknown[] ? K : never]?: MessageInit<T[K]>;
          }
        >
      : T;

/** One object type of an intersection, for error messages that people can read. */
type Flat<T> = { [K in keyof T]: T[K] };

/**
 * Writes a request's body behind `reserve` bytes that are left to a frame header.
 * @throws {CodecError} `CODEC_MISSING_REQUIRED` or `CODEC_INVALID_VALUE` with the path of the field.
 */
export function encodeRequest<C2S>(
  protocol: RequestProtocol<C2S, unknown>,
  c2s: NoInfer<MessageInit<C2S>>,
  reserve = 0,
): Uint8Array {
  const writer = new Writer(reserve);
  // The encoder reads an absent list as an empty one.
  protocol.encodeRequest(writer, { c2s: c2s as C2S });
  return writer.finish();
}

/**
 * Reads a reply's or a push's body.
 * @throws {CodecError} `CODEC_MALFORMED` or `CODEC_MISSING_REQUIRED` with the path of the field.
 */
export function decodeResponse<S2C>(protocol: Pick<Protocol<S2C>, "decodeResponse">, body: Uint8Array): Response<S2C> {
  return protocol.decodeResponse(new Reader(body), body.length);
}

/**
 * The content of a successful reply. A gateway may leave it out, which means an empty one.
 * @throws {CodecError} `CODEC_MISSING_REQUIRED` when it is left out although it has required fields.
 */
export function contentOf<S2C>(protocol: Pick<Protocol<S2C>, "decodeS2C">, response: Response<S2C>): S2C {
  return response.s2c ?? protocol.decodeS2C(new Reader(new Uint8Array(0)), 0);
}

/** Both directions of one message. */
export interface MessageCodec {
  // biome-ignore lint/suspicious/noExplicitAny: the registry holds messages of every type
  readonly encode: (w: Writer, message: any) => void;
  readonly decode: (r: Reader, end: number) => object;
}

/** One protocol of the registry, with the codecs of the gateway's side. */
export interface ProtocolCodec {
  readonly protocol: RequestProtocol<never, unknown> | PushProtocol<unknown>;
  /** Absent for pushes. */
  readonly decodeRequest?: (r: Reader, end: number) => { c2s?: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: the registry holds messages of every type
  readonly encodeResponse: (w: Writer, response: any) => void;
}
