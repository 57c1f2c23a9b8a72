import {
  BodyFormat,
  CodecError,
  decodeResponse,
  hasSha1,
  Reader,
  readWsReply,
  readWsRequest,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  toJson,
} from "@tickwire/codec";
import { jsonBodies } from "@tickwire/codec/json";
import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import type { Capture, CapturedFrame, Content, Problem } from "./capture.ts";
import { rawMessage } from "./errors.ts";

/** With which OpenD's WebSocket messages begin. */
export const WS_SIGN = "ft-v1.0";

/** The frames of a TCP stream, of one direction. */
export function readTcp(bytes: Uint8Array): Capture {
  const frames: CapturedFrame[] = [];
  const problems: Problem[] = [];
  const decoder = new TcpDecoder();
  let offset = 0;
  try {
    decoder.push(bytes, (frame) => {
      const length = TCP_HEADER_BYTES + frame.body.length;
      frames.push({ offset, bytes: length, framing: "tcp", ...tcpMessage(frame) });
      offset += length;
    });
  } catch (error) {
    problems.push({ offset, problem: rawMessage(error) });
    return { framing: "tcp", frames, problems };
  }
  if (decoder.heldBytes > 0)
    problems.push({
      offset,
      problem: `the capture ends inside of a frame, of which ${decoder.heldBytes} bytes are there`,
    });
  return { framing: "tcp", frames, problems };
}

function tcpMessage(frame: TcpFrame): Content {
  const { protoId: id, serialNo, format, version } = frame;
  const isJson = format === BodyFormat.Json;
  const notes = [
    isJson ? "JSON" : format === BodyFormat.Protobuf ? "protobuf" : `format ${format}`,
    ...(version === 0 ? [] : [`version ${version}`]),
  ];
  const head = { id, name: protocols.get(id)?.protocol.name, serialNo };
  if (!hasSha1(frame, frame.body, sha1))
    return {
      ...head,
      kind: undefined,
      notes: [...notes, "SHA-1 differs"],
      problem: "the body's SHA-1 is not the header's: it is encrypted, or was damaged",
    };
  return { ...head, notes: [...notes, "SHA-1 right"], ...opendMessage(id, frame.body, isJson) };
}

/** A request begins with its content, a length-delimited field 1; a reply or push with its retType, a number. */
const REQUEST_TAG = 0x0a;

function opendMessage(id: number, body: Uint8Array, isJson: boolean): Pick<Content, "kind" | "message" | "problem"> {
  const codec = protocols.get(id);
  if (codec === undefined) return { kind: undefined, problem: `the schema has no protocol ${id}` };
  const isPush = codec.protocol.kind === "push";
  const sides: ("request" | "response")[] = isPush ? ["response"] : ["request", "response"];
  const looksLikeRequest = isJson
    ? /^\s*\{\s*"c2s"/.test(new TextDecoder().decode(body))
    : body[0] === REQUEST_TAG || body.length === 0;
  if (!looksLikeRequest) sides.reverse();
  let first: unknown;
  for (const side of sides) {
    try {
      const bytes = isJson ? jsonBodies.decode(id, side, body) : body;
      return {
        kind: side === "request" ? "request" : isPush ? "push" : "reply",
        message: toJson(decodeSide(codec, side, bytes)),
      };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      first ??= error;
    }
  }
  return { kind: undefined, problem: rawMessage(first) };
}

function decodeSide(codec: ProtocolCodec, side: "request" | "response", body: Uint8Array): unknown {
  if (side === "request") return codec.decodeRequest?.(new Reader(body), body.length);
  return decodeResponse(codec.protocol, body);
}

/** Messages of a WebSocket have no length of their own: where the next sign stands the next one begins. */
export function readWs(bytes: Uint8Array): Capture {
  // A character for each byte, so that places stay what they are.
  const text = new TextDecoder("latin1").decode(bytes);
  const starts = [...text.matchAll(/ft-v1\.0\0/g)].map(({ index }) => index);
  const frames: CapturedFrame[] = [];
  const problems: Problem[] = [];
  for (const [i, offset] of starts.entries()) {
    const message = bytes.subarray(offset, starts[i + 1] ?? bytes.length);
    try {
      frames.push({ offset, bytes: message.length, framing: "ws", ...wsMessage(message) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      problems.push({ offset, problem: rawMessage(error) });
    }
  }
  if (starts[0] !== 0)
    problems.unshift({ offset: 0, problem: `no message begins there, with "${WS_SIGN}" and a zero` });
  return { framing: "ws", frames, problems };
}

function wsMessage(bytes: Uint8Array): Content {
  const asRequest = readWsRequest(bytes);
  const head = { id: asRequest.cmd, name: protocols.get(asRequest.cmd)?.protocol.name, serialNo: asRequest.section };
  const asked = opendMessage(asRequest.cmd, asRequest.body, false);
  if (asked.kind === "request") return { ...head, notes: [], ...asked };
  const { error, errorText, body } = readWsReply(bytes);
  const notes = error === 0 ? [] : [`the relay's error ${error}${errorText === "" ? "" : `: ${errorText}`}`];
  if (error !== 0 && body.length === 0) return { ...head, kind: "reply", notes };
  return { ...head, notes, ...opendMessage(asRequest.cmd, body, false) };
}
