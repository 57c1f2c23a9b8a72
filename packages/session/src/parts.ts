// The parts that clients of other brokers are built from too.
export type { Clock, Timer } from "./clock.ts";
export { addDispose, disposable } from "./dispose.ts";
export { type Leave, type Pace, PaceRefusal, Pacer, type TurnOptions } from "./pacer.ts";
export { systemClock } from "./system-clock.ts";
