export { messages, protocols } from "./gen/registry.ts";
export type { MessageCodec, ProtocolCodec } from "./opend/protocol.ts";
export { contentShape, type FieldShape, type MessageShape } from "./opend/shape.ts";
