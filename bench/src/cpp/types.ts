import type { ClockName } from "../measure/clock.ts";
import type { Spread } from "../measure/statistics.ts";

export interface CppOptions {
  readonly quick: boolean;
  readonly clock: ClockName;
  readonly seed?: number | undefined;
  readonly rounds?: number | undefined;
  readonly processes?: number | undefined;
  readonly items?: readonly string[] | undefined;
  readonly ours?: string | undefined;
}

/** What one process is told. */
export interface CppOrder extends Omit<CppOptions, "quick" | "processes"> {
  readonly seed: number;
  readonly rounds: number;
  readonly turnMs: number;
  readonly warmUpMs: number;
  readonly program: string;
  readonly corpusFile: string;
}

/** What one process found: runs per second of each round. */
export interface RawCppItem {
  readonly id: string;
  readonly title: string;
  readonly oursPerSecond: readonly number[];
  readonly cppPerSecond: readonly number[];
}

export interface CppResults {
  readonly seed: number;
  readonly processes: number;
  /** Of all processes together. */
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
