// One process of the comparison with C++: takes turns with the C++ program and sends what each round gave.
import { corpus } from "../corpus/index.ts";
import { answer } from "../measure/child.ts";
import { CLOCKS } from "../measure/clock.ts";
import { calibrate, keep, type Task, task, turn } from "../measure/rounds.ts";
import { loadOurs } from "../ours.ts";
import { Schema } from "../schema/reference.ts";
import { startCpp } from "./running.ts";
import type { CppOrder, RawCppItem } from "./types.ts";

await answer(async (order: CppOrder): Promise<RawCppItem[]> => {
  const { program, corpusFile, rounds, turnMs, warmUpMs } = order;
  const clock = CLOCKS[order.clock];
  const items = corpus(order.seed);
  const schema = new Schema(items.map(({ message }) => message));
  const ours = await loadOurs("tickwire", order.ours);
  const tasks: Task[] = [];
  for (const { id, message, samples } of items) {
    const { decode } = ours.codec(message);
    const bytes = samples.map((sample) => schema.encode(message, sample));
    keep(bytes.map(decode));
    tasks.push(await task(id, decode, bytes));
  }
  for (const one of tasks) calibrate(one, warmUpMs, clock);

  await using cpp = await startCpp(program, corpusFile, order.clock);
  const results: RawCppItem[] = [];
  for (const [index, { id, title }] of items.entries()) {
    if (!(order.items?.includes(id) ?? true)) continue;
    const one = tasks[index]!;
    const ourIterations = calibrate(one, turnMs, clock);
    const theirIterations = await cpp.calibrate(index, turnMs);
    const oursPerSecond: number[] = [];
    const cppPerSecond: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // The one that is second in one round is first in the next.
      const steps = [
        () => oursPerSecond.push(turn(one, ourIterations, clock)),
        async () => cppPerSecond.push((theirIterations * 1000) / (await cpp.run(index, theirIterations))),
      ];
      if (round % 2 === 1) steps.reverse();
      for (const step of steps) await step();
    }
    results.push({ id, title, oursPerSecond, cppPerSecond });
  }
  return results;
});
