export { messages, protocols } from "./gen/opend/registry.ts";
export type { MessageCodec, ProtocolCodec } from "./opend/protocol.ts";
