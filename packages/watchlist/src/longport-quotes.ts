import type { TickwireError } from "@tickwire/codec";
import type { LongPortError, QuoteClient, QuoteStream } from "@tickwire/longport";
import { pushedQuotes } from "./pushed-quotes.ts";
import type { Quote, QuoteSource } from "./quotes.ts";
import { fromLongPortSymbol, toLongPortSymbol } from "./symbol.ts";

/** What a stream of LongPort's yields. */
type Push = QuoteStream extends AsyncIterable<infer P> ? P : never;

/**
 * Live quotes by a quote client of LongPort, from `connectQuotes`: Subscribe (6), pushes by PushQuoteData (101). Each security
 * takes one of the 500 that an account may be subscribed to. LongPort does not push the close of the day before; `snapshot` of
 * the client tells it.
 */
export function longPortQuotes(client: Pick<QuoteClient, "subscribe">): QuoteSource {
  return {
    supports: (symbol) => toLongPortSymbol(symbol).symbol !== undefined,
    subscribe: (symbols, options) =>
      pushedQuotes<Push, QuoteStream>(symbols, {
        subscribe: (some) =>
          client.subscribe(
            some.flatMap((symbol) => toLongPortSymbol(symbol).symbol ?? []),
            options,
          ),
        isAboutSecurities,
        quotesOf: reader(),
      }),
  };
}

/** The code of a request that is not valid, which is said of symbols [vendor's documentation]. */
const INVALID_REQUEST = 301600;

const isAboutSecurities = (error: unknown): error is TickwireError =>
  (error as Partial<LongPortError>).serverCode === INVALID_REQUEST;

/** A push leaves out what has not changed: the price, and its time within the same second. */
function reader(): (push: Push) => Quote[] {
  const times = new Map<string, bigint>();
  return ({ symbol, lastDone, timestamp }) => {
    if (timestamp !== 0n) times.set(symbol, timestamp);
    if (lastDone === "") return [];
    const seconds = times.get(symbol);
    return [
      {
        type: "quote",
        symbol: fromLongPortSymbol(symbol),
        price: lastDone,
        previousClose: undefined,
        atUnixMs: seconds === undefined ? undefined : Number(seconds) * 1000,
      },
    ];
  };
}
