import type { ClockName } from "../measure/clock.ts";
import type { Spread } from "../measure/statistics.ts";

export interface CppResults {
  readonly seed: number;
  readonly rounds: number;
  readonly turnMs: number;
  readonly clock: ClockName;
  readonly compiler: string;
  readonly protobuf: string;
  readonly flags: string;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly oursPerSecond: number;
    readonly cppPerSecond: number;
    /** Ours divided by C++, of each round. */
    readonly ratio: Spread;
  }[];
}
