export * from "@tickwire/session";
export { connect, type WebClientOptions } from "./connect.ts";
