import { ModifyUserSecurityOp, QotGetUserSecurity, QotSub, QotUpdateBasicQot } from "@tickwire/session";
import { passing } from "@tickwire/tooling/passing";
import { describe, expect, test } from "vitest";
import { combine } from "./combine.ts";
import { futuQuotes } from "./futu-quotes.ts";
import type { EventStream } from "./mailbox.ts";
import type { QuoteEvent, QuoteSource } from "./quotes.ts";
import { futuBroker, futuFixture, longPortBroker, longPortFixture, shares } from "./testing/brokers.ts";
import { type WatchEvent, watchGroup } from "./watch.ts";

/** Reads all that comes while the clock moves. */
async function during<T>(
  clock: { advance(ms: number): Promise<void> },
  events: EventStream<T>,
  ms: number,
): Promise<T[]> {
  const read: T[] = [];
  let isOpen = true;
  const reading = (async () => {
    while (isOpen) {
      const { value, done } = await events.next();
      if (done) return;
      read.push(value);
    }
  })();
  await clock.advance(ms);
  isOpen = false;
  // Ends the wait that is under way; the stream goes on for nobody.
  await events.close();
  await reading;
  return read;
}

/** One line for each event. */
const line = (event: WatchEvent): string => {
  const names = (items: readonly { symbol: string }[]) => items.map(({ symbol }) => symbol).join(" ");
  switch (event.type) {
    case "items":
      return `items ${names(event.items)} +[${names(event.added)}] -[${names(event.removed)}] ?[${event.unquoted.join(" ")}]`;
    case "quote":
      return `quote ${event.symbol}`;
    case "error":
      return `error ${event.error.code}`;
    case "refused":
      return `refused ${event.symbol}`;
    default:
      return `${event.type} ${event.sinceMs}`;
  }
};

describe("membership", () => {
  test("is told at first, and when securities or their order change; else not", async () => {
    const { clock, watchlist } = longPortBroker({ fixture: longPortFixture({ Tech: ["1.HK", "2.HK"] }) });
    const events = watchGroup(watchlist, "Tech", { intervalMs: 1000, clock });
    const next = async () => line((await passing(clock, events.next())).value as WatchEvent);
    expect(await next()).toBe("items 1.HK 2.HK +[1.HK 2.HK] -[] ?[1.HK 2.HK]");
    await clock.advance(5000);
    await watchlist.add("Tech", ["3.HK"]);
    expect(await next()).toBe("items 1.HK 2.HK 3.HK +[3.HK] -[] ?[1.HK 2.HK 3.HK]");
    await watchlist.reorder("Tech", ["3.HK", "2.HK", "1.HK"]);
    expect(await next()).toBe("items 3.HK 2.HK 1.HK +[] -[] ?[3.HK 2.HK 1.HK]");
    // A slow reader gets both changes as one: what came and went meanwhile is not told.
    await watchlist.add("Tech", ["4.HK", "5.HK"]);
    await watchlist.remove("Tech", "1.HK");
    await clock.advance(2000);
    await watchlist.remove("Tech", ["5.HK", "2.HK"]);
    await watchlist.add("Tech", "1.HK");
    await clock.advance(2000);
    expect(await next()).toBe("items 3.HK 4.HK 1.HK +[4.HK] -[2.HK] ?[3.HK 4.HK 1.HK]");
    await events.close();
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test("is read at fixed times, within OpenD's limits, for an hour", async () => {
    const { clock, watchlist, opend, client } = await futuBroker({ enforceLimits: true });
    const events = watchGroup(watchlist, "C", { intervalMs: 4000, clock });
    const read = await during(clock, events, 3_600_000);
    expect(read.map(({ type }) => type)).toEqual(["items"]);
    const times = opend.requests.of(QotGetUserSecurity).map(({ atMs }) => atMs);
    expect(times).toHaveLength(901);
    expect(times.every((atMs, index) => atMs === index * 4000)).toBe(true);
    await client.close();
  });

  test("an interval that the limits do not allow is refused", async () => {
    const { watchlist } = await futuBroker();
    const { watchlist: longport } = longPortBroker();
    expect(() => watchGroup(watchlist, "C", { intervalMs: 3999 })).toThrow("intervalMs must be at least 4000");
    const all = combine({ futu: watchlist, longport });
    expect(() => watchGroup(all, ["futu:C", "longport:x"], { intervalMs: 4999 })).toThrow("at least 5000");
    expect(() => watchGroup(watchlist, "C", { intervalMs: Number.POSITIVE_INFINITY })).toThrow("intervalMs");
    expect(() => watchGroup(watchlist, [])).toThrow("[WATCHLIST_INVALID_ARGUMENT]");
  });

  test("what may work the next time is told, and the watch goes on", async () => {
    const { clock, watchlist, fake } = longPortBroker({ fixture: longPortFixture({ Tech: ["1.HK"] }) }, { retries: 0 });
    fake.faults.add({ kind: "network-error" }, { kind: "slow" }, { kind: "no-data" });
    const events = watchGroup(watchlist, "Tech", { intervalMs: 5000, clock, timeoutMs: 2000 });
    expect((await during(clock, events, 60_000)).map(line)).toEqual([
      "error WATCHLIST_FAILED",
      "error WATCHLIST_FAILED",
      "error WATCHLIST_FAILED",
      "items 1.HK +[1.HK] -[] ?[1.HK]",
    ]);
    // Also while the second read waited for its answer.
    expect(fake.requests.of("list").map(({ atMs }) => atMs)).toEqual(Array.from({ length: 13 }, (_, n) => n * 5000));
  });

  test("a group that is gone, and a client that is closed, end it by an error", async () => {
    const { clock, watchlist } = longPortBroker({ fixture: longPortFixture({ Tech: [] }) });
    const events = watchGroup(watchlist, "Tech", { intervalMs: 1000, clock });
    expect((await passing(clock, events.next())).value).toMatchObject({ type: "items", items: [] });
    await watchlist.delete("Tech");
    await expect(passing(clock, events.next())).rejects.toMatchObject({ code: "WATCHLIST_NO_GROUP" });
    expect(await events.next()).toEqual({ value: undefined, done: true });

    const futu = await futuBroker();
    const others = watchGroup(futu.watchlist, "C", { clock: futu.clock, quotes: futuQuotes(futu.client) });
    expect((await passing(futu.clock, others.next())).value).toMatchObject({ type: "items" });
    await futu.client.close();
    const rest = async () => {
      for await (const _ of others);
    };
    await expect(passing(futu.clock, rest())).rejects.toMatchObject({ cause: { code: "OPEND_CLOSED" } });
    expect([clock.pendingTimers, futu.clock.pendingTimers]).toEqual([0, 0]);
  });

  test("a signal ends it, also while it reads", async () => {
    const { clock, watchlist, fake } = longPortBroker();
    const controller = new AbortController();
    fake.faults.add({ kind: "slow" });
    const events = watchGroup(watchlist, "Favourites", { clock, signal: controller.signal });
    const next = events.next();
    await clock.advance(10);
    controller.abort();
    expect(await next).toEqual({ value: undefined, done: true });
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
    const never = watchGroup(watchlist, "Favourites", { clock, signal: AbortSignal.abort() });
    expect(await never.next()).toEqual({ value: undefined, done: true });
  });
});

describe("quotes", () => {
  test("of all securities of both brokers' groups come live, and follow the membership", async () => {
    const futu = await futuBroker({ fixture: futuFixture({ Tech: shares(2) }, shares(4)) });
    const { clock } = futu;
    const longport = longPortBroker({ fixture: longPortFixture({ Mine: ["2.HK", "3.HK", "BTCUSD.HAS"] }), clock });
    const all = combine({ futu: futu.watchlist, longport: longport.watchlist });
    const events = watchGroup(all, ["futu:Tech", "longport:Mine"], {
      clock,
      intervalMs: 5000,
      quotes: futuQuotes(futu.client),
    });
    const seen: string[] = [];
    const quotes: QuoteEvent[] = [];
    const reading = (async () => {
      for await (const event of events) {
        if (seen.at(-1) !== line(event) && !seen.includes(line(event))) seen.push(line(event));
        if (event.type === "quote") quotes.push(event);
      }
    })();
    await clock.advance(4000);
    expect(seen[0]).toBe(
      "items 1.HK 2.HK 3.HK longport:BTCUSD.HAS +[1.HK 2.HK 3.HK longport:BTCUSD.HAS] -[] ?[longport:BTCUSD.HAS]",
    );
    expect(new Set(seen.slice(1))).toEqual(new Set(["quote 1.HK", "quote 2.HK", "quote 3.HK"]));
    expect(quotes[0]).toEqual({
      type: "quote",
      symbol: expect.any(String),
      price: expect.stringMatching(/^\d+(\.\d+)?$/),
      previousClose: expect.stringMatching(/^\d+(\.\d+)?$/),
      atUnixMs: expect.any(Number),
    });
    expect(Math.abs((quotes[0] as { atUnixMs: number }).atUnixMs - clock.unixMs())).toBeLessThan(10_000);

    seen.length = 0;
    await longport.watchlist.remove("Mine", "3.HK");
    await futu.watchlist.add("Tech", "4.HK");
    await clock.advance(5000);
    const change = seen.findIndex((each) => each.startsWith("items"));
    expect(seen[change]).toContain("+[4.HK] -[3.HK]");
    expect(seen.slice(change)).toContain("quote 4.HK");
    expect(seen.slice(change)).not.toContain("quote 3.HK");
    await events.close();
    await reading;
    // OpenD lets a subscription go when a minute is over.
    await clock.advance(120_000);
    const last = futu.opend.requests.of(QotSub).at(-1)?.c2s;
    expect(last).toMatchObject({ isSubOrUnSub: false });
    await futu.client.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("gaps and silence are told; a slow reader gets the newest of each", async () => {
    const futu = await futuBroker({ fixture: futuFixture({ Tech: shares(2) }), quoteIntervalMs: 1_000_000_000 });
    const { clock, opend, client } = futu;
    const stream = await passing(clock, futuQuotes(client, { staleAfterMs: 30_000 }).subscribe(["1.HK", "2.HK"]));
    await clock.advance(40_000);
    opend.disconnect();
    await clock.advance(20_000);
    opend.disconnect();
    await clock.advance(20_000);
    const security = { market: 1, code: "00001" };
    const quote = { security, isSuspended: false, listTime: "", priceSpread: 1, updateTime: "" };
    const rest = {
      highPrice: 1,
      openPrice: 1,
      lowPrice: 1,
      lastClosePrice: 2,
      volume: 1n,
      turnover: 1,
      turnoverRate: 1,
      amplitude: 1,
    };
    for (const curPrice of [1, 2.5]) opend.push(QotUpdateBasicQot, { basicQotList: [{ ...quote, ...rest, curPrice }] });
    await clock.advance(0);
    const read = await during(clock, stream, 0);
    expect(read.filter(({ type }) => type === "gap")).toHaveLength(1);
    expect(read.filter(({ type }) => type === "stale")).toHaveLength(1);
    expect(read.filter((event) => event.type === "quote" && event.symbol === "1.HK")).toEqual([
      { type: "quote", symbol: "1.HK", price: "2.5", previousClose: "2", atUnixMs: undefined },
    ]);
    expect(read.length).toBeLessThanOrEqual(4);
    await client.close();
  });

  test("securities that OpenD does not quote are told, and the others come, with one gap for all", async () => {
    const futu = await futuBroker({ fixture: futuFixture({ Tech: shares(8) }), enforceLimits: true });
    const { clock, opend, client } = futu;
    const symbols = ["1.HK", "2.HK", "90001.HK", "3.HK", "90002.HK"];
    const stream = await passing(clock, futuQuotes(client).subscribe(symbols));
    await clock.advance(2000);
    opend.disconnect();
    await clock.advance(5000);
    const read = await during(clock, stream, 5000);
    const lines = read.map((event) => line(event));
    expect(lines.filter((each) => /refused|gap/.test(each))).toEqual([
      "refused 90001.HK",
      "refused 90002.HK",
      expect.stringMatching(/^gap \d+$/),
    ]);
    expect(new Set(lines.filter((each) => each.startsWith("quote")))).toEqual(
      new Set(["quote 1.HK", "quote 2.HK", "quote 3.HK"]),
    );
    expect(read[0]).toMatchObject({ error: { code: "OPEND_SERVER" } });
    const none = await passing(clock, futuQuotes(client).subscribe(["90001.HK"]));
    expect((await none.next()).value).toMatchObject({ type: "refused", symbol: "90001.HK" });
    await none.close();
    await clock.advance(120_000);
    expect(opend.requests.of(QotSub).at(-1)?.c2s).toMatchObject({ isSubOrUnSub: false });
    await client.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("a quota that is used up is no matter of single securities", async () => {
    const fixture = futuFixture({ Tech: shares(8) });
    const futu = await futuBroker({ fixture: { ...fixture, gateway: { ...fixture.gateway, subscriptionQuota: 4 } } });
    await expect(
      futuQuotes(futu.client).subscribe(Array.from({ length: 8 }, (_, index) => `${index + 1}.HK`)),
    ).rejects.toMatchObject({ reason: "quota" });
    expect(futu.opend.requests.of(QotSub)).toHaveLength(1);
    await futu.client.close();
  });

  test("a subscription that is refused, and a stream that breaks, are told and tried again", async () => {
    const { clock, watchlist } = longPortBroker({ fixture: longPortFixture({ Tech: ["1.HK", "2.HK"] }) });
    const asked: string[] = [];
    let tries = 0;
    const source: QuoteSource = {
      supports: (symbol) => symbol === "1.HK",
      async subscribe(symbols) {
        asked.push(symbols.join(" "));
        tries += 1;
        if (tries === 1) throw new Error("the quota is used up");
        async function* quotes(): AsyncGenerator<QuoteEvent, undefined> {
          yield { type: "quote", symbol: "1.HK", price: "1", previousClose: undefined, atUnixMs: undefined };
          if (tries === 2) throw new Error("broken");
          await new Promise(() => undefined);
          return undefined;
        }
        return Object.assign(quotes(), { close: async () => undefined }) as unknown as EventStream<QuoteEvent>;
      },
    };
    const second: QuoteSource = { supports: () => false, subscribe: () => Promise.reject(new Error("never asked")) };
    const events = watchGroup(watchlist, "Tech", { clock, intervalMs: 1000, quotes: [second, source] });
    expect((await during(clock, events, 10_000)).map(line)).toEqual([
      "items 1.HK 2.HK +[1.HK 2.HK] -[] ?[2.HK]",
      "error WATCHLIST_FAILED",
      "quote 1.HK",
      "error WATCHLIST_FAILED",
      "quote 1.HK",
    ]);
    expect(asked).toEqual(["1.HK", "1.HK", "1.HK"]);
  });

  test("a change by the app itself is seen, too", async () => {
    const { clock, client, watchlist } = await futuBroker();
    const events = watchGroup(watchlist, "C", { clock });
    await passing(clock, events.next());
    await client.modifyUserSecurity("C", ModifyUserSecurityOp.Del, ["SH.600519"]);
    expect(line((await passing(clock, events.next())).value as WatchEvent)).toContain("-[600519.SH]");
    await events.close();
    await client.close();
  });
});
