import type { Random } from "../../../packages/codec/src/testing/random.ts";

/** What a peer sends: the chunks in which it arrives. A message that comes whole is one chunk. */
export type Input = readonly Uint8Array[];

/** Something that takes bytes from others. */
export interface Target {
  readonly name: string;
  /** Its share of the inputs. */
  readonly weight: number;
  make(random: Random): Input;
  /**
   * What became of the input: `accepted`, or why it was refused. Throws, or rejects, when something else came of it than
   * a value or a typed error.
   */
  run(input: Input): string | Promise<string>;
}

export const ACCEPTED = "accepted";

/** Throws with `problem` unless it is so. */
export function must(isSo: boolean, problem: string): asserts isSo {
  if (!isSo) throw new Error(problem);
}
