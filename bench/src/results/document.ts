import { formatNumber, formatSpread } from "../client/goals.ts";
import { problemLines } from "../codec/print.ts";
import { type CodecResults, type Direction, FLOOR, OURS } from "../codec/types.ts";
import { describePlan } from "../measure/plan.ts";
import { TOLERANCE } from "./check.ts";
import { goalLines } from "./goals.ts";
import type { Machine } from "./machine.ts";
import { markdownTable } from "./markdown.ts";
import type { Saved, Section } from "./store.ts";

/** The text of docs/performance.md. */
export function performanceDocument(saved: Saved): string {
  const { codec, cpp, client, sizes } = saved;
  const parts = [
    INTRODUCTION,
    "## Goals",
    markdownTable(
      ["what", "goal", "measured", "reached", "command"],
      goalLines(saved).map(({ title, goal, measured, reached, command }) => [
        title,
        goal,
        measured,
        reached === undefined ? "" : reached ? "yes" : "**no**",
        `\`${command}\``,
      ]),
    ),
    ...(codec === undefined ? [] : codecPart(codec)),
    ...(cpp === undefined ? [] : cppPart(cpp)),
    ...(client === undefined ? [] : clientPart(client)),
    ...(sizes === undefined ? [] : sizesPart(sizes)),
  ];
  return `${parts.join("\n\n")}\n`;
}

const INTRODUCTION = `# Performance

Written by \`npm run bench -- docs\` from the newest files in \`bench/results\`; do not edit.

All numbers that matter here are ratios: ours divided by another implementation, both measured in the same process by turns
of some milliseconds, so that what else the machine does disturbs both. A ratio is computed within each round; the tables
give the median and, in brackets, the lowest and highest round. Above 1 our speed is higher; times and CPU should be below.
Absolute numbers depend on the machine. To measure on yours:

\`\`\`sh
npm run bench                  # the codec against its peers
npm run bench -- cpp           # against C++; says what to install
npm run bench -- client        # our clients against the vendor's
npm run bench -- sizes         # bundles, imports, types
npm run bench -- --help        # options: --quick, --save, --items, --peers, ...
npm run bench:check            # did we fall behind the recorded ratios?
\`\`\`

\`bench:check\` compares a quick run with the newest file: for each item, the geometric mean over the peers of fresh ratio ÷
recorded ratio. Below ${(1 - TOLERANCE).toFixed(2)} it measures once more, longer, and then fails.`;

const where = ({ date, machine }: { readonly date: string; readonly machine: Machine }): string =>
  `Measured on ${date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}.`;

function codecPart(section: Section<CodecResults>): string[] {
  const { results } = section;
  return [
    "## The codec and its peers",
    `${where(section)} ${describePlan(results)}. The messages are made up by a seeded generator ` +
      `(seed ${results.seed}) after what the gateway sends; everyone gets the same bytes. Before an implementation is timed, what it ` +
      "decodes is compared field by field, and what it encodes is read by our decoder; what fails is not timed.",
    markdownTable(
      ["item", "message", "bytes"],
      results.items.map(({ id, title, bytes }) => [id, title, bytes.toLocaleString("en-US")]),
    ),
    "### Decode: ours ÷ each",
    ratioTable(results, "decode"),
    "The allocation floor builds the same objects from ones that are decoded already: every object, list, number and bigint " +
      "is new, texts are shared. No decoder can reach 1.",
    "### Encode: ours ÷ each",
    ratioTable(results, "encode"),
    "### What each does",
    markdownTable(
      ["implementation", "version", "decode", "encode"],
      results.implementations.map(({ name, version, does }) => [name, version, does.decode, does.encode]),
    ),
    ...problemLines(results)
      .map((problem) => `- ${problem}`)
      .join("\n")
      .split("\n\n"),
  ].filter((part) => part !== "");
}

function ratioTable(results: CodecResults, direction: Direction): string {
  const names = [...results.implementations.map(({ name }) => name), ...(direction === "decode" ? [FLOOR] : [])];
  return markdownTable(
    ["item", "ours per second", ...names.filter((name) => name !== OURS)],
    results.items.map((item) => {
      const of = (name: string) => item[direction].find(({ implementation }) => implementation === name);
      const others = names.filter((name) => name !== OURS).map((name) => of(name)?.ratio);
      const cells = others.map((ratio) => (ratio === undefined ? "-" : formatSpread(ratio)));
      return [item.id, formatNumber(of(OURS)?.perSecond ?? 0), ...cells];
    }),
  );
}

function cppPart(section: NonNullable<Saved["cpp"]>): string[] {
  const { compiler, protobuf, flags, items } = section.results;
  return [
    "## The codec and C++",
    `${where(section)} ${protobuf}, ${compiler}, ${flags}; ${describePlan(section.results)}. The C++ program ` +
      "parses the same bytes into a fresh message on the heap, in turns with ours.",
    markdownTable(
      ["item", "message", "ours per second", "C++ per second", "ours ÷ C++"],
      items.map(({ id, title, oursPerSecond, cppPerSecond, ratio }) => [
        id,
        title,
        formatNumber(oursPerSecond),
        formatNumber(cppPerSecond),
        formatSpread(ratio),
      ]),
    ),
  ];
}

function clientPart(section: NonNullable<Saved["client"]>): string[] {
  const { rounds, startRounds, rows, notes } = section.results;
  return [
    "## The clients and the vendor's",
    `${where(section)} ${rounds} rounds, ${startRounds} of the start times. One server in a process of its own serves all ` +
      "clients; each client has its own process.",
    markdownTable(
      ["ours ÷ futu-api", "ratio", "ours", "futu-api", "unit"],
      rows.map(({ title, ratio, ours, theirs, unit }) => [
        title,
        formatSpread(ratio),
        formatSpread(ours),
        formatSpread(theirs),
        unit,
      ]),
    ),
    notes.map((note) => `- ${note}`).join("\n"),
  ];
}

function sizesPart(section: NonNullable<Saved["sizes"]>): string[] {
  const { bundles, skipped, imports, types } = section.results;
  return [
    "## Sizes and start",
    where(section),
    markdownTable(
      ["browser bundle", "by", "minified, bytes", "gzip, bytes", "other protocols in it"],
      bundles.map(({ title, bundler, minBytes, gzipBytes, foreign }) => [
        title,
        bundler,
        formatNumber(minBytes),
        formatNumber(gzipBytes),
        foreign === undefined ? "" : foreign.join(" ") || "none",
      ]),
    ),
    skipped.map(({ title, bundler, reason }) => `- left out: ${title} by ${bundler}: ${reason}`).join("\n"),
    markdownTable(
      ["import in Node", "ms"],
      imports.map(({ entry, ms }) => [`\`${entry}\``, formatSpread(ms)]),
    ),
    `A strict program that imports all ${types.entries.length} entries of codec, its libraries checked, compiles in ` +
      `${formatSpread(types.seconds)} s; an empty one in ${formatSpread(types.emptySeconds)} s.`,
  ].filter((part) => part !== "");
}
