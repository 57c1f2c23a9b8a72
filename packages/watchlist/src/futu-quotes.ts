import { QotUpdateBasicQot, type QotUpdateBasicQotS2C, SubType, type TickwireError } from "@tickwire/codec";
import type { Client, OpenDError, PushStream } from "@tickwire/session";
import { pushedQuotes } from "./pushed-quotes.ts";
import { putQuote, type Quote, type QuoteSource } from "./quotes.ts";
import { fromFutuSymbol, toFutuSymbol } from "./symbol.ts";

/** Options of {@link futuQuotes}. */
export interface FutuQuotesOptions {
  /** After so many milliseconds without a quote `stale` is told; more than 0. Default: never. */
  readonly staleAfterMs?: number | undefined;
}

/**
 * Live quotes by a client of OpenD: Qot_Sub (3001), pushes by Qot_UpdateBasicQot (3005). Each security takes one unit of the
 * account's quota.
 */
export function futuQuotes(client: Pick<Client, "subscribe">, options: FutuQuotesOptions = {}): QuoteSource {
  return {
    supports: (symbol) => toFutuSymbol(symbol).symbol !== undefined,
    subscribe: (symbols, callOptions) =>
      pushedQuotes<QotUpdateBasicQotS2C, PushStream<QotUpdateBasicQotS2C>>(symbols, {
        subscribe: (some) =>
          client.subscribe(
            QotUpdateBasicQot,
            { securities: some.flatMap((symbol) => toFutuSymbol(symbol).symbol ?? []), subTypes: [SubType.Basic] },
            { ...callOptions, ...options },
          ),
        isAboutSecurities,
        quotesOf: ({ basicQotList }) => basicQotList.map(toQuote),
        listen: (pushes, events) => pushes.on("stale", ({ sinceMs }) => putQuote(events, { type: "stale", sinceMs })),
      }),
  };
}

function isAboutSecurities(error: unknown): error is TickwireError {
  const { code, outcome, reason } = error as Partial<OpenDError>;
  return code === "OPEND_SERVER" && outcome === "rejected" && reason === undefined;
}

function toQuote({
  security,
  curPrice,
  lastClosePrice,
  updateTimestamp,
}: QotUpdateBasicQotS2C["basicQotList"][number]): Quote {
  return {
    type: "quote",
    symbol: fromFutuSymbol(security),
    price: String(curPrice),
    previousClose: String(lastClosePrice),
    atUnixMs: updateTimestamp === undefined ? undefined : updateTimestamp * 1000,
  };
}
