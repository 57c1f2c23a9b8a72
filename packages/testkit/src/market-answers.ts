import {
  QotGetMarketState,
  QotGetSecuritySnapshot,
  QotGetStaticInfo,
  QotRequestHistoryKL,
  QotRequestTradeDate,
} from "@tickwire/codec/quote";
import {
  type Clock,
  formatSymbol,
  type MessageInit,
  type Security,
  TradeDateMarket,
  TradeDateType,
} from "@tickwire/session";
import type { Answer } from "./built-ins.ts";
import { isCandleType } from "./candles.ts";
import type { Language } from "./fixture.ts";
import { kLine, withFields } from "./k-lines.ts";
import type { Instrument, Market } from "./market.ts";
import type { Calendar } from "./market-hours.ts";
import { marketState } from "./market-states.ts";
import { dateText, dayOf } from "./market-time.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import { staticInfo } from "./security-info.ts";
import { snapshot } from "./snapshots.ts";
import type { Texts } from "./texts.ts";

/** Securities in one request at most [vendor's rule]. */
const MAX_SECURITIES = 400;
/** K-lines in one page at most. */
const MAX_PAGE = 1000;
/** Days in one request for trading days at most. */
const MAX_DAYS = 3660;

/** What these answers draw on. */
export interface MarketSources {
  readonly clock: Clock;
  readonly market: Market;
  readonly texts: Texts;
  readonly language: Language;
}

/** The answers that need no subscription: 3103, 3202, 3203, 3219, 3223. */
export function answerMarket(answer: Answer, { clock, market, texts, language }: MarketSources): void {
  const { calendars } = market;

  /** All of the securities, or a refusal. */
  const find = (securities: readonly Security[]): readonly Instrument[] | string => {
    if (securities.length > MAX_SECURITIES) return texts.outOfRange("securityList", securities.length, MAX_SECURITIES);
    const unknown = securities.find((security) => market.find(security) === undefined);
    if (unknown !== undefined) return texts.unknownSecurity(formatSymbol(unknown));
    return securities.map((security) => market.find(security)!);
  };
  /** The days of a request, or a refusal. Some clients add a time, which does not matter. */
  const range = ({ beginTime, endTime }: { readonly beginTime: string; readonly endTime: string }) => {
    const [from, to] = [dayOf(beginTime.slice(0, 10)), dayOf(endTime.slice(0, 10))];
    if (from === undefined) return texts.notADate("beginTime", beginTime);
    return to === undefined ? texts.notADate("endTime", endTime) : { from, to };
  };
  const each = <S2C>(
    securities: readonly Security[],
    content: (instruments: readonly Instrument[]) => MessageInit<S2C>,
  ): ReplyInit<S2C> => {
    const instruments = find(securities);
    return typeof instruments === "string" ? refuse(instruments) : succeed(content(instruments));
  };

  answer(QotRequestHistoryKL, (c2s) => {
    const [instruments, days] = [find([c2s.security]), range(c2s)];
    if (typeof instruments === "string") return refuse(instruments);
    if (typeof days === "string") return refuse(days);
    if (!isCandleType(c2s.klType)) return refuse(texts.unknownKLineType(c2s.klType));
    const key = c2s.nextReqKey === undefined ? "0" : new TextDecoder().decode(c2s.nextReqKey);
    if (!/^\d{1,15}$/.test(key)) return refuse(texts.pageKey);
    const instrument = instruments[0]!;
    const { candles, name, security } = instrument;
    const { maxAckKLNum = MAX_PAGE } = c2s;
    if (maxAckKLNum < 1) return refuse(texts.notPositive("maxAckKLNum", maxAckKLNum));
    const most = Math.min(MAX_PAGE, maxAckKLNum);
    const until = instrument.at(clock.unixMs());
    const klList = [];
    for (const candle of candles.between(c2s.klType, days.from, days.to, Number(key), until)) {
      if (klList.length === most)
        return succeed({ security, name, klList, nextReqKey: new TextEncoder().encode(String(candle.unixMs)) });
      klList.push(withFields(kLine(instrument, candle), c2s.needKLFieldsFlag));
    }
    return succeed({ security, name, klList });
  });
  answer(QotGetStaticInfo, ({ securityList, market: of, secType }) => {
    const info = ({ fixture }: Instrument) => staticInfo(fixture, language);
    if (securityList.length > 0) return each(securityList, (all) => ({ staticInfoList: all.map(info) }));
    const listed = market.all.filter(
      (each) => (of ?? each.market) === each.market && (secType ?? each.fixture.secType) === each.fixture.secType,
    );
    return succeed({ staticInfoList: listed.map(info) });
  });
  answer(QotGetSecuritySnapshot, ({ securityList }) =>
    each(securityList, (all) => ({
      snapshotList: all.map((instrument) => snapshot(instrument, instrument.at(clock.unixMs()))),
    })),
  );
  answer(QotGetMarketState, ({ securityList }) =>
    each(securityList, (all) => ({
      marketInfoList: all.map(({ security, name, tape }) => ({
        security,
        name,
        marketState: marketState(tape.path.calendar, calendars, clock.unixMs()),
      })),
    })),
  );

  const ofMarket: ReadonlyMap<TradeDateMarket, Calendar> = new Map<TradeDateMarket, Calendar>([
    [TradeDateMarket.HK, calendars.hk],
    [TradeDateMarket.US, calendars.us],
    [TradeDateMarket.CN, calendars.cn],
    [TradeDateMarket.NT, calendars.cn],
    [TradeDateMarket.ST, calendars.cn],
    [TradeDateMarket.JP_Future, calendars.others],
    [TradeDateMarket.SG_Future, calendars.others],
    [TradeDateMarket.SG, calendars.others],
    [TradeDateMarket.MY, calendars.others],
    [TradeDateMarket.JP, calendars.others],
  ]);
  answer(QotRequestTradeDate, (c2s) => {
    const days = range(c2s);
    if (typeof days === "string") return refuse(days);
    if (days.to - days.from >= MAX_DAYS) return refuse(texts.tooLong(MAX_DAYS));
    const known = c2s.security === undefined ? undefined : market.find(c2s.security);
    if (c2s.security !== undefined && known === undefined)
      return refuse(texts.unknownSecurity(formatSymbol(c2s.security)));
    const calendar = known?.tape.path.calendar ?? ofMarket.get(c2s.market);
    if (calendar === undefined) return refuse(texts.unknownMarket(c2s.market));
    const tradeDateList = [];
    for (let day = calendar.after(days.from - 1); day.number <= days.to; day = calendar.after(day.number))
      tradeDateList.push({
        time: dateText(day.number),
        timestamp: day.midnightMs / 1000,
        tradeDateType: TradeDateType.Whole,
      });
    return succeed({ tradeDateList });
  });
}
