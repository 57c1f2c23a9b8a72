export * from "./gen/longport.ts";
export {
  type CommandCodec,
  decodeBody,
  decodeErrorBody,
  encodeBody,
  encodeErrorBody,
  type NoContent,
  type Proto3Init,
  type PushCommand,
  type RequestCommand,
} from "./longport/command.ts";
export * from "./longport/commands.ts";
export { gunzip } from "./longport/gunzip.ts";
export {
  decodePacket,
  encodePacket,
  MAX_PACKET_BODY_BYTES,
  type Packet,
  type PacketInit,
  PacketStatus,
  type PacketVerification,
  type PushPacket,
  type RequestPacket,
  type ResponsePacket,
} from "./longport/packet.ts";
export { commands } from "./longport/registry.ts";
