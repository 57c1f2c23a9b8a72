import { Command } from "commander";
import { type Broker, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import type { Host } from "../program.ts";

export const groups = (host: Host): Command =>
  new Command("groups").description("list the groups of the watchlist").action(host.act(listGroups));

/** Lists the groups of a broker. */
export async function listGroups(context: Context): Promise<void> {
  const { output, settings, signal } = context;
  await withBroker(context, settings.broker, async ({ watchlist }: Broker) => {
    const all = await during(context, "reading the groups", watchlist.groups({ signal }));
    if (output.isJson) return output.json(all);
    output.table(
      [
        { title: "group", text: ({ name }) => name },
        // Of Futu the id is the name, but for those that another one of that name hides.
        { title: "id", text: ({ id, name }) => (id === name ? "" : id), style: () => "dim" },
        { title: "", text: noteOf, style: () => "dim" },
      ],
      all,
    );
  });
}

const noteOf = ({ isReadOnly, isShadowed }: { isReadOnly: boolean; isShadowed: boolean }): string =>
  isShadowed ? "hidden by the first group of its name: rename one in the app" : isReadOnly ? "read only" : "";
