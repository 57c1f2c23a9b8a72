import { corpus, DEFAULT_SEED, type Item, manySecurities } from "../corpus/index.ts";
import type { Implementation } from "../implementation.ts";
import { CLOCKS, type ClockName } from "../measure/clock.ts";
import { calibrate, keep, measure, type Task, task } from "../measure/rounds.ts";
import { median, ratios, spread } from "../measure/statistics.ts";
import { loadOurs } from "../ours.ts";
import { generatePeers } from "../peers/generate.ts";
import { importGenerated, member } from "../peers/generated.ts";
import { loadPeers } from "../peers/index.ts";
import { flatName } from "../schema/flat.ts";
import { Schema } from "../schema/reference.ts";
import { checkFitness, type Fitness } from "./check.ts";
import { type CodecResults, FLOOR, type ItemResults, type Measured, OURS } from "./types.ts";

export interface CodecOptions {
  readonly quick: boolean;
  readonly clock: ClockName;
  readonly seed?: number | undefined;
  readonly rounds?: number | undefined;
  /** The ids of the items to measure; all when absent. */
  readonly items?: readonly string[] | undefined;
  /** The names of the peers to measure; all when absent. */
  readonly peers?: readonly string[] | undefined;
  /** The folder of our built codec, when it is not the workspace's. */
  readonly ours?: string | undefined;
  /** Folders of built codecs that take part under their path, to compare two builds of ours. */
  readonly against?: readonly string[] | undefined;
}

/** An item with all that is timed for it. */
interface Prepared {
  readonly item: Item;
  readonly bytes: readonly Uint8Array[];
  readonly decode: readonly Task[];
  readonly encode: readonly Task[];
  readonly problems: { readonly decode: Measured[]; readonly encode: Measured[] };
}

/** Measures ours and the peers on the corpus. */
export async function benchCodec(options: CodecOptions): Promise<CodecResults> {
  const { seed = DEFAULT_SEED, quick } = options;
  const all = [...corpus(seed), manySecurities(seed)];
  const items = all.filter(({ id }) => options.items?.includes(id) ?? true);
  const messages = [...new Set(all.map(({ message }) => message))];
  const schema = new Schema(messages);
  await generatePeers(schema, messages);

  const ours = await loadOurs(OURS, options.ours);
  const others = await Promise.all((options.against ?? []).map((folder) => loadOurs(folder, folder)));
  const peers = (await loadPeers(schema)).filter(
    ({ name }) => options.peers?.some((peer) => name.includes(peer)) ?? true,
  );
  const implementations = [ours, ...others, ...peers];

  const prepared: Prepared[] = [];
  for (const item of items) prepared.push(await prepare(item, implementations, schema));

  const settings = {
    rounds: options.rounds ?? (quick ? 9 : 21),
    turnMs: quick ? 10 : 20,
    clock: CLOCKS[options.clock],
  };
  // Everything runs before anything is timed: code that several messages share has then seen all of them.
  for (const { decode, encode } of prepared)
    for (const one of [...decode, ...encode]) calibrate(one, quick ? 100 : 250, settings.clock);

  const results = prepared.map(
    ({ item, bytes, decode, encode, problems }): ItemResults => ({
      id: item.id,
      title: item.title,
      message: item.message,
      bytes: Math.round(bytes.reduce((sum, { length }) => sum + length, 0) / bytes.length),
      decode: [...summarise(measure(decode, settings)), ...problems.decode],
      encode: [...summarise(measure(encode, settings)), ...problems.encode],
    }),
  );
  return {
    seed,
    rounds: settings.rounds,
    turnMs: settings.turnMs,
    clock: options.clock,
    implementations: implementations.map(({ name, version, does }) => ({ name, version, does })),
    items: results,
  };
}

async function prepare(item: Item, implementations: readonly Implementation[], schema: Schema): Promise<Prepared> {
  const bytes = item.samples.map((sample) => schema.encode(item.message, sample));
  const decode: Task[] = [];
  const encode: Task[] = [];
  const problems: Prepared["problems"] = { decode: [], encode: [] };
  const judge = implementations[0]!.codec(item.message);
  for (const implementation of implementations) {
    const { name } = implementation;
    const { codec, decodeProblem, encodeProblem }: Fitness = checkFitness(implementation, judge, schema, item, bytes);
    if (decodeProblem !== undefined) problems.decode.push({ implementation: name, problem: decodeProblem });
    if (encodeProblem !== undefined) problems.encode.push({ implementation: name, problem: encodeProblem });
    if (codec === undefined) continue;
    const decoded = keep(bytes.map(codec.decode));
    decode.push(await task(name, codec.decode, bytes));
    if (codec.encode !== undefined && encodeProblem === undefined) encode.push(await task(name, codec.encode, decoded));
  }
  const build = member(await importGenerated("floor.js"), `build${flatName(item.message)}`) as (
    message: object,
  ) => object;
  decode.push(await task(FLOOR, build, bytes.map(judge.decode)));
  return { item, bytes, decode, encode, problems };
}

function summarise(perSecond: ReadonlyMap<string, readonly number[]>): Measured[] {
  const ours = perSecond.get(OURS)!;
  return [...perSecond].map(([implementation, rounds]) => ({
    implementation,
    perSecond: median(rounds),
    ratio: spread(ratios(ours, rounds)),
  }));
}
