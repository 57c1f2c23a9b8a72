import type { Random } from "../random.ts";
import { type Message, moment } from "./message.ts";
import { type Security, US } from "./securities.ts";

/** The prices of one day, in three decimals, with what the market did. */
export function prices(random: Random) {
  const lastClosePrice = random.decimal(0.2, 700);
  const near = (spread: number) => Number((lastClosePrice * (1 + (random.next() - 0.5) * spread)).toFixed(3));
  const openPrice = near(0.02);
  const curPrice = near(0.06);
  const highPrice = Number((Math.max(openPrice, curPrice) * (1 + random.next() * 0.01)).toFixed(3));
  const lowPrice = Number((Math.min(openPrice, curPrice) * (1 - random.next() * 0.01)).toFixed(3));
  const volume = random.integer(10_000, random.chance(0.1) ? 6_000_000_000 : 40_000_000);
  return {
    highPrice,
    openPrice,
    lowPrice,
    lastClosePrice,
    curPrice,
    volume: BigInt(volume),
    turnover: random.decimal(1e5, 9e9),
  };
}

/** A `Qot_Common.PreAfterMarketData`. */
export function preAfterMarket(random: Random): Message {
  const price = random.decimal(1, 700);
  return {
    price,
    highPrice: Number((price * 1.01).toFixed(3)),
    lowPrice: Number((price * 0.99).toFixed(3)),
    volume: BigInt(random.integer(100, 3_000_000)),
    turnover: random.decimal(1e4, 3e8),
    changeVal: random.decimal(-5, 5),
    changeRate: random.decimal(-3, 3),
    amplitude: random.decimal(0, 4),
  };
}

/** A `Qot_Common.BasicQot` as a push has it during the session. */
export function basicQuote(random: Random, facts: Security): Message {
  const updated = moment(1_763_000_000 + random.integer(0, 20_000), facts.market.utcOffsetHours);
  const { highPrice, openPrice, lowPrice, lastClosePrice, curPrice, volume, turnover } = prices(random);
  const american = facts.market.id === US.id;
  return {
    security: facts.key,
    isSuspended: false,
    listTime: facts.listed.text,
    priceSpread: random.pick([0.001, 0.01, 0.05, 0.2]),
    updateTime: updated.text,
    highPrice,
    openPrice,
    lowPrice,
    curPrice,
    lastClosePrice,
    volume,
    turnover,
    turnoverRate: random.decimal(0, 9),
    amplitude: random.decimal(0, 12),
    darkStatus: 0,
    listTimestamp: facts.listed.timestamp,
    updateTimestamp: updated.timestamp,
    ...(american && { preMarket: preAfterMarket(random), afterMarket: preAfterMarket(random) }),
    secStatus: 1,
    name: facts.name,
    ...(american && { overnight: preAfterMarket(random) }),
  };
}

/** A `Qot_UpdateOrderBook.S2C` with as many levels on both sides. */
export function orderBook(random: Random, facts: Security, levels: number): Message {
  const middle = random.integer(1000, 600_000);
  const side = (direction: number) =>
    Array.from({ length: levels }, (_, level) => ({
      price: (middle + direction * (level + 1) * 50) / 1000,
      volume: BigInt(random.integer(1, 4000) * facts.lotSize),
      orederCount: random.integer(1, 300),
    }));
  const received = moment(1_763_000_000 + random.integer(0, 20_000) + random.next(), facts.market.utcOffsetHours, 3);
  return {
    security: facts.key,
    orderBookAskList: side(1),
    orderBookBidList: side(-1),
    svrRecvTimeBid: received.text,
    svrRecvTimeBidTimestamp: received.timestamp,
    svrRecvTimeAsk: received.text,
    svrRecvTimeAskTimestamp: received.timestamp,
    name: facts.name,
  };
}

/** A `Qot_Common.KLine` of one minute. */
export function bar(random: Random, facts: Security, index: number): Message {
  const time = moment(1_760_000_000 + index * 60, facts.market.utcOffsetHours);
  const { highPrice, openPrice, lowPrice, lastClosePrice, curPrice, volume, turnover } = prices(random);
  return {
    time: time.text,
    isBlank: false,
    highPrice,
    openPrice,
    lowPrice,
    closePrice: curPrice,
    lastClosePrice,
    volume,
    turnover,
    turnoverRate: random.decimal(0, 9),
    pe: random.decimal(4, 60),
    changeRate: random.decimal(-3, 3),
    timestamp: time.timestamp,
  };
}
