// Makes streams and messages of the peer's that are nearly right.
import { protocols } from "@tickwire/codec/registry";
import {
  type Dialect,
  sha1,
  TCP_HEADER_BYTES,
  WS_REPLY_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
  writeTcpHeader,
} from "@tickwire/session";
import { concat, cutAt } from "../../../packages/codec/src/testing/bytes.ts";
import { damage, mutate } from "../../../packages/codec/src/testing/mutate.ts";
import type { Random } from "../../../packages/codec/src/testing/random.ts";
import { loadVendor } from "../../../packages/codec/src/testing/schema.ts";

const schema = loadVendor();

/** The message of that full name, for `mutate`. */
export const typeOf = (name: string): Parameters<typeof mutate>[2] => schema.lookupType(name);

/** The full name of what travels of a protocol in that direction. */
export function messageOf(
  { name, flat }: { readonly name: string; readonly flat?: boolean },
  from: Direction["from"],
): string {
  if (flat === true) return `SkillWrapAPI.${name}${from === "client" ? "Req" : "Rsp"}`;
  return `${name}.${from === "client" ? "Request" : "Response"}`;
}

/** Which way frames travel: it decides their headers and the messages in them. */
export interface Direction {
  readonly dialect: Dialect;
  readonly from: "client" | "gateway";
}

/** Lengths at which something may change its mind. */
const lengths = [0, 1, 43, 44, 65_491, 65_492, 65_536, 100_000, 100_001, 33_554_432, 33_554_433, 2 ** 31, 2 ** 32 - 1];

/** One to four frames, most of them damaged. */
export function damagedFrames(frames: readonly Uint8Array[], direction: Direction, random: Random): Uint8Array[] {
  return Array.from({ length: 1 + random.below(4) }, () => {
    const frame = random.pick(frames);
    switch (random.below(8)) {
      case 0:
        return frame;
      case 1:
        return damage(frame, random);
      case 2:
        return withHeader(frame, direction, random);
      case 3: {
        const other = random.pick(frames);
        return concat(frame.subarray(0, random.below(frame.length)), other.subarray(random.below(other.length)));
      }
      case 4:
        return concat(frame, frame);
      default:
        return withBody(frame, direction, random);
    }
  });
}

/** Anything at all, one time in two behind a right sign. */
export function anyBytes(dialect: Dialect, random: Random): Uint8Array {
  const bytes = random.bytes(random.below(random.pick([8, 60, 300])));
  if (random.once(2))
    bytes.set(new TextEncoder().encode(dialect === "tcp" ? "FT" : "ft-v1.0").subarray(0, bytes.length));
  return bytes;
}

/** The stream in chunks of any size: whole, by single bytes, or cut at some places. */
export function chunked(stream: Uint8Array, random: Random): Uint8Array[] {
  if (random.once(4)) return [stream];
  if (random.once(16)) return Array.from(stream, (byte) => Uint8Array.of(byte));
  return cutAt(
    stream,
    Array.from({ length: 1 + random.below(8) }, () => random.below(stream.length + 1)),
  );
}

function headerBytesOf({ dialect, from }: Direction): number {
  if (dialect === "tcp") return TCP_HEADER_BYTES;
  return from === "client" ? WS_REQUEST_HEADER_BYTES : WS_REPLY_HEADER_BYTES;
}

const protoIdOf = (frame: Uint8Array, dialect: Dialect): number => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  return dialect === "tcp" ? view.getUint32(2, true) : view.getUint32(8);
};

/** A frame with a damaged body; on TCP most often with the length and the checksum of the new one. */
function withBody(frame: Uint8Array, direction: Direction, random: Random): Uint8Array {
  const { dialect, from } = direction;
  const headerBytes = headerBytesOf(direction);
  const protoId = protoIdOf(frame, dialect);
  const protocol = protocols.get(protoId)?.protocol;
  const before = frame.subarray(headerBytes);
  // The relay's own messages are not in the schema.
  const body =
    protocol === undefined ? damage(before, random) : mutate(before, random, typeOf(messageOf(protocol, from)));
  const whole = concat(frame.subarray(0, headerBytes), body);
  if (dialect === "ws" || random.once(8)) return whole;
  const serialNo = new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
  return writeTcpHeader(whole, { protoId, serialNo }, sha1);
}

/** A frame with another number in its header. */
function withHeader(frame: Uint8Array, direction: Direction, random: Random): Uint8Array {
  const changed = frame.slice();
  const view = new DataView(changed.buffer);
  const isTcp = direction.dialect === "tcp";
  const number = random.once(3) ? random.next() : random.pick([0, 1, 2, 3, 1004, 3005, 3213]);
  switch (random.below(4)) {
    case 0:
      view.setUint32(isTcp ? 2 : 8, random.once(2) ? random.pick([...protocols.keys()]) : number, isTcp);
      break;
    case 1:
      if (isTcp) view.setUint32(8, number, true);
      else view.setBigUint64(12, BigInt(number) << BigInt(random.pick([0, 32])));
      break;
    case 2:
      if (isTcp) view.setUint8(random.pick([6, 7]), number);
      else if (direction.from === "gateway") view.setInt32(20, number | 0);
      break;
    default:
      if (isTcp) view.setUint32(12, random.pick(lengths), true);
      else if (direction.from === "gateway") changed.set(random.bytes(20), 24);
  }
  return changed;
}
