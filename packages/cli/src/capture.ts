import { readLongPort } from "./capture-longport.ts";
import { readTcp, readWs, WS_SIGN } from "./capture-opend.ts";
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

/** A frame without its place. */
export type Content = Omit<CapturedFrame, "offset" | "bytes" | "framing">;

/** What is wrong with the framing, and where, in bytes from the begin of the capture. */
export interface Problem {
  readonly offset: number;
  readonly problem: string;
}

/** Takes the frames as they are read, each when it is done with the one before, because a capture may hold millions. */
export type OnFrame = (frame: CapturedFrame) => Promise<void>;

/** Cuts captured bytes into frames, reads the messages in them, and gives what is wrong between them. */
export async function readCapture(bytes: Uint8Array, framing: Framing, onFrame: OnFrame): Promise<Problem[]> {
  if (framing === "tcp") return readTcp(bytes, onFrame);
  return framing === "ws" ? readWs(bytes, onFrame) : readLongPort(bytes, onFrame);
}

const ascii = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length));

/**
 * How bytes are framed, by the first of them.
 * @throws {CliError} `CLI_USAGE` for what is none of the three.
 */
export function framingOf(bytes: Uint8Array): Framing {
  const start = ascii(bytes, 0, WS_SIGN.length);
  if (bytes.length === 0)
    throw usage("there are no bytes to decode", "give hexadecimal digits or a file, or pipe one into it");
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
