import type { ClockName } from "../measure/clock.ts";
import type { Spread } from "../measure/statistics.ts";

export interface CodecOptions {
  readonly quick: boolean;
  readonly clock: ClockName;
  readonly seed?: number | undefined;
  /** Of each process. */
  readonly rounds?: number | undefined;
  /** How many processes do it, one after the other. */
  readonly processes?: number | undefined;
  /** The ids of the items to measure; all when absent. */
  readonly items?: readonly string[] | undefined;
  /** The names of the peers to measure; all when absent. */
  readonly peers?: readonly string[] | undefined;
  /** The folder of our built codec, when it is not the workspace's. */
  readonly ours?: string | undefined;
  /** Folders of built codecs that take part under their path, to compare two builds of ours. */
  readonly against?: readonly string[] | undefined;
}

/** What one process is told. */
export interface CodecOrder extends Omit<CodecOptions, "quick" | "processes"> {
  readonly rounds: number;
  readonly turnMs: number;
  readonly warmUpMs: number;
}

/** What one process found. */
export interface RawCodecResults extends Pick<CodecResults, "implementations"> {
  readonly items: readonly (Omit<ItemResults, Direction> & {
    readonly [direction in Direction]: readonly RawMeasured[];
  })[];
}

/** Runs per second of each round, or why it was not timed. */
export interface RawMeasured {
  readonly implementation: string;
  readonly perSecond?: readonly number[];
  readonly problem?: string;
}

export type Direction = "decode" | "encode";

/** How fast one implementation handled one kind of message. */
export interface Measured {
  readonly implementation: string;
  /** Median over the rounds; absent when it was not timed. */
  readonly perSecond?: number;
  /** Ours divided by it, of each round. */
  readonly ratio?: Spread;
  /** Why it was not timed. */
  readonly problem?: string;
}

export interface ItemResults {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  /** Of one message; the mean where there are several. */
  readonly bytes: number;
  readonly decode: readonly Measured[];
  readonly encode: readonly Measured[];
}

export interface CodecResults {
  readonly seed: number;
  readonly processes: number;
  /** Of all processes together. */
  readonly rounds: number;
  readonly turnMs: number;
  readonly clock: ClockName;
  readonly implementations: readonly {
    readonly name: string;
    readonly version: string;
    readonly does: { readonly decode: string; readonly encode: string };
  }[];
  readonly items: readonly ItemResults[];
}

/** The name of ours in the results. */
export const OURS = "tickwire";
/** The version of ours, and of other builds of ours. */
export const OUR_VERSION = "this repository";
/** The same objects without parsing. */
export const FLOOR = "allocation floor";
