import type { MessageInit } from "@tickwire/codec";
import { type TrdFilterConditions, TrdMarket } from "@tickwire/codec/trade";
import type { Texts } from "./texts.ts";
import { TRADE_TIME } from "./trade-time.ts";

/** What a filter looks at, of an order, a fill or a position. */
interface Filtered {
  readonly id: bigint;
  readonly code: string;
  readonly trdMarket?: TrdMarket | undefined;
  readonly orderIDEx?: string | undefined;
  readonly createTime?: string;
}

/** Whether all conditions that are set hold. The market 0 is none: Python's client always sends one. */
export function keeps(filter: MessageInit<TrdFilterConditions> | undefined, entry: Filtered): boolean {
  const { codeList = [], idList = [], orderIDExList = [], filterMarket, beginTime, endTime } = filter ?? {};
  const allows = <T>(list: readonly T[], value: T | undefined) =>
    list.length === 0 || (value !== undefined && list.includes(value));
  return (
    allows(codeList, entry.code) &&
    allows(idList, entry.id) &&
    allows(orderIDExList, entry.orderIDEx) &&
    allows(filterMarket === undefined || filterMarket === TrdMarket.Unknown ? [] : [filterMarket], entry.trdMarket) &&
    (!beginTime || entry.createTime === undefined || entry.createTime >= beginTime) &&
    (!endTime || entry.createTime === undefined || entry.createTime <= endTime)
  );
}

/** What is wrong with a filter's times; undefined when nothing is. History needs both. */
export function timeProblem(
  { beginTime = "", endTime = "" }: MessageInit<TrdFilterConditions>,
  texts: Texts,
  isHistory: boolean,
): string | undefined {
  for (const [name, time] of Object.entries({ beginTime, endTime })) {
    if (time === "" && isHistory) return texts.missing(name);
    if (time !== "" && !TRADE_TIME.test(time)) return texts.wrongTime(name, time);
  }
  return undefined;
}
