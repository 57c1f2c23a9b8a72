import { expect, test } from "vitest";
import { mailbox } from "./mailbox.ts";
import { putQuote, type QuoteEvent } from "./quotes.ts";

test("gaps that were not read are told as one with their sum, per source; silence and prices as the newest", async () => {
  const events = mailbox<QuoteEvent>(() => undefined);
  const quote = (price: string): QuoteEvent => ({
    type: "quote",
    symbol: "1.HK",
    price,
    previousClose: undefined,
    atUnixMs: undefined,
  });
  for (const event of [quote("1"), quote("2")]) putQuote(events, event);
  for (const sinceMs of [10, 20]) putQuote(events, { type: "gap", sinceMs }, "a");
  putQuote(events, { type: "gap", sinceMs: 5 }, "b");
  for (const sinceMs of [100, 200]) putQuote(events, { type: "stale", sinceMs }, "a");
  events.end();
  const read: QuoteEvent[] = [];
  for await (const event of events) read.push(event);
  expect(read).toEqual([
    quote("2"),
    { type: "gap", sinceMs: 30 },
    { type: "gap", sinceMs: 5 },
    { type: "stale", sinceMs: 200 },
  ]);
});
