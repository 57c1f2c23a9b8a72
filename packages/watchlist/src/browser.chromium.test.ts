// In a real browser, with both fakes in the page.
import { expect, test } from "vitest";
import { combine } from "./combine.ts";
import { futuQuotes } from "./futu-quotes.ts";
import { groupsFromCsv, groupsToCsv } from "./saved.ts";
import { sync } from "./sync.ts";
import { futuBroker, longPortBroker } from "./testing/brokers.ts";
import { watchGroup } from "./watch.ts";

test("syncs a group to the other broker, and watches it live", async () => {
  const futu = await futuBroker();
  const longport = longPortBroker({ clock: futu.clock });
  const all = combine({ futu: futu.watchlist, longport: longport.watchlist });
  const from = { watchlist: all, group: "futu:some_group" };
  const result = await sync(from, { watchlist: all, group: "longport:from Futu" }, { create: true });
  expect(result.isComplete).toBe(true);
  expect(await longport.members("from Futu")).toEqual(["FUTU.US", "700.HK"]);

  const events = watchGroup(all, "longport:from Futu", { clock: futu.clock, quotes: futuQuotes(futu.client) });
  expect((await events.next()).value).toMatchObject({ type: "items", unquoted: [] });
  expect((await events.next()).value).toMatchObject({ type: "quote" });
  await events.close();
  await futu.client.close();
});

test("saves and reads files", () => {
  const saved = [{ id: "#1", name: "=1+1, 信息", items: [{ symbol: "700.HK", name: "TENCENT" }] }];
  expect(groupsFromCsv(groupsToCsv(saved))).toEqual(saved);
});
