import {
  type ItemResult,
  type Plan,
  type Side,
  type Source,
  type SyncResult,
  sync as syncGroups,
} from "@tickwire/watchlist";
import { Command } from "commander";
import { groupName, openBroker, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import { ExitCode, shown } from "../errors.ts";
import type { Host } from "../program.ts";

export interface SyncFlags {
  readonly yes?: boolean;
  readonly create?: boolean;
  readonly mirror?: boolean;
}

export const sync = (host: Host): Command =>
  new Command("sync")
    .description("bring the securities of a group into another one, also of the other broker")
    .argument("<from>", "the group that is read, as futu:Tech")
    .argument("<to>", "the group that is changed, as longport:Tech")
    .option("--yes", "do it; without it only the plan is shown")
    .option("--create", "make the target when it is not there (LongPort)")
    .option("--mirror", "also remove what <from> does not have, and set its order")
    .action(host.act(syncTwo));

/** Shows what has to be done so that one group has what another has, and does it when it is told to. */
export async function syncTwo(context: Context, flags: SyncFlags, fromText: string, toText: string): Promise<ExitCode> {
  const from = groupName(context, fromText);
  const to = groupName(context, toText);
  return withBroker(context, from.broker, async (source) => {
    const same = from.broker === to.broker;
    const target = same ? source : await openBroker(context, to.broker);
    try {
      const side = { watchlist: source.watchlist, group: from.group };
      const into = { watchlist: target.watchlist, group: to.group };
      const result = await bring(context, flags, side, into);
      if (context.output.isJson) context.output.json(jsonOf(flags, result));
      else show(context, flags, into, result);
      return exitCodeOfSync(flags, [result]);
    } finally {
      if (!same) await target[Symbol.asyncDispose]();
    }
  });
}

/** One sync: only the plan, or with `--yes` all of it. */
export async function bring(context: Context, flags: SyncFlags, from: Source, to: Side): Promise<SyncResult> {
  const { signal, settings } = context;
  const work = syncGroups(from, to, {
    dryRun: flags.yes !== true,
    create: flags.create,
    mode: flags.mirror ? "mirror" : "add",
    timeoutMs: settings.timeoutMs,
    signal,
  });
  return during(context, `bringing securities into ${to.group}`, work);
}

/**
 * The exit code of syncs.
 * @throws {WatchlistError} What has stopped one.
 */
export function exitCodeOfSync(flags: SyncFlags, results: readonly SyncResult[]): ExitCode {
  for (const { stoppedBy } of results) if (stoppedBy !== undefined) throw stoppedBy;
  return flags.yes === true && results.some(({ isComplete }) => !isComplete) ? ExitCode.Failed : ExitCode.Ok;
}

/** A sync for programs. */
export const jsonOf = (flags: SyncFlags, { plan, items, isComplete, stoppedBy }: SyncResult): object => ({
  done: flags.yes === true,
  isComplete,
  plan,
  items: items.map(({ error, ...item }) => ({ ...item, ...(error && { error: shown(error) }) })),
  ...(stoppedBy && { stoppedBy: shown(stoppedBy) }),
});

/** A sync for people. */
export function show(context: Context, flags: SyncFlags, to: Side, result: SyncResult): void {
  if (flags.yes === true) showResult(context, to, result);
  else showPlan(context, to, result.plan);
}

function showPlan({ output }: Context, to: Side, plan: Plan): void {
  const { steps } = plan;
  if (steps.length === 0) output.line(`${to.group} has it all: nothing to do`);
  for (const { kind, symbols } of steps)
    output.line(kind === "create" ? `create ${to.group}` : `${kind} ${symbols.length}: ${symbols.join(" ")}`);
  showLeftOut(output, plan);
  if (steps.length > 0) output.note("nothing was changed; --yes does it");
}

function showLeftOut(output: Context["output"], { unsupported, kept }: Plan): void {
  for (const { why } of unsupported) output.line(`${output.paint("yellow", "left out")} ${why}`);
  if (kept.length > 0) output.line(`kept, because the other broker cannot have them: ${kept.join(" ")}`);
}

const styles = { done: "green", refused: "red", unknown: "yellow", "not-done": "dim" } as const;

function showResult({ output }: Context, to: Side, { plan, items, isComplete }: SyncResult): void {
  if (items.length > 0)
    output.table<ItemResult>(
      [
        { title: "symbol", text: ({ symbol }) => symbol },
        { title: "action", text: ({ action }) => action },
        { title: "result", text: ({ result }) => result, style: ({ result }) => styles[result] },
        { title: "", text: ({ error }) => (error === undefined ? "" : shown(error).message) },
      ],
      items,
    );
  showLeftOut(output, plan);
  output.note(isComplete ? `${to.group} is complete` : "not all is done; running it again does the rest");
}
