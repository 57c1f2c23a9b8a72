export * from "@tickwire/session";
export { connect, type WebClientOptions } from "./connect.ts";
export type { WebSocketLike, WebSocketLikeEvent } from "./web-socket-like.ts";
