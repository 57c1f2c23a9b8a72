import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchClient, formatClient } from "./client/index.ts";
import { benchCodec } from "./codec/index.ts";
import { printCodec } from "./codec/print.ts";
import { benchCpp } from "./cpp/index.ts";
import { printCpp } from "./cpp/print.ts";
import type { Command, Options } from "./options.ts";
import { ROOT } from "./paths.ts";
import { changes, fellBehind, TOLERANCE } from "./results/check.ts";
import { performanceDocument } from "./results/document.ts";
import { newest, type Saved, save } from "./results/store.ts";
import { table } from "./results/table.ts";
import { benchSizes, formatSizes } from "./sizes/index.ts";

/** Runs a command and gives the exit code. */
export async function runCommand(options: Options): Promise<number> {
  return await commands[options.command](options);
}

const commands: Readonly<Record<Command, (options: Options) => Promise<number>>> = {
  codec: measuring("codec", benchCodec, printCodec),
  cpp: measuring("cpp", benchCpp, printCpp),
  client: measuring("client", benchClient, formatClient),
  sizes: measuring("sizes", benchSizes, formatSizes),
  check,
  docs: async () => {
    writeDocument();
    return 0;
  },
};

function measuring<T>(name: keyof Saved, bench: (options: Options) => Promise<T>, print: (results: T) => string) {
  return async (options: Options): Promise<number> => {
    const results = await bench(options);
    console.log(print(results));
    if (options.save) {
      console.log(`\nsaved in ${save(name, results)}`);
      writeDocument();
    }
    return 0;
  };
}

function writeDocument(): void {
  writeFileSync(join(ROOT, "docs/performance.md"), performanceDocument(newest()));
}

/** What looks lost is measured once more, with more rounds, before it counts as lost. */
async function check(options: Options): Promise<number> {
  const recorded = newest().codec?.results;
  if (recorded === undefined) {
    console.error("there are no results to compare with: npm run bench -- codec --save");
    return 2;
  }
  const { seed } = recorded;
  const first = changes(recorded, await benchCodec({ ...options, seed, quick: true }));
  const doubtful = [...new Set(first.filter(fellBehind).map(({ item }) => item))];
  const second =
    doubtful.length === 0
      ? []
      : changes(recorded, await benchCodec({ ...options, seed, quick: false, items: doubtful }));
  const final = first.map(
    (change) => second.find(({ item, direction }) => item === change.item && direction === change.direction) ?? change,
  );

  console.log(
    table(
      ["item", "ours against the peers, recorded = 1", ""],
      final.map((change) => [
        `${change.direction} ${change.item}`,
        change.factor.toFixed(2),
        fellBehind(change) ? "fell behind" : "",
      ]),
    ),
  );
  const lost = final.filter(fellBehind).length;
  if (lost > 0) console.error(`\n${lost} fell more than ${TOLERANCE * 100} % behind`);
  return lost > 0 ? 1 : 0;
}
