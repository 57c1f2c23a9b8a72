// The commands that change a group by one call of the watchlist.
import type { CallOptions, Watchlist } from "@tickwire/watchlist";
import { Command } from "commander";
import { groupName, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import type { Host } from "../program.ts";

const GROUP = "its name or id, with or without a broker in front";
const SYMBOLS = "such as 700.HK, AAPL.US, or in Futu's form futu:HK.00700";

export const add = (host: Host): Command =>
  new Command("add")
    .description("add securities to a group")
    .argument("<group>", GROUP)
    .argument("<symbol...>", SYMBOLS)
    .action(host.act(addItems));

export const remove = (host: Host): Command =>
  new Command("remove")
    .description("take securities out of a group")
    .argument("<group>", GROUP)
    .argument("<symbol...>", SYMBOLS)
    .option("--everywhere", "out of the whole watchlist, which Futu can")
    .action(host.act(removeItems));

export const create = (host: Host): Command =>
  new Command("create")
    .description("make an empty group (LongPort; OpenD has no such call)")
    .argument("<name>", "its name")
    .action(host.act(createGroup));

export const rename = (host: Host): Command =>
  new Command("rename")
    .description("give a group another name (LongPort; OpenD has no such call)")
    .argument("<group>", GROUP)
    .argument("<name>", "its new name")
    .action(host.act(renameGroup));

export const deleteGroup = (host: Host): Command =>
  new Command("delete")
    .description("delete a group; its securities stay on the watchlist (LongPort; OpenD has no such call)")
    .argument("<group>", GROUP)
    .action(host.act(dropGroup));

/** Adds to a group. */
export const addItems = (context: Context, _: unknown, group: string, symbols: readonly string[]): Promise<void> =>
  change(context, group, {
    call: (watchlist, name, options) => watchlist.add(name, symbols, options),
    done: (name) => `added ${symbols.join(", ")} to ${name}`,
  });

/** Takes out of a group. */
export const removeItems = (
  context: Context,
  { everywhere }: { readonly everywhere?: boolean },
  group: string,
  symbols: readonly string[],
): Promise<void> =>
  change(context, group, {
    call: (watchlist, name, options) => watchlist.remove(name, symbols, { ...options, everywhere }),
    done: (name) => `took ${symbols.join(", ")} out of ${everywhere ? "the whole watchlist" : name}`,
  });

/** Makes a group. */
export const createGroup = (context: Context, _: unknown, name: string): Promise<void> =>
  change(context, name, {
    call: (watchlist, group, options) => watchlist.create(group, options),
    done: (group) => `created ${group}`,
  });

/** Gives a group another name. */
export const renameGroup = (context: Context, _: unknown, group: string, to: string): Promise<void> =>
  change(context, group, {
    call: (watchlist, name, options) => watchlist.rename(name, to, options),
    done: (name) => `renamed ${name} to ${to}`,
  });

/** Deletes a group. */
export const dropGroup = (context: Context, _: unknown, group: string): Promise<void> =>
  change(context, group, {
    call: (watchlist, name, options) => watchlist.delete(name, options),
    done: (name) => `deleted ${name}`,
  });

interface Change {
  readonly call: (watchlist: Watchlist, group: string, options: CallOptions) => Promise<unknown>;
  readonly done: (group: string) => string;
}

/** Changes something, and says so in a line, or as `{ "done": true }` with what the call gave. */
async function change(context: Context, text: string, { call, done }: Change): Promise<void> {
  const { output, signal } = context;
  const { broker, group } = groupName(context, text);
  await withBroker(context, broker, async ({ watchlist }) => {
    const result = await during(context, `changing ${group}`, call(watchlist, group, { signal }));
    if (output.isJson) output.json({ done: true, broker, group, ...(result !== undefined && { result }) });
    else output.line(`${done(group)} (${broker})`);
  });
}
