import { formatGoal, formatNumber, type Goal, isReached } from "../client/goals.ts";
import { bestPeer } from "../codec/best-peer.ts";
import { type CodecResults, type Direction, FLOOR, type ItemResults } from "../codec/types.ts";
import { geometricMean } from "../measure/statistics.ts";
import type { Saved } from "./store.ts";

/** A line of the goal table. */
export interface GoalLine {
  readonly title: string;
  readonly goal: string;
  readonly measured: string;
  /** Absent when it was not measured. */
  readonly reached?: boolean;
  readonly command: string;
}

const line = (command: string, title: string, goal: Goal, value: number, unit = ""): GoalLine => ({
  title,
  goal: `${formatGoal(goal)}${unit}`,
  measured: `${formatNumber(value)}${unit}`,
  reached: isReached(goal, value),
  command: `npm run bench -- ${command}`,
});

/** One line for several items, each of which must reach its goal. */
function itemsLine(
  command: string,
  title: string,
  goals: readonly (readonly [string, number, number | undefined])[],
): GoalLine {
  const limits = [...new Set(goals.map(([, limit]) => limit))];
  return {
    title,
    goal: limits
      .map((limit) => `${goals.flatMap(([id, other]) => (other === limit ? [id] : [])).join(" ")}: ≥ ${limit}`)
      .join("; "),
    measured: goals.map(([id, , value]) => `${id} ${value === undefined ? "-" : formatNumber(value)}`).join(", "),
    reached: goals.every(([, limit, value]) => value !== undefined && value >= limit),
    command: `npm run bench -- ${command}`,
  };
}

/** Every goal that the saved results say something about. */
export function goalLines({ codec, cpp, client, sizes }: Saved): GoalLine[] {
  return [
    ...(codec === undefined ? [] : codecLines(codec.results)),
    ...(cpp === undefined
      ? []
      : [
          itemsLine(
            "cpp",
            "decode ÷ libprotobuf in C++, heap",
            cpp.results.items.map(({ id, ratio }) => [id, 0.9, ratio.median]),
          ),
        ]),
    ...(client?.results.rows ?? []).map(({ title, goal, ratio }) =>
      line("client", `${title}, ÷ futu-api`, goal, ratio.median),
    ),
    ...(client?.results.skipped ?? []).map(({ title, reason }) => ({
      title: `${title}, ÷ futu-api`,
      goal: "",
      measured: `not measured: ${reason}`,
      command: "npm run bench -- client",
    })),
    ...(sizes?.results.goals ?? []).map(({ title, goal, measured, unit }) =>
      line("sizes", title, goal, measured, ` ${unit}`),
    ),
  ];
}

function codecLines(results: CodecResults): GoalLine[] {
  const items = results.items.filter(({ id }) => id !== "set");
  const set = results.items.find(({ id }) => id === "set");
  const best = items.flatMap((item) => bestPeer(results, item, "decode")?.ratio?.median ?? []);
  const floors: readonly (readonly [string, number, number | undefined])[] = items.map((item) => [
    item.id,
    "ab".includes(item.id) ? 0.45 : 0.6,
    ratioTo(item, "decode", FLOOR),
  ]);
  const many = set && ratioTo(set, "decode", "ts-proto");
  return [
    line("codec", "decode ÷ best peer of each item, geometric mean", { atLeast: 2.4 }, geometricMean(best)),
    line("codec", "decode ÷ best peer, lowest item", { atLeast: 1.6 }, Math.min(...best)),
    ...(many === undefined
      ? []
      : [line("codec", "decode ÷ ts-proto, 20,000 different securities", { atLeast: 2.4 }, many)]),
    itemsLine("codec", "decode ÷ allocation floor", floors),
    itemsLine(
      "codec",
      "encode into the frame buffer ÷ ts-proto",
      items.map((item) => [item.id, item.id === "g" ? 40 : 4, ratioTo(item, "encode", "ts-proto")]),
    ),
  ];
}

const ratioTo = (item: ItemResults, direction: Direction, implementation: string): number | undefined =>
  item[direction].find((measured) => measured.implementation === implementation)?.ratio?.median;
