import { styleText } from "node:util";
import { LongPort } from "@tickwire/longport";
import {
  type Client,
  connect as connectTcp,
  formatSymbol,
  GroupType,
  ModifyUserSecurityOp,
  QotUpdateBasicQot,
  SubType,
  toWatchlistRow,
} from "@tickwire/node-client";
import { FakeLongPort, FakeOpenD } from "@tickwire/testkit";
import { listen, listenLongPort } from "@tickwire/testkit/node";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { overBothBrokers } from "./both-brokers.ts";
import { groupColumns, longPortColumns, shortColumns, wideColumns } from "./columns.ts";
import type { DemoOptions } from "./options.ts";
import { type Print, title } from "./print.ts";
import { table } from "./table.ts";

/** What is added to the group and moved out again, and whose quotes are shown. */
const ADDED = "US.FUTU";
const QUOTED = "HK.00700";
const QUOTES = 3;
/** How long a real OpenD may take for them, in milliseconds: while the market is closed it pushes only one. */
const QUOTES_WITHIN_MS = 20_000;

/** Runs the whole demo: against the fakes, or against a real OpenD. */
export async function demo(options: DemoOptions, print: Print): Promise<void> {
  if (options.real !== undefined) {
    const { port, wsPort } = options.real;
    const host = options.real.host.includes(":") ? `[${options.real.host}]` : options.real.host;
    await overTcp(`tcp://${host}:${port}`, options, print);
    if (wsPort === undefined) print("\nNo --ws-port given, so the WebSocket part is left out.");
    else await overWebSocket(`ws://${host}:${wsPort}`, options, print);
    return;
  }
  using opend = new FakeOpenD({ websocketKey: options.websocketKey });
  await using server = await listen(opend);
  await overTcp(server.tcp.url, options, print);
  await overWebSocket(server.ws.url, options, print);
  await using longPortServer = await listenLongPort(new FakeLongPort());
  const longport = new LongPort({
    appKey: "fake-app-key",
    appSecret: "fake-app-secret",
    accessToken: "fake-access-token",
    baseUrl: longPortServer.url,
  });
  title(print, "LongPort", longPortServer.url);
  await overSignedHttp(longport, print);
  await using client = await connectTcp(server.tcp.url);
  await overBothBrokers(client, longport, print);
}

async function overTcp(url: string, options: DemoOptions, print: Print): Promise<void> {
  await using client = await connectTcp(url);
  title(print, "TCP", url);
  const groups = await showGroups(client, print);
  const group = options.group ?? groups.find(({ groupType }) => groupType === GroupType.Custom)?.groupName;
  if (group === undefined) return print("There is no custom group to show; name one with --group.");
  await showGroup(client, group, options, print);
  if (!options.modify) return;

  await client.modifyUserSecurity(group, ModifyUserSecurityOp.Add, [ADDED]);
  print(`\nAdded ${ADDED}: ${group} has ${await symbols(client, group)}`);
  await client.modifyUserSecurity(group, ModifyUserSecurityOp.MoveOut, [ADDED]);
  print(`Moved it out: ${group} has ${await symbols(client, group)}`);
}

async function overWebSocket(url: string, options: DemoOptions, print: Print): Promise<void> {
  await using client = await connectWebSocket(url, { websocketKey: options.websocketKey });
  title(print, "WebSocket", url);
  await showGroups(client, print);

  const quotes = await client.subscribe(QotUpdateBasicQot, { securities: [QUOTED], subTypes: [SubType.Basic] });
  print(`\nQuotes of ${QUOTED}`);
  const giveUp = setTimeout(() => quotes.close(), QUOTES_WITHIN_MS);
  let count = 0;
  for await (const { basicQotList } of quotes) {
    for (const quote of basicQotList) print(`  ${quote.updateTime}  ${quote.curPrice}`);
    if (++count === QUOTES) break;
  }
  clearTimeout(giveUp);
  if (count < QUOTES) print(`  No more within ${QUOTES_WITHIN_MS / 1000} seconds. Is the market open?`);
}

/** Creates a group, with signed requests, and lists it. */
async function overSignedHttp(longport: LongPort, print: Print): Promise<void> {
  const id = await longport.watchlist.create("信息產業組", ["700.HK", "AAPL.US"]);
  const group = (await longport.watchlist.list()).find((each) => each.id === id);
  print(`Created group ${id}, ${group?.name}`);
  print(table(longPortColumns, group?.securities ?? []));
}

async function showGroups(client: Client, print: Print) {
  const groups = await client.getUserSecurityGroup();
  print(table(groupColumns, groups));
  return groups;
}

async function showGroup(client: Client, group: string, { wide }: DemoOptions, print: Print): Promise<void> {
  const rows = (await client.getUserSecurity(group)).map(toWatchlistRow);
  print(`\n${styleText("bold", `Group ${group}`)}`);
  print(table(wide ? wideColumns : shortColumns, rows));
}

async function symbols(client: Client, group: string): Promise<string> {
  return (await client.getUserSecurity(group)).map((info) => formatSymbol(info.basic.security)).join(", ");
}
