import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { corpus, DEFAULT_SEED } from "../corpus/index.ts";
import { CLOCKS, type ClockName } from "../measure/clock.ts";
import { calibrate, keep, type Task, task, turn } from "../measure/rounds.ts";
import { median, ratios, spread } from "../measure/statistics.ts";
import { loadOurs } from "../ours.ts";
import { generatePeers } from "../peers/generate.ts";
import { Schema } from "../schema/reference.ts";
import { compileCpp } from "./compile.ts";
import { cppCorpus } from "./program.ts";
import type { CppResults } from "./types.ts";

export interface CppOptions {
  readonly quick: boolean;
  readonly clock: ClockName;
  readonly seed?: number | undefined;
  readonly rounds?: number | undefined;
  readonly items?: readonly string[] | undefined;
  readonly ours?: string | undefined;
}

/** Decodes the corpus with ours and with C++ by turns. */
export async function benchCpp(options: CppOptions): Promise<CppResults> {
  const { seed = DEFAULT_SEED, quick } = options;
  const items = corpus(seed);
  const messages = items.map(({ message }) => message);
  const schema = new Schema(messages);
  await generatePeers(schema, messages);
  const { path, ...tools } = compileCpp(items);

  const samples = items.map(({ message, samples }) => samples.map((sample) => schema.encode(message, sample)));
  const corpusFile = join(dirname(path), "corpus.bin");
  writeFileSync(corpusFile, cppCorpus(samples));

  const ours = await loadOurs("tickwire", options.ours);
  const tasks: Task[] = [];
  for (const [index, { id, message }] of items.entries()) {
    const { decode } = ours.codec(message);
    keep(samples[index]!.map(decode));
    tasks.push(await task(id, decode, samples[index]!));
  }

  const rounds = options.rounds ?? (quick ? 9 : 21);
  const turnMs = quick ? 10 : 20;
  const clock = CLOCKS[options.clock];
  for (const one of tasks) calibrate(one, quick ? 100 : 250, clock);

  await using cpp = await startCpp(path, corpusFile, options.clock);
  const results: CppResults["items"][number][] = [];
  for (const [index, { id, title }] of items.entries()) {
    if (!(options.items?.includes(id) ?? true)) continue;
    const one = tasks[index]!;
    const ourIterations = calibrate(one, turnMs, clock);
    const theirIterations = await cpp.calibrate(index, turnMs);
    const oursRounds: number[] = [];
    const cppRounds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // The one that is second in one round is first in the next.
      const steps = [
        () => oursRounds.push(turn(one, ourIterations, clock)),
        async () => cppRounds.push((theirIterations * 1000) / (await cpp.run(index, theirIterations))),
      ];
      if (round % 2 === 1) steps.reverse();
      for (const step of steps) await step();
    }
    results.push({
      id,
      title,
      oursPerSecond: median(oursRounds),
      cppPerSecond: median(cppRounds),
      ratio: spread(ratios(oursRounds, cppRounds)),
    });
  }
  return { seed, rounds, turnMs, clock: options.clock, ...tools, items: results };
}

/** The running C++ program. */
async function startCpp(path: string, corpusFile: string, clock: ClockName) {
  const child = spawn(path, [corpusFile], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child, "spawn");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  /** Parses so often and gives the milliseconds that it took. */
  const run = async (item: number, iterations: number): Promise<number> => {
    child.stdin.write(`${item} ${iterations}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the C++ program ended");
    const [wall, cpu] = value.split(" ").map(Number);
    return (clock === "cpu" ? cpu! : wall!) * 1000;
  };
  return {
    run,
    calibrate: async (item: number, turnMs: number): Promise<number> => {
      for (let iterations = 1; ; iterations *= 2) {
        const took = await run(item, iterations);
        if (took >= turnMs) return Math.max(1, Math.round((iterations * turnMs) / took));
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
