import { Command } from "commander";
import { groupName, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import type { Host } from "../program.ts";

export const list = (host: Host): Command =>
  new Command("list")
    .description("list the securities of a group")
    .argument("<group>", "its name or id; with a broker in front, as longport:Tech, one of that broker")
    .action(host.act(listItems));

/** Lists the securities of a group. */
export async function listItems(context: Context, _: unknown, text: string): Promise<void> {
  const { output, signal } = context;
  const { broker, group } = groupName(context, text);
  await withBroker(context, broker, async ({ watchlist }) => {
    const items = await during(context, `reading ${group}`, watchlist.items(group, { signal }));
    if (output.isJson) return output.json(items);
    if (items.length === 0) return output.note(`${group} is empty`);
    output.table(
      [
        { title: "symbol", text: ({ symbol }) => symbol },
        { title: "name", text: ({ name }) => name ?? "" },
        { title: broker, text: ({ nativeId }) => nativeId, style: () => "dim" },
      ],
      items,
    );
  });
}
