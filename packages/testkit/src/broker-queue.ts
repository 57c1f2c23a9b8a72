import type { QotUpdateBrokerS2C } from "@tickwire/codec/quote";
import { type Broker, QotMarket } from "@tickwire/session";
import type { Instrument } from "./market.ts";
import type { Moment } from "./market-hours.ts";
import { orderBook } from "./order-book.ts";
import { chance, hashOf } from "./random.ts";

/** Brokers of each side at most. */
const MAX_BROKERS = 40;

/** Invented ones: id and name. */
const brokers: readonly (readonly [id: bigint, name: string])[] = [
  [9001n, "Lantern Securities"],
  [9002n, "Peak Tram Brokers"],
  [9003n, "Harbour Light Securities"],
  [9004n, "Nine Dragons Capital"],
  [9005n, "Banyan Brokerage"],
  [9006n, "Star Ferry Securities"],
  [9007n, "Lion Rock Partners"],
  [9008n, "Junk Bay Securities"],
];

/** The brokers behind the orders of the book, level by level. Hong Kong only; empty elsewhere. */
export function brokerQueue(instrument: Instrument, moment: Moment): QotUpdateBrokerS2C {
  const { fixture, tape, security, name } = instrument;
  const { orderBookAskList, orderBookBidList } = orderBook(instrument, moment);
  const hash = hashOf(`${fixture.symbol} brokers ${tape.path.slotNumber(moment)}`);
  const queue = (levels: readonly { readonly orederCount: number }[], side: number): Broker[] => {
    if (security.market !== QotMarket.HK_Security) return [];
    const all: Broker[] = [];
    for (const [level, { orederCount }] of levels.entries())
      for (let order = 0; order < orederCount && all.length < MAX_BROKERS; order++) {
        const [id, broker] = brokers[Math.floor(chance(hash + side, level, order) * brokers.length)]!;
        all.push({ id, name: broker, pos: level + 1 });
      }
    return all;
  };
  return { security, name, brokerAskList: queue(orderBookAskList, 0), brokerBidList: queue(orderBookBidList, 1) };
}
