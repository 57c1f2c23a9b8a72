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
import type { Content, OnFrame, Problem } from "./capture.ts";
import { rawMessage } from "./errors.ts";

/** With which OpenD's WebSocket messages begin. */
export const WS_SIGN = "ft-v1.0";

/** Of so many bytes the frames are held at once. */
const CHUNK_BYTES = 2 ** 16;

/** The frames of a TCP stream, of one direction. */
export async function readTcp(bytes: Uint8Array, onFrame: OnFrame): Promise<Problem[]> {
  const decoder = new TcpDecoder();
  let offset = 0;
  let wrong: CodecError | undefined;
  for (let at = 0; at < bytes.length && wrong === undefined; at += CHUNK_BYTES) {
    const frames: TcpFrame[] = [];
    try {
      decoder.push(bytes.subarray(at, at + CHUNK_BYTES), (frame) => frames.push(frame));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      wrong = error;
    }
    for (const frame of frames) {
      const length = TCP_HEADER_BYTES + frame.body.length;
      await onFrame({ offset, bytes: length, framing: "tcp", ...tcpMessage(frame) });
      offset += length;
    }
  }
  if (wrong !== undefined) return [{ offset, problem: rawMessage(wrong) }];
  const { heldBytes } = decoder;
  if (heldBytes === 0) return [];
  return [{ offset, problem: `the capture ends inside of a frame, of which ${heldBytes} bytes are there` }];
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
export async function readWs(bytes: Uint8Array, onFrame: OnFrame): Promise<Problem[]> {
  // A character for each byte, so that places stay what they are.
  const text = new TextDecoder("latin1").decode(bytes);
  const starts = [...text.matchAll(/ft-v1\.0\0/g)].map(({ index }) => index);
  const problems: Problem[] = [];
  if (starts[0] !== 0) problems.push({ offset: 0, problem: `no message begins there, with "${WS_SIGN}" and a zero` });
  for (const [i, offset] of starts.entries()) {
    const message = bytes.subarray(offset, starts[i + 1] ?? bytes.length);
    try {
      await onFrame({ offset, bytes: message.length, framing: "ws", ...wsMessage(message) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      problems.push({ offset, problem: rawMessage(error) });
    }
  }
  return problems;
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
