import type { ClockName } from "../measure/clock.ts";
import type { Spread } from "../measure/statistics.ts";

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
