import { connectQuotes, type LongPort } from "@tickwire/longport";
import type { Client } from "@tickwire/node-client";
import {
  combine,
  fromFutu,
  fromLongPort,
  futuQuotes,
  longPortQuotes,
  type Quote,
  type Side,
  sync,
  type Watchlist,
  watchGroup,
} from "@tickwire/watchlist";
import { itemColumns, liveColumns, stepColumns, unsupportedColumns } from "./columns.ts";
import { type Print, title } from "./print.ts";
import { table } from "./table.ts";

/** Futu's group of everything, and a group of LongPort's that is not there yet. */
const FROM = "futu:All";
const TO = "longport:From Futu";
const LIVE_MS = 3000;

/** One watchlist over both brokers: brings a group of the one into a new group of the other, and shows live quotes of both. */
export async function overBothBrokers(client: Client, longport: LongPort, print: Print): Promise<void> {
  title(print, "Both brokers", `${FROM} goes into ${TO}`);
  const watchlist = combine({ futu: fromFutu(client), longport: fromLongPort(longport) });
  await showSync(watchlist, print);
  await showLive(watchlist, client, longport, print);
}

/** First a dry run, then for real. */
async function showSync(watchlist: Watchlist, print: Print): Promise<void> {
  const from: Side = { watchlist, group: FROM };
  const to: Side = { watchlist, group: TO };
  const { plan } = await sync(from, to, { create: true, batchSize: 5, dryRun: true });
  print("The plan, by a dry run");
  print(table(stepColumns, plan.steps));
  print(table(unsupportedColumns, plan.unsupported));

  const { items, isComplete } = await sync(from, to, { create: true, batchSize: 5 });
  print(`\nFor real: ${isComplete ? "complete" : "not complete"}`);
  print(table(itemColumns, items));
  const names = (await watchlist.items(TO)).map(({ symbol }) => symbol);
  print(`\n${TO} has ${names.join(", ")}`);
}

/** Quotes come from LongPort; from Futu where LongPort does not have the security. */
async function showLive(watchlist: Watchlist, client: Client, longport: LongPort, print: Print): Promise<void> {
  await using quotes = await connectQuotes(longport);
  const sources = { longport: longPortQuotes(quotes), futu: futuQuotes(client) };
  const events = watchGroup(watchlist, [FROM, TO], {
    quotes: Object.values(sources),
    signal: AbortSignal.timeout(LIVE_MS),
  });
  const latest = new Map<string, Quote & { readonly from: string; readonly count: number }>();
  for await (const event of events) {
    if (event.type !== "quote") continue;
    const from = sources.longport.supports(event.symbol) ? "LongPort" : "Futu";
    latest.set(event.symbol, { ...event, from, count: (latest.get(event.symbol)?.count ?? 0) + 1 });
  }
  print(`\nLive quotes of both groups, after ${LIVE_MS / 1000} seconds`);
  print(table(liveColumns, [...latest.values()]));
}
