import type { LongPort } from "@tickwire/longport";
import type { Client } from "@tickwire/node-client";
import { combine, fromFutu, fromLongPort, type Side, sync, type Watchlist } from "@tickwire/watchlist";
import { itemColumns, stepColumns, unsupportedColumns } from "./columns.ts";
import { type Print, title } from "./print.ts";
import { table } from "./table.ts";

/** Futu's group of everything, and a group of LongPort's that is not there yet. */
const FROM = "futu:All";
const TO = "longport:From Futu";

/** One watchlist over both brokers: brings a group of the one into a new group of the other. */
export async function overBothBrokers(client: Client, longport: LongPort, print: Print): Promise<void> {
  title(print, "Both brokers", `${FROM} goes into ${TO}`);
  const watchlist = combine({ futu: fromFutu(client), longport: fromLongPort(longport) });
  await showSync(watchlist, print);
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
