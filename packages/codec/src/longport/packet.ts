// The packets of LongPort's sockets, version 1. One WebSocket binary message is one packet. All integers are big-endian.
//
//   packet   = request | response | push
//   request  = first command:u8 request-id:u32 timeout:u16 length:u24 body [trailer]      11 bytes before the body
//   response = first command:u8 request-id:u32 status:u8   length:u24 body [trailer]      10 bytes
//   push     = first command:u8                            length:u24 body [trailer]       5 bytes
//   trailer  = nonce:8 bytes  signature:16 bytes           where the verify bit is set
//
//   first, from the lowest bit: 4 bits type (1 request, 2 response, 3 push), 1 bit verify, 1 bit gzip, 2 bits 0
//
// `timeout` is in milliseconds. `length` counts the body as it travels, compressed or not, without the trailer. Packets of
// version 2, which have metadata before the body, and the stream of packets over TCP are not handled here.
import { CodecError } from "../errors.ts";

/** The longest body that the three bytes of its length can tell, in bytes. */
export const MAX_PACKET_BODY_BYTES = 0xff_ffff;

/** What the status of a response says; a server may send others. With any but `Success` the body is a `ControlError`. */
export const PacketStatus = {
  Success: 0,
  ServerTimeout: 1,
  ClientTimeout: 2,
  BadRequest: 3,
  BadResponse: 4,
  Unauthenticated: 5,
  /** Also sent, with code 403, where the account has too many connections. */
  PermissionDenied: 6,
  ServerInternalError: 7,
  ClientInternalError: 8,
} as const;
export type PacketStatus = (typeof PacketStatus)[keyof typeof PacketStatus] | (number & {});

/** What stands behind the body where the verify bit is set. No known peer sets it or checks it; neither does Tickwire. */
export interface PacketVerification {
  /** 8 bytes. */
  readonly nonce: Uint8Array;
  /** 16 bytes. */
  readonly signature: Uint8Array;
}

interface PacketBase {
  /** Number of the command, 0 to 255. */
  readonly command: number;
  /** As it travels: compressed when `isGzip` is set, see `gunzip`. */
  readonly body: Uint8Array;
  /** Whether the body is compressed. */
  readonly isGzip: boolean;
  readonly verification?: PacketVerification | undefined;
}

/** A question, of either side. */
export interface RequestPacket extends PacketBase {
  readonly type: "request";
  /** Number of the request on its connection, an unsigned 32-bit integer. */
  readonly requestId: number;
  /** How long the asker waits, in milliseconds, at most 65,535. The documentation allows 60,000; 0 says nothing. */
  readonly timeoutMs: number;
}

/** The answer to it. */
export interface ResponsePacket extends PacketBase {
  readonly type: "response";
  /** That of the request. */
  readonly requestId: number;
  readonly status: PacketStatus;
}

/** What the server sends unasked. */
export interface PushPacket extends PacketBase {
  readonly type: "push";
}

/** A packet of any type. */
export type Packet = RequestPacket | ResponsePacket | PushPacket;

/** A packet to write: not compressed unless it says so. */
export type PacketInit = Init<RequestPacket> | Init<ResponsePacket> | Init<PushPacket>;
type Init<P extends Packet> = Omit<P, "isGzip"> & Partial<Pick<P, "isGzip">>;

const types = { request: 1, response: 2, push: 3 } as const;
const headerBytes = { request: 11, response: 10, push: 5 } as const;
const TYPE_BITS = 0x0f;
const VERIFY_BIT = 0x10;
const GZIP_BIT = 0x20;
const RESERVED_BITS = 0xc0;
const NONCE_BYTES = 8;
const SIGNATURE_BYTES = 16;

/**
 * Writes a packet, of either side. The body is taken as it is: one that is to travel compressed has to be so already.
 * @throws {CodecError} `CODEC_INVALID_VALUE` for a number or a length that the packet has no room for.
 */
export function encodePacket(packet: PacketInit): Uint8Array {
  const { type, command, body, verification } = packet;
  const bodyBytes = within("body.length", body.length, MAX_PACKET_BODY_BYTES);
  const header = headerBytes[type];
  const end = header + bodyBytes;
  const bytes = new Uint8Array(verification === undefined ? end : end + NONCE_BYTES + SIGNATURE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = types[type] | (verification === undefined ? 0 : VERIFY_BIT) | (packet.isGzip === true ? GZIP_BIT : 0);
  bytes[1] = within("command", command, 0xff);
  if (packet.type !== "push") view.setUint32(2, within("requestId", packet.requestId, 0xffff_ffff));
  if (packet.type === "request") view.setUint16(6, within("timeoutMs", packet.timeoutMs, 0xffff));
  if (packet.type === "response") bytes[6] = within("status", packet.status, 0xff);
  bytes[header - 3] = bodyBytes >>> 16;
  view.setUint16(header - 2, bodyBytes & 0xffff);
  bytes.set(body, header);
  if (verification !== undefined) {
    bytes.set(exactly("verification.nonce", verification.nonce, NONCE_BYTES), end);
    bytes.set(exactly("verification.signature", verification.signature, SIGNATURE_BYTES), end + NONCE_BYTES);
  }
  return bytes;
}

function within(field: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new CodecError(
      "CODEC_INVALID_VALUE",
      `a packet's ${field} must be an integer from 0 to ${max}, got ${value}`,
      [field],
    );
  return value;
}

function exactly(field: string, bytes: Uint8Array, expected: number): Uint8Array {
  if (bytes.length !== expected)
    throw new CodecError(
      "CODEC_INVALID_VALUE",
      `a packet's ${field} must have ${expected} bytes, got ${bytes.length}`,
      [field],
    );
  return bytes;
}

/**
 * Reads one WebSocket message, which must be one packet and nothing else. The body, nonce and signature are views of
 * `bytes`. `maxBodyBytes` caps the body as it travels.
 * @throws {CodecError} `CODEC_MALFORMED`, `CODEC_FRAME_TRUNCATED` or `CODEC_FRAME_TOO_LARGE`.
 */
export function decodePacket(bytes: Uint8Array, maxBodyBytes: number = MAX_PACKET_BODY_BYTES): Packet {
  const first = bytes[0];
  if (first === undefined) throw truncated(0, "its first byte");
  const type = typeOf(first);
  const header = headerBytes[type];
  if (bytes.length < header) throw truncated(bytes.length, `the header of a ${type}, which takes ${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const bodyBytes = (view.getUint8(header - 3) << 16) | view.getUint16(header - 2);
  if (bodyBytes > maxBodyBytes)
    throw new CodecError(
      "CODEC_FRAME_TOO_LARGE",
      `a packet with a body of ${bodyBytes} bytes, the cap is ${maxBodyBytes}; if that is right, raise the cap`,
    );
  const end = header + bodyBytes;
  const isVerified = (first & VERIFY_BIT) !== 0;
  const length = isVerified ? end + NONCE_BYTES + SIGNATURE_BYTES : end;
  if (bytes.length < length) throw truncated(bytes.length, `a ${type} that tells ${length}`);
  if (bytes.length > length)
    throw malformed(`a packet of ${length} bytes in a message of ${bytes.length}; one message holds one packet`);

  const command = view.getUint8(1);
  const body = bytes.subarray(header, end);
  const isGzip = (first & GZIP_BIT) !== 0;
  const nonceEnd = end + NONCE_BYTES;
  const verification = isVerified
    ? { nonce: bytes.subarray(end, nonceEnd), signature: bytes.subarray(nonceEnd) }
    : undefined;
  if (type === "push") return { type, command, body, isGzip, verification };
  const requestId = view.getUint32(2);
  if (type === "response") return { type, command, requestId, status: view.getUint8(6), body, isGzip, verification };
  return { type, command, requestId, timeoutMs: view.getUint16(6), body, isGzip, verification };
}

function typeOf(first: number): Packet["type"] {
  if ((first & RESERVED_BITS) !== 0)
    throw malformed(`a packet whose first byte is 0x${first.toString(16)}: its two highest bits must be 0`);
  switch (first & TYPE_BITS) {
    case types.request:
      return "request";
    case types.response:
      return "response";
    case types.push:
      return "push";
    default:
      throw malformed(`a packet of type ${first & TYPE_BITS}; 1 (request), 2 (response) and 3 (push) exist`);
  }
}

const malformed = (problem: string): CodecError => new CodecError("CODEC_MALFORMED", problem);

const truncated = (length: number, what: string): CodecError =>
  new CodecError("CODEC_FRAME_TRUNCATED", `a WebSocket message of ${length} bytes is too short for ${what}`);
