import { groupsFromCsv, groupsFromJson, type SavedGroup, type SyncResult } from "@tickwire/watchlist";
import { Command } from "commander";
import { withBroker } from "../brokers.ts";
import type { Context } from "../context.ts";
import { type ExitCode, usage } from "../errors.ts";
import { nameOfInput, readInput, textOf } from "../input.ts";
import type { Host } from "../program.ts";
import { bring, exitCodeOfSync, jsonOf, type SyncFlags, show } from "./sync.ts";

interface ImportFlags extends Pick<SyncFlags, "yes" | "create" | "mirror"> {
  readonly group?: string;
}

export const importCommand = (host: Host): Command =>
  new Command("import")
    .description("bring groups that were saved into those of the same names")
    .argument("<file>", "JSON or CSV as `export` writes it, or a table with the columns group and symbol; - is stdin")
    .option("--yes", "do it; without it only the plan is shown")
    .option("--create", "make groups that are not there (LongPort)")
    .option("--mirror", "also remove what the file does not have, and set its order")
    .option("--group <name>", "only this one of the file")
    .action(host.act(loadGroups));

/** Brings saved groups to a broker, each as a sync of its own. */
export async function loadGroups(context: Context, flags: ImportFlags, file: string): Promise<ExitCode> {
  const { output, settings } = context;
  const text = textOf(await readInput(context.io, file));
  if (text.trim() === "") throw usage(`${nameOfInput(file)} is empty`, "give it what `tickwire export` writes");
  const saved = parse(text).filter(({ name }) => flags.group === undefined || name === flags.group);
  if (saved.length === 0)
    throw usage(
      [nameOfInput(file), "has no group", flags.group && JSON.stringify(flags.group)].filter(Boolean).join(" "),
    );
  return withBroker(context, settings.broker, async ({ watchlist }) => {
    const results: SyncResult[] = [];
    // Told only in the end, because it ends when nobody reads any more; but whatever happens.
    try {
      for (const { name: group, items } of saved) {
        const symbols = items.map(({ symbol }) => symbol);
        const result = await bring(context, flags, { symbols }, { watchlist, group });
        results.push(result);
        // What stopped one would stop the next ones too.
        if (result.stoppedBy !== undefined) break;
      }
    } finally {
      if (output.isJson) output.json(results.map((result) => jsonOf(flags, result)));
      else
        for (const [index, result] of results.entries()) {
          const { name: group } = saved[index] as SavedGroup;
          if (saved.length > 1) output.line(output.paint("bold", group));
          show(context, flags, { watchlist, group }, result);
        }
    }
    return exitCodeOfSync(flags, results);
  });
}

/** JSON begins with a brace, which no table does. */
const parse = (text: string): SavedGroup[] => (/^\s*\{/.test(text) ? groupsFromJson(text) : groupsFromCsv(text));
