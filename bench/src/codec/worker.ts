// One process of the codec's benchmark: times everything and sends what each round gave.
import { corpus, DEFAULT_SEED, type Item, manySecurities } from "../corpus/index.ts";
import type { Implementation } from "../implementation.ts";
import { answer } from "../measure/child.ts";
import { CLOCKS } from "../measure/clock.ts";
import { calibrate, keep, measure, type Task, task } from "../measure/rounds.ts";
import { loadOurs } from "../ours.ts";
import { importGenerated, member } from "../peers/generated.ts";
import { loadPeers } from "../peers/index.ts";
import { flatName } from "../schema/flat.ts";
import { Schema } from "../schema/reference.ts";
import { checkFitness, type Fitness } from "./check.ts";
import { type CodecOrder, FLOOR, OURS, type RawCodecResults, type RawMeasured } from "./types.ts";

/** An item with all that is timed for it. */
interface Prepared {
  readonly item: Item;
  readonly bytes: readonly Uint8Array[];
  readonly decode: readonly Task[];
  readonly encode: readonly Task[];
  readonly problems: { readonly decode: RawMeasured[]; readonly encode: RawMeasured[] };
}

await answer(async (order: CodecOrder): Promise<RawCodecResults> => {
  const { seed = DEFAULT_SEED, warmUpMs, ...turns } = order;
  const items = [...corpus(seed), manySecurities(seed)].filter(({ id }) => order.items?.includes(id) ?? true);
  const schema = new Schema(items.map(({ message }) => message));

  const ours = await loadOurs(OURS, order.ours);
  const others = await Promise.all((order.against ?? []).map((folder) => loadOurs(folder, folder)));
  const peers = (await loadPeers(schema)).filter(
    ({ name }) => order.peers?.some((peer) => name.includes(peer)) ?? true,
  );
  const implementations = [ours, ...others, ...peers];

  const prepared: Prepared[] = [];
  for (const item of items) prepared.push(await prepare(item, implementations, schema));

  const settings = { ...turns, clock: CLOCKS[order.clock] };
  // Everything runs before anything is timed: code that several messages share has then seen all of them.
  for (const { decode, encode } of prepared)
    for (const one of [...decode, ...encode]) calibrate(one, warmUpMs, settings.clock);

  const timed = (tasks: readonly Task[]): RawMeasured[] =>
    [...measure(tasks, settings)].map(([implementation, perSecond]) => ({ implementation, perSecond }));
  return {
    implementations: implementations.map(({ name, version, does }) => ({ name, version, does })),
    items: prepared.map(({ item, bytes, decode, encode, problems }) => ({
      id: item.id,
      title: item.title,
      message: item.message,
      bytes: Math.round(bytes.reduce((sum, { length }) => sum + length, 0) / bytes.length),
      decode: [...timed(decode), ...problems.decode],
      encode: [...timed(encode), ...problems.encode],
    })),
  };
});

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
