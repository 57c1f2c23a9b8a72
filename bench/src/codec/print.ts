import { describePlan } from "../measure/plan.ts";
import { geometricMean } from "../measure/statistics.ts";
import { table } from "../results/table.ts";
import { bestPeer } from "./best-peer.ts";
import { type CodecResults, type Direction, FLOOR, type Measured, OURS } from "./types.ts";

const DIRECTIONS: readonly Direction[] = ["decode", "encode"];

/** The results as tables for a terminal: ours divided by each of the others, median (lowest to highest round). */
export function printCodec(results: CodecResults): string {
  const others = results.implementations.map(({ name }) => name).filter((name) => name !== OURS);
  const sections = DIRECTIONS.map((direction) => {
    const names = direction === "decode" ? [...others, FLOOR] : others;
    const rows = results.items.map((item) => [
      item.id,
      String(item.bytes),
      perSecond(item[direction].find(({ implementation }) => implementation === OURS)),
      ...names.map((name) => ratioCell(item[direction].find(({ implementation }) => implementation === name))),
      bestPeer(results, item, direction)?.implementation ?? "",
    ]);
    return `${direction}: ours ÷ each\n${table(["item", "bytes", "ours/s", ...names, "best peer"], rows)}`;
  });
  return [
    `${describePlan(results)}, seed ${results.seed}`,
    ...sections,
    ...problemLines(results),
    summary(results),
  ].join("\n\n");
}

/** What was not timed, one line for each implementation and reason. */
export function problemLines(results: CodecResults): string[] {
  const itemsOf = new Map<string, string[]>();
  for (const direction of DIRECTIONS)
    for (const item of results.items)
      for (const { implementation, problem } of item[direction]) {
        if (problem === undefined) continue;
        // The path of the field differs by item.
        const reason = `${implementation} ${direction}: ${problem.replace(/(: )[^:]+: required, but missing/, "$1a required field is missing").replace(/\] \w+\.\w+/, "]")}`;
        itemsOf.set(reason, [...(itemsOf.get(reason) ?? []), item.id]);
      }
  return [...itemsOf].map(([reason, items]) => `not timed: ${reason} (${items.join(", ")})`);
}

function summary(results: CodecResults): string {
  const best = results.items.flatMap((item) => {
    const peer = item.id === "set" ? undefined : bestPeer(results, item, "decode");
    return peer === undefined ? [] : [peer.ratio!.median];
  });
  if (best.length === 0) return "";
  return `decode ÷ best peer of each item: geometric mean ${format(geometricMean(best))}, lowest ${format(Math.min(...best))}`;
}

const format = (value: number) => (value >= 10 ? value.toFixed(1) : value.toFixed(2));
const perSecond = (measured: Measured | undefined) =>
  measured?.perSecond === undefined ? "-" : Math.round(measured.perSecond).toLocaleString("en");

function ratioCell(measured: Measured | undefined): string {
  if (measured?.ratio === undefined) return "-";
  const { min, median, max } = measured.ratio;
  return `${format(median)} (${format(min)}..${format(max)})`;
}
