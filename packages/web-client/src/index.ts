export * from "@tickwire/session";
export type { WebSocketLike, WebSocketLikeEvent } from "@tickwire/session/parts";
export { connect, type WebClientOptions } from "./connect.ts";
