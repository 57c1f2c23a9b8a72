import { PushQuoteData, Subscribe, Unsubscribe } from "@tickwire/codec/longport";
import { connectQuotes, type LongPort, type QuoteClient } from "@tickwire/longport";
import { defaultLongPortFixture, type FakeLongPort } from "@tickwire/testkit";
import { passing } from "@tickwire/tooling/passing";
import { expect, test } from "vitest";
import { combine } from "./combine.ts";
import { futuQuotes } from "./futu-quotes.ts";
import { longPortQuotes } from "./longport-quotes.ts";
import type { EventStream } from "./mailbox.ts";
import type { QuoteEvent } from "./quotes.ts";
import { futuBroker, futuFixture, longPortBroker, shares } from "./testing/brokers.ts";
import { watchGroup } from "./watch.ts";

interface Broker {
  readonly fake: FakeLongPort;
  readonly client: LongPort;
}

const quotesOf = ({ fake, client }: Broker): Promise<QuoteClient> =>
  connectQuotes(client, { createWebSocket: fake.createWebSocket });

/** Keeps what comes, until the stream is closed. */
function collect<T>(events: EventStream<T>): { readonly read: T[]; readonly end: Promise<void> } {
  const read: T[] = [];
  const end = (async () => {
    for await (const event of events) read.push(event);
  })();
  return { read, end };
}

test("quotes are told by the common symbols, as decimal texts with the time; an option's and a venue's too", async () => {
  const broker = longPortBroker();
  const { clock, fake } = broker;
  const client = await quotesOf(broker);
  const source = longPortQuotes(client);
  expect(["700.HK", "longport:BTCUSD.HAS", "futu:HK.HSImain", "futu:JP.7203"].map(source.supports)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const events = await passing(clock, source.subscribe(["700.HK", "longport:BTCUSD.HAS"]));
  const { read, end } = collect(events);
  await clock.advance(0);
  expect(fake.socket.requests.of(Subscribe).map(({ message }) => message.symbol)).toEqual([["700.HK", "BTCUSD.HAS"]]);
  const [tencent] = defaultLongPortFixture.securities;
  expect(read).toEqual([
    {
      type: "quote",
      symbol: "700.HK",
      price: tencent?.watchedPrice,
      previousClose: undefined,
      atUnixMs: clock.unixMs(),
    },
    {
      type: "quote",
      symbol: "longport:BTCUSD.HAS",
      price: expect.stringMatching(/^\d+\.\d{3}$/),
      previousClose: undefined,
      atUnixMs: clock.unixMs(),
    },
  ]);
  await events.close();
  await end;
  await clock.advance(1000);
  expect(fake.socket.requests.of(Unsubscribe)).toHaveLength(1);
  await client.close();
  expect(clock.pendingTimers).toBe(0);
});

test("what a push leaves out has not changed: no price, no quote; no time, that of before", async () => {
  const broker = longPortBroker({ quoteIntervalMs: 1_000_000_000 });
  const { clock, fake } = broker;
  const client = await quotesOf(broker);
  const events = await passing(clock, longPortQuotes(client).subscribe(["700.HK"]));
  const { read, end } = collect(events);
  await clock.advance(0);
  read.length = 0;
  for (const push of [
    { lastDone: "1.10", timestamp: 7n },
    { volume: 5n, timestamp: 8n },
    { lastDone: "1.20" },
    { lastDone: "1234567890.123456789", timestamp: 9n },
  ]) {
    fake.socket.push(PushQuoteData, { symbol: "700.HK", ...push });
    await clock.advance(0);
  }
  const quote = { type: "quote", symbol: "700.HK", previousClose: undefined };
  expect(read).toEqual([
    { ...quote, price: "1.10", atUnixMs: 7000 },
    { ...quote, price: "1.20", atUnixMs: 8000 },
    { ...quote, price: "1234567890.123456789", atUnixMs: 9000 },
  ]);
  await client.close();
  await end;
});

test("a lost connection is told as one gap, and an end of the client as the end", async () => {
  const broker = longPortBroker();
  const { clock, fake } = broker;
  const client = await quotesOf(broker);
  const events = await passing(clock, longPortQuotes(client).subscribe(["700.HK", "AAPL.US"]));
  const { read, end } = collect(events);
  await clock.advance(3000);
  fake.socket.disconnect();
  await clock.advance(3000);
  fake.socket.expireSessions();
  await clock.advance(3000);
  const gaps = read.filter(({ type }) => type === "gap");
  expect(gaps).toEqual([
    { type: "gap", sinceMs: expect.any(Number) },
    { type: "gap", sinceMs: expect.any(Number) },
  ]);
  expect(read.slice(read.lastIndexOf(gaps[1] as QuoteEvent)).some(({ type }) => type === "quote")).toBe(true);
  await client.close();
  await end;
  expect(clock.pendingTimers).toBe(0);
});

test("a symbol that LongPort does not know is told, and the others come", async () => {
  const broker = longPortBroker();
  const { clock, fake } = broker;
  const client = await quotesOf(broker);
  const symbols = ["700.HK", "longport:ABC.XX", "AAPL.US"];
  const events = await passing(clock, longPortQuotes(client).subscribe(symbols));
  const { read, end } = collect(events);
  await clock.advance(2000);
  expect(read.filter(({ type }) => type === "refused")).toEqual([
    { type: "refused", symbol: "longport:ABC.XX", error: expect.objectContaining({ serverCode: 301600 }) },
  ]);
  expect(new Set(read.flatMap((event) => (event.type === "quote" ? event.symbol : [])))).toEqual(
    new Set(["700.HK", "AAPL.US"]),
  );
  fake.socket.disconnect();
  await clock.advance(2000);
  expect(read.filter(({ type }) => type === "gap")).toHaveLength(1);
  await client.close();
  await end;
});

test("too many subscriptions are no matter of single symbols", async () => {
  const broker = longPortBroker({ maxSubscriptions: 1 });
  const client = await quotesOf(broker);
  await expect(longPortQuotes(client).subscribe(["700.HK", "AAPL.US"])).rejects.toMatchObject({ serverCode: 301605 });
  expect(broker.fake.socket.requests.of(Subscribe)).toHaveLength(1);
  await client.close();
});

test("the groups of both brokers are one list, whose quotes come from both", async () => {
  const futu = await futuBroker({ fixture: futuFixture({ Tech: [...shares(2), "HK.HSImain"] }) });
  const { clock } = futu;
  const longport = longPortBroker({ clock });
  const quotes = await quotesOf(longport);
  const all = combine({ futu: futu.watchlist, longport: longport.watchlist });
  const events = watchGroup(all, ["futu:Tech", "longport:Favourites"], {
    clock,
    quotes: [longPortQuotes(quotes), futuQuotes(futu.client)],
  });
  const { read, end } = collect(events);
  await clock.advance(5000);
  const symbols = ["1.HK", "2.HK", "futu:HK.HSImain", "700.HK", "BRK.B.US"];
  expect(read[0]).toMatchObject({ type: "items", unquoted: [], items: symbols.map((symbol) => ({ symbol })) });
  expect(new Set(read.flatMap((event) => (event.type === "quote" ? event.symbol : [])))).toEqual(new Set(symbols));
  futu.opend.disconnect();
  longport.fake.socket.disconnect();
  await clock.advance(5000);
  expect(read.filter(({ type }) => type === "gap")).toHaveLength(2);
  await events.close();
  await end;
  await Promise.all([futu.client.close(), quotes.close()]);
  expect(clock.pendingTimers).toBe(0);
});
