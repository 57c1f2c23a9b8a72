import { type Item, watchGroup } from "@tickwire/watchlist";
import { Command } from "commander";
import { type Broker, groupName, type Live, withBroker } from "../brokers.ts";
import { type Context, during } from "../context.ts";
import { shown } from "../errors.ts";
import type { Host } from "../program.ts";
import { type Board, jsonBoard, liveBoard, plainBoard } from "../quote-board.ts";

export const watch = (host: Host): Command =>
  new Command("watch")
    .description("live quotes of a group, until Ctrl-C")
    .argument("<group>", "its name or id, with or without a broker in front")
    .addHelpText(
      "after",
      "\nAt a terminal the quotes stay in place. Into a file or a pipe goes a line for each quote,\nwith --json an object for each event.",
    )
    .action(host.act(watchQuotes));

/** Shows live quotes of a group until the signal comes. */
export async function watchQuotes(context: Context, _: unknown, text: string): Promise<void> {
  const { signal } = context;
  const { broker, group } = groupName(context, text);
  await withBroker(context, broker, async (opened) => {
    // A name that is wrong is told before anything is subscribed.
    await during(context, `looking for ${group}`, opened.watchlist.find(group, { signal }));
    const board = boardOf(context, opened, group);
    try {
      const live = await during(
        context,
        "connecting to the quotes",
        opened.live((status) => board.status(status)),
      );
      await show(context, opened, live, group, board);
    } finally {
      board.done();
    }
  });
}

function boardOf({ io, output, clock }: Context, { name }: Broker, group: string): Board {
  if (output.isJson) return jsonBoard(output, name);
  const { screen } = io;
  return screen === undefined
    ? plainBoard(output, name)
    : liveBoard({ output, screen, clock, title: `${group} (${name})` });
}

async function show(
  { signal, clock }: Context,
  { watchlist }: Broker,
  live: Live,
  group: string,
  board: Board,
): Promise<void> {
  const events = watchGroup(watchlist, group, { quotes: live.source, signal, clock });
  for await (const event of events) {
    board.event(event);
    if (event.type !== "items" || event.added.length === 0) continue;
    // What it does not say does not stop the quotes.
    live.previousCloses(event.added.map(({ nativeId }) => nativeId)).then(
      (closes) => board.previousCloses(symbolsOf(event.added, closes)),
      (error: unknown) => signal.aborted || board.trouble(shown(error).message),
    );
  }
}

/** By the symbols that the quotes have. */
const symbolsOf = (items: readonly Item[], closes: ReadonlyMap<string, string>): Map<string, string> =>
  new Map(
    items.flatMap(({ symbol, nativeId }) => {
      const close = closes.get(nativeId);
      return close === undefined ? [] : [[symbol, close] as const];
    }),
  );
