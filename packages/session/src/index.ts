export * from "@tickwire/codec";
export type { SubscribeTo } from "./arguments.ts";
export type { Seams } from "./attempt.ts";
export type { Client, ClientCounters, ClientEvents, ClientStatus } from "./client.ts";
export type { Clock, Timer } from "./clock.ts";
export { connectSession } from "./connect.ts";
export type { CallbackOptions, PushSubscription } from "./delivery.ts";
export { OpenDError, type OpenDErrorCode, type OpenDErrorInit, type ServerReason } from "./errors.ts";
export { type GatewayState, type GatewayWatch, watchGateway } from "./gateway.ts";
export type { Interceptor, Next, RequestCall } from "./interceptors.ts";
export { type CallDefaults, type CallOptions, type ClientOptions, defaults, type ReconnectOptions } from "./options.ts";
export type {
  BufferedStream,
  DeliveryEvents,
  Overflow,
  PushStream,
  SilenceOptions,
  StreamOptions,
} from "./push-stream.ts";
export { createPacer, type RequestPacer } from "./request-pacer.ts";
export type { SessionState } from "./session.ts";
export type { Resubscribed, SubscriptionUnit } from "./subscriptions.ts";
export type { TcpEncryption } from "./tcp-encryption.ts";
export type { ConnectionChange, Failure, PushReceived, RequestEnd, RequestStart, Telemetry } from "./telemetry.ts";
export type { Dialect, Link, LinkEvents, Transport } from "./transport.ts";
export type { Heartbeat, Hello, WireFactory } from "./wire.ts";
export { type TcpWireOptions, tcpWire } from "./wire-tcp.ts";
export { wsWire } from "./wire-ws.ts";
