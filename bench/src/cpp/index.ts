import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { corpus, DEFAULT_SEED } from "../corpus/index.ts";
import { inChild } from "../measure/child.ts";
import { plan } from "../measure/plan.ts";
import { median, ratios, spread } from "../measure/statistics.ts";
import { generatePeers } from "../peers/generate.ts";
import { Schema } from "../schema/reference.ts";
import { compileCpp } from "./compile.ts";
import { cppCorpus } from "./program.ts";
import type { CppOptions, CppOrder, CppResults, RawCppItem } from "./types.ts";

/** Decodes the corpus with ours and with C++ by turns. */
export async function benchCpp(options: CppOptions): Promise<CppResults> {
  const { seed = DEFAULT_SEED, clock, ours, items } = options;
  const all = corpus(seed);
  const messages = all.map(({ message }) => message);
  const schema = new Schema(messages);
  await generatePeers(schema, messages);
  const { path: program, ...tools } = compileCpp(all);
  const corpusFile = join(dirname(program), "corpus.bin");
  writeFileSync(
    corpusFile,
    cppCorpus(all.map(({ message, samples }) => samples.map((sample) => schema.encode(message, sample)))),
  );

  const { processes, ...turns } = plan(options);
  const order: CppOrder = { ...turns, seed, clock, ours, items, program, corpusFile };
  const runs: RawCppItem[][] = [];
  for (let run = 0; run < processes; run++) runs.push(await inChild<RawCppItem[]>("../cpp/worker.ts", order));

  return {
    seed,
    processes,
    rounds: turns.rounds * processes,
    turnMs: turns.turnMs,
    clock,
    ...tools,
    items: runs[0]!.map(({ id, title }, index) => {
      const oursRounds = runs.flatMap((run) => run[index]!.oursPerSecond);
      const cppRounds = runs.flatMap((run) => run[index]!.cppPerSecond);
      return {
        id,
        title,
        oursPerSecond: median(oursRounds),
        cppPerSecond: median(cppRounds),
        ratio: spread(ratios(oursRounds, cppRounds)),
      };
    }),
  };
}
