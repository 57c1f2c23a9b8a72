import type { CodecError, MessageInit, RequestProtocol } from "@tickwire/codec";

/** A message that came from OpenD, of either dialect. */
export interface Incoming {
  readonly protoId: number;
  /** Undefined when it cannot be the number of a request of ours. */
  readonly serialNo: number | undefined;
  readonly body: Uint8Array;
  /** The body cannot be trusted: its checksum is wrong. */
  readonly damage?: CodecError;
  /** WebSocket only: 0, or the relay's own trouble; then there may be no body. */
  readonly error?: number;
  /** The relay's text for it. */
  readonly errorText?: string;
}

/** Asks something during the handshake. */
export type Ask = <C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, c2s: NoInfer<MessageInit<C2S>>) => Promise<S2C>;

/** What OpenD tells in the handshake. */
export interface Hello {
  /** This connection's id, which trade requests repeat. */
  readonly connId: bigint;
  /** TCP only: OpenD's version, major * 100 + minor. */
  readonly serverVersion?: number;
  /** TCP only: the account's user id. */
  readonly loginUserId?: bigint;
  /** TCP only: how often OpenD wants to hear from us, in milliseconds. */
  readonly keepAliveMs?: number;
}

/** What a heartbeat asks. */
export interface Heartbeat {
  readonly protocol: RequestProtocol<never, unknown>;
  /** Makes the frame, without its header. */
  readonly encode: () => Uint8Array;
}

/** How one dialect frames and greets: all that differs between TCP and WebSocket. One object serves one connection. */
export interface Wire {
  /** Bytes that `frame` wants in front of the body. */
  readonly headerBytes: number;
  /** Completes a frame in place; `bytes` has `headerBytes` spare ones in front. */
  frame(bytes: Uint8Array, protoId: number, serialNo: number): Uint8Array;
  /**
   * Takes what the link received.
   * @throws {CodecError} when the stream cannot be read on; the connection is of no more use.
   */
  receive(bytes: Uint8Array, onMessage: (message: Incoming) => void): void;
  /** The handshake. */
  greet(ask: Ask): Promise<Hello>;
  /** A small question that makes the peer send something, whatever its state. */
  heartbeat(unixMs: number): Heartbeat;
  /** What to check when the handshake fails without a word from OpenD. */
  readonly greetingHint: string;
}

/** Makes the wire of a new connection. */
export type WireFactory = (options: { readonly clientId: string; readonly maxBodyBytes: number }) => Wire;
