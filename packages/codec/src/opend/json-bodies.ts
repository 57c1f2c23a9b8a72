/**
 * Bodies as JSON text in place of protobuf: OpenD's protoFmtType 1. `jsonBodies` of `@tickwire/codec/json` is the one that
 * there is; it has a table of the whole schema, so that who does not ask for it does not get it.
 */
export interface JsonBodies {
  /** A protobuf body as JSON; undefined when the schema has no such protocol. */
  encode(protoId: number, side: "request" | "response", body: Uint8Array): Uint8Array | undefined;
  /**
   * A JSON body as protobuf, which then is read as any other.
   * @throws {CodecError} `CODEC_MALFORMED` or `CODEC_INVALID_VALUE`, with the path of the field where there is one.
   */
  decode(protoId: number, side: "request" | "response", json: Uint8Array): Uint8Array;
}
