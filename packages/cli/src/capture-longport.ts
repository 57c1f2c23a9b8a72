import { CodecError, TickwireError, toJson } from "@tickwire/codec";
import { commands, decodeBody, decodeErrorBody, decodePacket, gunzip, PacketStatus } from "@tickwire/codec/longport";
import type { Content, OnFrame, Problem } from "./capture.ts";
import { rawMessage } from "./errors.ts";

/** Packets, one behind the other. */
export async function readLongPort(bytes: Uint8Array, onFrame: OnFrame): Promise<Problem[]> {
  for (let offset = 0; offset < bytes.length; ) {
    const packet = bytes.subarray(offset, offset + packetLength(bytes.subarray(offset)));
    try {
      await onFrame({ offset, bytes: packet.length, framing: "longport", ...(await longPortMessage(packet)) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return [{ offset, problem: rawMessage(error) }];
    }
    offset += packet.length;
  }
  return [];
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
    return { ...head, problem: rawMessage(error) };
  }
}
