import type { QotGetSecuritySnapshotS2C } from "@tickwire/codec/quote";
import { KLType } from "@tickwire/session";
import { type Instrument, rounded } from "./market.ts";
import type { Moment } from "./market-hours.ts";
import { orderBook } from "./order-book.ts";
import { basicQot } from "./quotes.ts";

/** A snapshot (3203): the part that every security has. */
export function snapshot(instrument: Instrument, until: Moment): QotGetSecuritySnapshotS2C["snapshotList"][number] {
  const { fixture, candles, tape } = instrument;
  const { isSuspended, name, hpVolume: _, ...quote } = basicQot(instrument, until);
  const { volume, turnover, close } = tape.today(until);
  const { orderBookAskList, orderBookBidList } = orderBook(instrument, until, undefined, 1);
  const year = candles.latest(KLType.Week, 52, until).map(({ bar }) => bar);
  return {
    basic: {
      ...quote,
      name,
      type: fixture.secType,
      isSuspend: isSuspended,
      lotSize: fixture.lotSize,
      askPrice: orderBookAskList[0]?.price,
      bidPrice: orderBookBidList[0]?.price,
      askVol: orderBookAskList[0]?.volume,
      bidVol: orderBookBidList[0]?.volume,
      avgPrice: volume === 0 ? close : rounded(turnover / volume / tape.path.multiplier),
      highest52WeeksPrice: Math.max(...year.map(({ high }) => high)),
      lowest52WeeksPrice: Math.min(...year.map(({ low }) => low)),
    },
  };
}
