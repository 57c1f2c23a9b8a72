import { QotUpdateBroker, QotUpdateKL, QotUpdateOrderBook, QotUpdateRT, QotUpdateTicker } from "@tickwire/codec/quote";
import { KLType, OrderBookType, PushDataType, type PushProtocol, SubType } from "@tickwire/session";
import { brokerQueue } from "./broker-queue.ts";
import { kLine } from "./k-lines.ts";
import type { Instrument } from "./market.ts";
import type { Moment } from "./market-hours.ts";
import { orderBook } from "./order-book.ts";
import type { Subscription } from "./subscriptions.ts";
import { MAX_TICKERS, tickers } from "./tickers.ts";
import { timeShare } from "./time-shares.ts";

/** Takes what is to be pushed. */
export type Send = <S2C>(protocol: PushProtocol<S2C>, s2c: S2C) => void;

/** What a connection has not been told yet of a security. */
export interface News {
  readonly instrument: Instrument;
  readonly until: Moment;
  /** Up to when it was told; undefined for the first push. */
  readonly before: Moment | undefined;
}

/** Ticks that a first push has. */
const FIRST_TICKERS = 10;

/** K-line types by the type of subscription to them. */
export const kLineTypes: ReadonlyMap<SubType, KLType> = new Map<SubType, KLType>([
  [SubType.KL_1Min, KLType._1Min],
  [SubType.KL_3Min, KLType._3Min],
  [SubType.KL_5Min, KLType._5Min],
  [SubType.KL_10Min, KLType._10Min],
  [SubType.KL_15Min, KLType._15Min],
  [SubType.KL_30Min, KLType._30Min],
  [SubType.KL_60Min, KLType._60Min],
  [SubType.KL_120Min, KLType._120Min],
  [SubType.KL_180Min, KLType._180Min],
  [SubType.KL_240Min, KLType._240Min],
  [SubType.KL_Day, KLType.Day],
  [SubType.KL_Week, KLType.Week],
  [SubType.KL_Month, KLType.Month],
  [SubType.KL_Qurater, KLType.Quarter],
  [SubType.KL_Year, KLType.Year],
]);

/** Pushes what is new of a subscription. Basic quotes are not among it: of these, one push tells all securities. */
export function feed({ subType, rehabTypes }: Subscription, news: News, send: Send): void {
  const { instrument, until } = news;
  switch (subType) {
    case SubType.OrderBook:
    case SubType.OrderBook_Odd: {
      const type = subType === SubType.OrderBook ? OrderBookType.Normal : OrderBookType.Odd;
      const book = orderBook(instrument, until, type);
      if (book.orderBookAskList.length > 0) send(QotUpdateOrderBook, book);
      break;
    }
    case SubType.Broker: {
      const queue = brokerQueue(instrument, until);
      if (queue.brokerAskList.length > 0) send(QotUpdateBroker, queue);
      break;
    }
    case SubType.Ticker:
      feedTickers(news, send);
      break;
    case SubType.RT:
      feedTimeShares(news, send);
      break;
    default:
      feedKLines(subType, rehabTypes, news, send);
  }
}

function feedTickers({ instrument, until, before }: News, send: Send): void {
  const tickerList =
    before === undefined
      ? tickers(instrument, until, { count: FIRST_TICKERS, pushDataType: PushDataType.Cache })
      : tickers(instrument, until, {
          count: MAX_TICKERS,
          after: instrument.tape.path.slotNumber(before),
          pushDataType: PushDataType.Realtime,
        });
  const { security, name } = instrument;
  if (tickerList.length > 0) send(QotUpdateTicker, { security, name, tickerList });
}

function feedTimeShares({ instrument, until, before }: News, send: Send): void {
  const { security, name } = instrument;
  const rtList = [];
  // The minutes that have ended since, as they were then.
  if (before?.day.number === until.day.number)
    for (let minute = before.minute; minute < until.minute; minute++)
      rtList.push(timeShare(instrument, { day: until.day, minute, ms: 59_999 }));
  rtList.push(timeShare(instrument, until));
  send(QotUpdateRT, { security, name, rtList });
}

function feedKLines(subType: SubType, rehabTypes: Subscription["rehabTypes"], news: News, send: Send): void {
  const { instrument, until, before } = news;
  const { security, name, candles } = instrument;
  const klType = kLineTypes.get(subType)!;
  const changed = before === undefined ? [candles.current(klType, until)] : candles.since(klType, before, until);
  const klList = changed.map((candle) => kLine(instrument, candle));
  for (const rehabType of rehabTypes) send(QotUpdateKL, { rehabType, klType, security, name, klList });
}
