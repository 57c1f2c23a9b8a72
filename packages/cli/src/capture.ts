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
  TickwireError,
  toJson,
} from "@tickwire/codec";
import { jsonBodies } from "@tickwire/codec/json";
import { commands, decodeBody, decodeErrorBody, decodePacket, gunzip, PacketStatus } from "@tickwire/codec/longport";
import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import { usage } from "./errors.ts";

/** How bytes are framed: OpenD's two forms, and LongPort's packets. */
export type Framing = "tcp" | "ws" | "longport";

/** One frame of a capture. */
export interface CapturedFrame {
  /** Where it begins in the capture, in bytes. */
  readonly offset: number;
  /** Its length, the header included. */
  readonly bytes: number;
  readonly framing: Framing;
  /** Protocol id, or command. */
  readonly id: number;
  /** Undefined where the schema does not have it. */
  readonly name: string | undefined;
  readonly kind: "request" | "reply" | "push" | undefined;
  /** Serial number; undefined for what has none. */
  readonly serialNo?: bigint | number | undefined;
  /** What else the header says, in words. */
  readonly notes: readonly string[];
  /** The message as JSON. */
  readonly message?: unknown;
  /** Why it cannot be read. */
  readonly problem?: string | undefined;
}

/** What a capture holds. */
export interface Capture {
  readonly framing: Framing;
  readonly frames: readonly CapturedFrame[];
  /** What is wrong with the framing, and where, in bytes from the begin of the capture. */
  readonly problems: ReadonlyArray<{ readonly offset: number; readonly problem: string }>;
}

/**
 * Cuts captured bytes into frames and reads the messages in them.
 * @param framing Default: by the first bytes.
 * @throws {CliError} `CLI_USAGE` for what is none of the three.
 */
export async function readCapture(bytes: Uint8Array, framing: Framing = framingOf(bytes)): Promise<Capture> {
  if (framing === "tcp") return readTcp(bytes);
  return framing === "ws" ? readWs(bytes) : readLongPort(bytes);
}

const WS_SIGN = "ft-v1.0";
const ascii = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length));

function framingOf(bytes: Uint8Array): Framing {
  const start = ascii(bytes, 0, WS_SIGN.length);
  if (bytes.length === 0) throw usage("there are no bytes to decode");
  if (start.startsWith("FT")) return "tcp";
  if (start === WS_SIGN) return "ws";
  const first = bytes[0] ?? 0;
  if (first >> 6 === 0 && (first & 15) >= 1 && (first & 15) <= 3) return "longport";
  const hint = /^(HTTP|GET|POST)/.test(start)
    ? "it is HTTP, perhaps the handshake of a WebSocket: give the messages that follow it"
    : first === 0x16 || first === 0x15
      ? "it is TLS: capture it where it is not encrypted"
      : first === 0x82 || first === 0x81
        ? "it may be a WebSocket's own frame: give the message inside of it"
        : 'OpenD\'s frames begin with "FT" (46 54) on TCP, and with "ft-v1.0" in WebSocket messages';
  throw usage("the first bytes are of none of the brokers", hint);
}

function readTcp(bytes: Uint8Array): Capture {
  const frames: CapturedFrame[] = [];
  const problems: Capture["problems"][number][] = [];
  const decoder = new TcpDecoder();
  let offset = 0;
  try {
    decoder.push(bytes, (frame) => {
      const length = TCP_HEADER_BYTES + frame.body.length;
      frames.push({ offset, bytes: length, framing: "tcp", ...tcpMessage(frame) });
      offset += length;
    });
  } catch (error) {
    problems.push({ offset, problem: plain(error) });
    return { framing: "tcp", frames, problems };
  }
  if (decoder.heldBytes > 0)
    problems.push({
      offset,
      problem: `the capture ends inside of a frame, of which ${decoder.heldBytes} bytes are there`,
    });
  return { framing: "tcp", frames, problems };
}

type Content = Omit<CapturedFrame, "offset" | "bytes" | "framing">;

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
  return { kind: undefined, problem: plain(first) };
}

function decodeSide(codec: ProtocolCodec, side: "request" | "response", body: Uint8Array): unknown {
  if (side === "request") return codec.decodeRequest?.(new Reader(body), body.length);
  return decodeResponse(codec.protocol, body);
}

/** Messages of a WebSocket have no length of their own: where the next sign stands the next one begins. */
function readWs(bytes: Uint8Array): Capture {
  const text = new TextDecoder("latin1").decode(bytes);
  const starts = [...text.matchAll(/ft-v1\.0\0/g)].map(({ index }) => index);
  const frames: CapturedFrame[] = [];
  const problems: Capture["problems"][number][] = [];
  for (const [i, offset] of starts.entries()) {
    const message = bytes.subarray(offset, starts[i + 1] ?? bytes.length);
    try {
      frames.push({ offset, bytes: message.length, framing: "ws", ...wsMessage(message) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      problems.push({ offset, problem: plain(error) });
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

async function readLongPort(bytes: Uint8Array): Promise<Capture> {
  const frames: CapturedFrame[] = [];
  const problems: Capture["problems"][number][] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const packet = bytes.subarray(offset, offset + packetLength(bytes.subarray(offset)));
    try {
      frames.push({ offset, bytes: packet.length, framing: "longport", ...(await longPortMessage(packet)) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      problems.push({ offset, problem: plain(error) });
      break;
    }
    offset += packet.length;
  }
  return { framing: "longport", frames, problems };
}

const LONGPORT_HEADER_BYTES: Readonly<Record<number, number>> = { 1: 11, 2: 10, 3: 5 };
const VERIFY_BIT = 0x10;
const VERIFICATION_BYTES = 24;

/** How long the packet is that begins there, as its header tells; all that is there where no header can be read. */
function packetLength(bytes: Uint8Array): number {
  const header = LONGPORT_HEADER_BYTES[(bytes[0] ?? 0) & 15];
  if (header === undefined || bytes.length < header) return bytes.length;
  const [a = 0, b = 0, c = 0] = bytes.subarray(header - 3, header);
  return header + ((a << 16) | (b << 8) | c) + ((bytes[0] ?? 0) & VERIFY_BIT ? VERIFICATION_BYTES : 0);
}

/** The longest body that is unpacked, in bytes. */
const MAX_UNPACKED_BYTES = 2 ** 25;

async function longPortMessage(bytes: Uint8Array): Promise<Content> {
  const packet = decodePacket(bytes);
  const { type, command: id } = packet;
  const codec = commands.get(id);
  const isRefusal = packet.type === "response" && packet.status !== PacketStatus.Success;
  const notes = [
    ...(packet.isGzip ? ["gzip"] : []),
    ...(packet.type === "response" ? [`status ${packet.status}`] : []),
  ];
  const head = {
    id,
    name: codec?.command.name,
    kind: type === "response" ? ("reply" as const) : type,
    serialNo: packet.type === "push" ? undefined : packet.requestId,
    notes,
  };
  try {
    const body = packet.isGzip ? await gunzip(packet.body, MAX_UNPACKED_BYTES) : packet.body;
    if (isRefusal) return { ...head, message: toJson(decodeErrorBody(body)) };
    if (codec === undefined) return { ...head, problem: `the schema has no command ${id}` };
    const decode = type === "request" ? (codec.decode ?? codec.command.decode) : codec.command.decode;
    return { ...head, message: toJson(decodeBody({ decode }, body)) };
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    return { ...head, problem: plain(error) };
  }
}

const plain = (error: unknown): string => (error as Error).message.replace(/^\[\w+\] /, "");
