import { writeFile } from "node:fs/promises";
import { exportGroups, groupsToCsv, groupsToJson } from "@tickwire/watchlist";
import { Command, Option } from "commander";
import { groupName, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import { CliError, fileReason, usage } from "../errors.ts";
import type { Host } from "../program.ts";

interface ExportFlags {
  readonly output?: string;
  readonly format?: "json" | "csv";
}

export const exportCommand = (host: Host): Command =>
  new Command("export")
    .description("save groups as JSON or CSV")
    .argument("[group...]", "which ones; without any, all that can be changed")
    .option("-o, --output <file>", "where to; without it, to stdout")
    .addOption(new Option("--format <format>", "json or csv; by the file's name unless said").choices(["json", "csv"]))
    .action(host.act(saveGroups));

/** Saves groups of one broker. */
export async function saveGroups(context: Context, flags: ExportFlags, names: readonly string[]): Promise<void> {
  const { output, signal, settings } = context;
  const groups = names.map((name) => groupName(context, name));
  const [broker = settings.broker, other] = new Set(groups.map((each) => each.broker));
  if (other !== undefined) throw usage("the groups are of several brokers", "export those of each by itself");
  await withBroker(context, broker, async ({ watchlist }) => {
    const ids = groups.length === 0 ? undefined : groups.map(({ group }) => group);
    const saved = await during(context, "reading the groups", exportGroups(watchlist, ids, { signal }));
    const format = flags.format ?? (flags.output?.endsWith(".csv") ? "csv" : "json");
    const text = format === "csv" ? groupsToCsv(saved) : groupsToJson(saved);
    if (flags.output === undefined) return context.io.out(text);
    await write(flags.output, text);
    const count = saved.reduce((sum, { items }) => sum + items.length, 0);
    if (output.isJson) output.json({ done: true, file: flags.output, groups: saved.length, securities: count });
    else output.line(`${flags.output}: ${saved.length} groups, ${count} securities`);
  });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CliError("CLI_FILE", `${file} cannot be written: ${fileReason(error)}`);
  }
}
