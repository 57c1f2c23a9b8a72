import type { TickwireError } from "@tickwire/codec";
import { type EventStream, type Mailbox, mailbox } from "./mailbox.ts";
import { putQuote, type Quote, type QuoteEvent, type QuoteRefusal } from "./quotes.ts";

/** Pushes of a broker's client, which has its own way to end them. */
export interface Pushes<Push> extends AsyncIterable<Push> {
  on(name: "gap", listener: (event: { readonly sinceMs: number }) => unknown): Disposable;
  close(): Promise<unknown>;
}

/** How a broker's client gives quotes. */
export interface QuoteBroker<Push, Stream extends Pushes<Push>> {
  subscribe(symbols: readonly string[]): Promise<Stream>;
  /** Whether it was refused for the sake of single securities. */
  isAboutSecurities(error: unknown): error is TickwireError;
  quotesOf(push: Push): Iterable<Quote>;
  /** What else the stream has to tell. */
  listen?(pushes: Stream, events: Mailbox<QuoteEvent>): void;
}

/** Subscribes, and gives what is pushed as events. */
export async function pushedQuotes<Push, Stream extends Pushes<Push>>(
  symbols: readonly string[],
  broker: QuoteBroker<Push, Stream>,
): Promise<EventStream<QuoteEvent>> {
  const { pushes, refused } = await subscribeToSome(symbols, broker);
  const events = mailbox<QuoteEvent>(() => void pushes?.close());
  for (const refusal of refused) putQuote(events, refusal);
  if (pushes === undefined) return events;
  pushes.on("gap", ({ sinceMs }) => putQuote(events, { type: "gap", sinceMs }));
  broker.listen?.(pushes, events);
  const pump = async () => {
    for await (const push of pushes) for (const quote of broker.quotesOf(push)) putQuote(events, quote);
  };
  pump().then(
    () => events.end(),
    (error: unknown) => events.end(error),
  );
  return events;
}

interface Subscribed<Stream> {
  /** Undefined when all were refused. */
  readonly pushes: Stream | undefined;
  readonly refused: readonly QuoteRefusal[];
}

/** A broker refuses all for the sake of one, and does not say which: those are found by halves. */
async function subscribeToSome<Push, Stream extends Pushes<Push>>(
  symbols: readonly string[],
  { subscribe, isAboutSecurities }: QuoteBroker<Push, Stream>,
): Promise<Subscribed<Stream>> {
  const accepted: string[] = [];
  const refused: QuoteRefusal[] = [];
  const halves: Stream[] = [];
  const search = async (some: readonly string[]): Promise<void> => {
    try {
      halves.push(await subscribe(some));
      accepted.push(...some);
    } catch (error) {
      if (!isAboutSecurities(error)) throw error;
      if (some.length === 1) return void refused.push({ type: "refused", symbol: some[0] as string, error });
      const middle = Math.ceil(some.length / 2);
      await search(some.slice(0, middle));
      await search(some.slice(middle));
    }
  };
  try {
    await search(symbols);
    // One stream for all, so that a gap is told once; the client subscribes to nothing anew for it.
    return { pushes: halves.length > 1 ? await subscribe(accepted) : halves.pop(), refused };
  } finally {
    for (const half of halves) void half.close();
  }
}
