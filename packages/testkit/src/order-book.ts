import type { QotUpdateOrderBookS2C } from "@tickwire/codec/quote";
import { type OrderBook, OrderBookType, QotMarket } from "@tickwire/session";
import type { Instrument } from "./market.ts";
import type { Moment } from "./market-hours.ts";
import { chance, hashOf } from "./random.ts";
import { ticksFrom } from "./tick-size.ts";

/** Levels of each side at most. */
const MAX_LEVELS = 10;

/**
 * The order book at a moment: levels on successive ticks around the price, which is the best ask after a rise and the best
 * bid after a fall. Empty for what is not traded.
 */
export function orderBook(
  instrument: Instrument,
  moment: Moment,
  type: OrderBookType = OrderBookType.Normal,
  levels: number = MAX_LEVELS,
): QotUpdateOrderBookS2C {
  const { fixture, tape, security, name, zone, isTraded } = instrument;
  const { path } = tape;
  const slot = path.slotOf(moment);
  const hash = hashOf(`${fixture.symbol} ${type} ${path.slotNumber(moment)}`);
  const price = tape.price(moment);
  const isBid = slot > 0 && price < path.price(moment.day, moment.minute, slot - 1);
  const bestBid = isBid ? price : ticksFrom(price, -1, path.tickSize);
  const bestAsk = isBid ? ticksFrom(price, 1, path.tickSize) : price;

  const side = (best: number, step: 1 | -1): OrderBook[] => {
    const book: OrderBook[] = [];
    let at = best;
    for (let level = 0; level < Math.min(levels, MAX_LEVELS) && at > 0; level++) {
      const orders = 1 + Math.floor(chance(hash, level, step) * 12);
      // The farther from the price, the more is offered.
      const lots = orders * (1 + Math.floor(chance(hash, level, 2 * step) * (3 + level)));
      const volume = type === OrderBookType.Odd ? 1 + (lots % (path.lot - 1)) : lots * path.lot;
      book.push({ price: at, volume: BigInt(volume), orederCount: orders, detailList: [] });
      at = ticksFrom(at, step, path.tickSize);
    }
    return book;
  };

  const hasOrders = isTraded && !fixture.quote.isSuspended && (type === OrderBookType.Normal || path.lot > 1);
  const unixMs = path.slotStart(moment.day, moment.minute, slot);
  return {
    security,
    name,
    orderBookAskList: hasOrders ? side(bestAsk, 1) : [],
    orderBookBidList: hasOrders ? side(bestBid, -1) : [],
    orderBookType: type,
    ...(security.market === QotMarket.HK_Security && {
      svrRecvTimeBid: zone.text(unixMs),
      svrRecvTimeBidTimestamp: unixMs / 1000,
      svrRecvTimeAsk: zone.text(unixMs),
      svrRecvTimeAskTimestamp: unixMs / 1000,
    }),
  };
}
