import type { ControlError } from "../gen/longport/control.ts";
import { decodeError, encodeError } from "../gen/longport/control.wire.ts";
import { encodeMessage } from "../opend/envelope.ts";
import { type Decoder, decoder, Reader, type Writer } from "../wire/index.ts";

/** A proto3 message as one writes it: what is left out is empty, zero or absent, here and in every message below. */
export type Proto3Init<T> = T extends string | number | bigint | boolean
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Proto3Init<Item>[]
    : { readonly [K in keyof T]?: Proto3Init<T[K]> | undefined };

interface Command<Received> {
  /** Number in the packets' headers. A socket of another kind has other commands from 4 on. */
  readonly code: number;
  /** The vendor's name, for example `QuerySecurityQuote`. */
  readonly name: string;
  /** Reads the body of a response of status 0, or of a push; `decodeBody` calls it. */
  readonly decode: (r: Reader, end: number) => Received;
}

/** The descriptor of a command that the client asks and the server answers. */
export interface RequestCommand<Request, Response> extends Command<Response> {
  readonly kind: "request";
  /** Writes the body of a request; `encodeBody` calls it. (A method, so that it takes messages with fields left out.) */
  encode(w: Writer, request: Proto3Init<Request>): void;
}

/** The descriptor of a command that the server sends unasked. */
export interface PushCommand<Message> extends Command<Message> {
  readonly kind: "push";
}

/** The content of a request whose body is always empty. */
export type NoContent = Record<never, never>;
export const encodeNothing = (): void => undefined;
export const decodeNothing: Decoder<NoContent> = /* @__PURE__ */ decoder("(no content)", () => ({}));

/** One command with the codecs of the server's side. */
export interface CommandCodec {
  readonly command: RequestCommand<never, unknown> | PushCommand<unknown>;
  /** Reads the body of a request; absent for pushes. */
  readonly decode?: (r: Reader, end: number) => object;
  // biome-ignore lint/suspicious/noExplicitAny: the registry holds messages of every type
  encode(w: Writer, message: any): void;
}

/**
 * Writes the body of a request; with a `CommandCodec`, that of a response or push. The result is a view: its `buffer`
 * holds other messages too.
 * @throws {CodecError} `CODEC_INVALID_VALUE` with the path of the field.
 */
export const encodeBody = <T>(command: { encode(w: Writer, message: T): void }, message: NoInfer<T>): Uint8Array =>
  encodeMessage((w, content: T) => command.encode(w, content), message);

/**
 * Reads the body, unpacked, of a response of status 0 or of a push; with a `CommandCodec`, that of a request.
 * @throws {CodecError} `CODEC_MALFORMED` with the path of the field.
 */
export const decodeBody = <T>(command: { readonly decode: (r: Reader, end: number) => T }, body: Uint8Array): T =>
  command.decode(new Reader(body), body.length);

/**
 * Reads the body, unpacked, of a response whose status is not 0. It may be empty: then the code is 0.
 * @throws {CodecError} `CODEC_MALFORMED`.
 */
export const decodeErrorBody = (body: Uint8Array): ControlError => decodeError(new Reader(body), body.length);

/**
 * Writes the body of a response whose status is not 0: for servers.
 * @throws {CodecError} `CODEC_INVALID_VALUE` with the path of the field.
 */
export const encodeErrorBody = (error: Proto3Init<ControlError>): Uint8Array =>
  // The encoder leaves out what is absent.
  encodeMessage(encodeError, error as ControlError);
