import { toJson } from "./json.ts";
import { decodeResponse, encodeMessage } from "./opend/envelope.ts";
import type { JsonBodies } from "./opend/json-bodies.ts";
import { readMessage, writeMessage } from "./opend/json-message.ts";
import { bodyMessage } from "./opend/json-table.ts";
import type { PushProtocol, RequestProtocol, Response } from "./opend/protocol.ts";
import { malformed } from "./wire/checks.ts";
import { Reader } from "./wire/reader.ts";

export type { JsonBodies } from "./opend/json-bodies.ts";

/** Bodies in the gateway's JSON, in the form that `toJson` tells, for every protocol of the schema. */
export const jsonBodies: JsonBodies = {
  encode(protoId, side, body) {
    const message = bodyMessage(protoId, side);
    if (message === undefined) return undefined;
    return new TextEncoder().encode(JSON.stringify(toJson(readMessage(new Reader(body), body.length, message))));
  },
  decode: (protoId, side, json) => protobufOf(protoId, side, parse(new TextDecoder().decode(json))),
};

/**
 * A reply or push from its JSON, as `toJson` gives it or `JSON.parse`: checked as one from the wire is. `JSON.parse` rounds
 * 64-bit integers that are not texts; such a one is refused.
 * @throws {CodecError} `CODEC_INVALID_VALUE` or `CODEC_MISSING_REQUIRED` with the path of the field.
 */
export function fromJson<S2C>(
  protocol: Pick<RequestProtocol<never, S2C> | PushProtocol<S2C>, "id" | "name" | "decodeS2C" | "flat">,
  json: unknown,
): Response<S2C> {
  return decodeResponse(protocol, protobufOf(protocol.id, "response", json));
}

function protobufOf(protoId: number, side: "request" | "response", json: unknown): Uint8Array {
  const message = bodyMessage(protoId, side);
  if (message === undefined) throw malformed(`the schema has no ${side} of protocol ${protoId}`);
  return encodeMessage((w) => writeMessage(w, message, json), undefined);
}

/** A string, which is to stay, or a number. A string may lack its end, or each quote in it would be tried as a begin. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON whose integers of more than 15 digits stay texts, because a double does not hold them. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(TOKENS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)));
  } catch {
    // The parser's message would repeat some of the text.
    throw malformed("the body is not JSON");
  }
}
