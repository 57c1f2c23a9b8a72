import { corpus, DEFAULT_SEED } from "../corpus/index.ts";
import { inChild } from "../measure/child.ts";
import { plan } from "../measure/plan.ts";
import { median, ratios, spread } from "../measure/statistics.ts";
import { generatePeers } from "../peers/generate.ts";
import { Schema } from "../schema/reference.ts";
import {
  type CodecOptions,
  type CodecOrder,
  type CodecResults,
  type Measured,
  OURS,
  type RawCodecResults,
  type RawMeasured,
} from "./types.ts";

/** Measures ours and the peers on the corpus. */
export async function benchCodec(options: CodecOptions): Promise<CodecResults> {
  const { seed = DEFAULT_SEED, clock } = options;
  const messages = corpus(seed).map(({ message }) => message);
  await generatePeers(new Schema(messages), messages);

  const { processes, ...turns } = plan(options);
  const order: CodecOrder = { ...options, ...turns, seed };
  const runs: RawCodecResults[] = [];
  for (let run = 0; run < processes; run++) runs.push(await inChild<RawCodecResults>("../codec/worker.ts", order));

  const [first] = runs as [RawCodecResults];
  return {
    seed,
    processes,
    rounds: turns.rounds * processes,
    turnMs: turns.turnMs,
    clock,
    implementations: first.implementations,
    items: first.items.map((item, index) => ({
      ...item,
      decode: merge(runs.map(({ items }) => items[index]!.decode)),
      encode: merge(runs.map(({ items }) => items[index]!.encode)),
    })),
  };
}

/** Joins the rounds of all processes; a ratio stays within its round. */
function merge(runs: readonly (readonly RawMeasured[])[]): Measured[] {
  const roundsOf = (name: string) =>
    runs.flatMap((run) => run.find(({ implementation }) => implementation === name)?.perSecond ?? []);
  const ours = roundsOf(OURS);
  return runs[0]!.map(({ implementation, problem }) => {
    if (problem !== undefined) return { implementation, problem };
    const rounds = roundsOf(implementation);
    return { implementation, perSecond: median(rounds), ratio: spread(ratios(ours, rounds)) };
  });
}
