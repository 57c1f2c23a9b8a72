import { setImmediate as nextTurn } from "node:timers/promises";
import { toHex } from "../../../packages/codec/src/testing/bytes.ts";
import { Random } from "../../../packages/codec/src/testing/random.ts";
import { frameTargets, replyTargets, requestTarget } from "./codec-targets.ts";
import { clientTarget, fakeTarget, longPortTarget } from "./peer-targets.ts";
import type { Input, Target } from "./target.ts";
import { record } from "./traffic.ts";

/** All that is fuzzed. */
export async function allTargets(): Promise<readonly Target[]> {
  const traffic = { tcp: await record("tcp"), ws: await record("ws") };
  const both = [traffic.tcp, traffic.ws];
  return [
    ...frameTargets(traffic),
    ...replyTargets(),
    requestTarget(),
    ...both.map(fakeTarget),
    ...both.map(clientTarget),
    await longPortTarget(),
  ];
}

/** One input. It depends on nothing but the seed and its number. */
export interface Case {
  readonly target: Target;
  readonly number: number;
  readonly seed: number;
  readonly input: Input;
}

export function caseOf(targets: readonly Target[], seed: number, number: number): Case {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const target = pickByWeight(targets, random);
  return { target, number, seed, input: target.make(random) };
}

function pickByWeight(targets: readonly Target[], random: Random): Target {
  let at = (random.next() / 2 ** 32) * targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const target of targets) {
    at -= target.weight;
    if (at < 0) return target;
  }
  throw new Error("there are no targets");
}

/** For people, and to be kept in a test: the chunks in hex. */
export const described = ({ target, number, seed, input }: Case): string =>
  `${target.name}, input ${number} of seed ${seed}: ${input.map(toHex).join(" ") || "(nothing)"}`;

/** What became of the inputs of one target. */
export interface Tally {
  inputs: number;
  /** By verdict: `accepted`, or the code of a refusal. */
  readonly verdicts: Record<string, number>;
  slowestMs: number;
}

export interface Plan {
  readonly seed: number;
  /** The number of the first input. Default 0. */
  readonly first?: number;
  readonly inputs: number;
  /** Called before each input; false ends the run. */
  readonly goOn?: (number: number) => boolean;
}

/**
 * Runs the inputs and counts what became of them.
 * @throws {Error} The first that is neither taken nor refused in the right way: `described`, with what happened as its cause.
 */
export async function fuzz(
  targets: readonly Target[],
  { seed, first = 0, inputs, goOn = () => true }: Plan,
): Promise<Map<string, Tally>> {
  const tallies = new Map(
    targets.map(({ name }): [string, Tally] => [name, { inputs: 0, verdicts: {}, slowestMs: 0 }]),
  );
  for (let number = first; number < first + inputs && goOn(number); number++) {
    const one = caseOf(targets, seed, number);
    const tally = tallies.get(one.target.name)!;
    const start = performance.now();
    try {
      const result = one.target.run(one.input);
      const verdict = typeof result === "string" ? result : await result;
      // A rejection that nobody handles is told at the end of a turn.
      if (verdict !== result) await nextTurn();
      tally.verdicts[verdict] = (tally.verdicts[verdict] ?? 0) + 1;
    } catch (cause) {
      throw new Error(described(one), { cause });
    }
    tally.inputs += 1;
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start);
  }
  return tallies;
}
