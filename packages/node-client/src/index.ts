export * from "@tickwire/session";
export { connect, type NodeClientOptions } from "./connect.ts";
export { diagnosticsChannels } from "./diagnostics.ts";
