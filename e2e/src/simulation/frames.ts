import { type Dialect, KeepAlive, readWsRequest, TCP_HEADER_BYTES } from "@tickwire/session";

/** Which message a frame carries: the protocol id and the serial number. */
export interface FrameName {
  readonly protoId: number;
  readonly serialNo: number;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Reads the header of a whole frame that is not damaged. Both kinds of WebSocket frames begin alike. */
export function nameOf(dialect: Dialect, bytes: Uint8Array): FrameName {
  if (dialect === "tcp") return { protoId: view(bytes).getUint32(2, true), serialNo: view(bytes).getUint32(8, true) };
  const { cmd, section } = readWsRequest(bytes);
  return { protoId: cmd, serialNo: Number(section) };
}

/** The relay's word that it has lost OpenD. */
export function relayLostOpenD(): Uint8Array {
  const bytes = new Uint8Array(44);
  bytes.set(new TextEncoder().encode("ft-v1.0"));
  view(bytes).setUint32(8, 2);
  return bytes;
}

/**
 * Ways in which a frame can be damaged so that its receiver can notice. `fatal` ends the stream, or loses its boundaries;
 * `body` costs one message; `id` makes a reply that nobody asked for.
 */
export const damages = {
  tcp: {
    body: (bytes: Uint8Array, luck: number) => {
      const bodyBytes = bytes.length - TCP_HEADER_BYTES;
      bytes[bodyBytes > 0 ? TCP_HEADER_BYTES + Math.floor(luck * bodyBytes) : 16]! ^= 0x01;
    },
    sha1: (bytes: Uint8Array) => {
      bytes[20]! ^= 0x01;
    },
    length: (bytes: Uint8Array) => view(bytes).setUint32(12, view(bytes).getUint32(12, true) + 3, true),
    size: (bytes: Uint8Array) => view(bytes).setUint32(12, 0x7fff_ffff, true),
    magic: (bytes: Uint8Array) => {
      bytes[0]! ^= 0x20;
    },
    id: (bytes: Uint8Array) => view(bytes).setUint32(2, KeepAlive.id + 50_000, true),
  },
  ws: {
    body: (bytes: Uint8Array) => {
      // A tag of no wire type that there is.
      bytes[44] = 0x07;
    },
    magic: (bytes: Uint8Array) => {
      bytes[0]! ^= 0x20;
    },
    id: (bytes: Uint8Array) => view(bytes).setUint32(8, KeepAlive.id + 50_000),
  },
} as const;

export type Damage = keyof typeof damages.tcp;

/** A damaged copy; the sender keeps its bytes. @param luck From 0 to below 1: where. */
export function damaged(dialect: Dialect, bytes: Uint8Array, damage: Damage, luck: number): Uint8Array {
  const copy = bytes.slice();
  (damages[dialect] as Partial<Record<Damage, (bytes: Uint8Array, luck: number) => void>>)[damage]?.(copy, luck);
  return copy;
}
