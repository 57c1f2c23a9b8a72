/** One way to read and write the messages. */
export interface Implementation {
  readonly name: string;
  readonly version: string;
  /** What is measured, in a few words. */
  readonly does: { readonly decode: string; readonly encode: string };
  codec(message: string): Codec;
}

export interface Codec {
  decode(bytes: Uint8Array): object;
  /** Writes what its own `decode` gave. */
  encode?(message: object): Uint8Array;
  /** Bytes that `encode` leaves in front for a frame header. */
  readonly reserved?: number;
}
