import { QotGetBroker, QotGetKL, QotGetOrderBook, QotGetRT, QotGetTicker } from "@tickwire/codec/quote";
import {
  type Clock,
  type KLType,
  type MessageInit,
  OrderBookType,
  PushDataType,
  QotGetBasicQot,
  type Security,
  SubType,
} from "@tickwire/session";
import { brokerQueue } from "./broker-queue.ts";
import type { Answer } from "./built-ins.ts";
import { kLineTypes } from "./feeds.ts";
import { kLine } from "./k-lines.ts";
import type { Instrument } from "./market.ts";
import type { Moment } from "./market-hours.ts";
import { orderBook } from "./order-book.ts";
import type { QuoteService } from "./quote-service.ts";
import { basicQot } from "./quotes.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import type { Texts } from "./texts.ts";
import { MAX_TICKERS, tickers } from "./tickers.ts";
import { timeShares } from "./time-shares.ts";

/** K-lines in one answer at most [vendor's rule]. */
const MAX_K_LINES = 1000;

/** The answers about securities to which the connection has to be subscribed: 3004, 3006, 3008, 3010, 3012, 3014. */
export function answerQuotes(answer: Answer, service: QuoteService, clock: Clock, texts: Texts): void {
  const of = <S2C>(
    connID: bigint,
    security: Security,
    subType: SubType,
    content: (instrument: Instrument, until: Moment) => MessageInit<S2C>,
  ): ReplyInit<S2C> => {
    const instrument = service.subscribed(connID, { security, subType });
    if (typeof instrument === "string") return refuse(instrument);
    return succeed(content(instrument, instrument.at(clock.unixMs())));
  };
  const isCount = (count: number, max: number): boolean => count >= 1 && count <= max;

  answer(QotGetBasicQot, ({ securityList }, connID) => {
    const basicQotList = [];
    for (const security of securityList) {
      const instrument = service.subscribed(connID, { security, subType: SubType.Basic });
      if (typeof instrument === "string") return refuse(instrument);
      basicQotList.push(basicQot(instrument, instrument.at(clock.unixMs())));
    }
    return succeed({ basicQotList });
  });
  answer(QotGetKL, ({ security, klType, reqNum }, connID) => {
    const subType = subTypes.get(klType);
    if (subType === undefined) return refuse(texts.unknownKLineType(klType));
    if (!isCount(reqNum, MAX_K_LINES)) return refuse(texts.outOfRange("reqNum", reqNum, MAX_K_LINES));
    return of(connID, security, subType, (instrument, until) => ({
      security,
      name: instrument.name,
      klList: instrument.candles.latest(klType, reqNum, until).map((candle) => kLine(instrument, candle)),
    }));
  });
  answer(QotGetRT, ({ security }, connID) =>
    of(connID, security, SubType.RT, (instrument, until) => ({
      security,
      name: instrument.name,
      rtList: timeShares(instrument, until),
    })),
  );
  answer(QotGetTicker, ({ security, maxRetNum }, connID) => {
    if (!isCount(maxRetNum, MAX_TICKERS)) return refuse(texts.outOfRange("maxRetNum", maxRetNum, MAX_TICKERS));
    return of(connID, security, SubType.Ticker, (instrument, until) => ({
      security,
      name: instrument.name,
      tickerList: tickers(instrument, until, { count: maxRetNum, pushDataType: PushDataType.Cache }),
    }));
  });
  answer(QotGetOrderBook, ({ security, num, orderBookType = OrderBookType.Normal }, connID) => {
    // More than there are is no mistake.
    if (num < 1) return refuse(texts.notPositive("num", num));
    const subType = orderBookType === OrderBookType.Odd ? SubType.OrderBook_Odd : SubType.OrderBook;
    return of(connID, security, subType, (instrument, until) => orderBook(instrument, until, orderBookType, num));
  });
  answer(QotGetBroker, ({ security }, connID) => of(connID, security, SubType.Broker, brokerQueue));
}

const subTypes: ReadonlyMap<KLType, SubType> = new Map([...kLineTypes].map(([subType, klType]) => [klType, subType]));
