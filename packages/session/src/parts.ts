// The parts that clients of other brokers are built from too.
export { type BackoffOptions, createBackoff } from "./backoff.ts";
export type { Clock, Timer } from "./clock.ts";
export { type Deferred, deferred } from "./deferred.ts";
export { addDispose, disposable } from "./dispose.ts";
export { type Listeners, listeners } from "./events.ts";
export { type Heard, type Liveness, startLiveness } from "./liveness.ts";
export type { ReconnectOptions, ReconnectSettings } from "./options.ts";
export { type Leave, type Pace, PaceRefusal, Pacer, type TurnOptions } from "./pacer.ts";
export {
  type BufferedStream,
  type Feed,
  type Overflow,
  pushStream,
  type StreamErrorCode,
} from "./push-stream.ts";
export { serialNumbers } from "./serial.ts";
export { systemClock } from "./system-clock.ts";
export type { WebSocketLike, WebSocketLikeEvent } from "./web-socket-like.ts";
