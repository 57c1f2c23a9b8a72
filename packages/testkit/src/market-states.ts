import { type GetGlobalStateS2C, QotMarketState } from "@tickwire/session";
import type { Calendar, Calendars } from "./market-hours.ts";

/** What a market is in on a trading day, from a time on, in minutes since midnight; the latest first. */
type States = readonly (readonly [from: number, state: QotMarketState])[];

const hongKong: States = [
  [16 * 60 + 10, QotMarketState.Closed],
  [16 * 60, QotMarketState.HkCas],
  [13 * 60, QotMarketState.Afternoon],
  [12 * 60, QotMarketState.Rest],
  [9 * 60 + 30, QotMarketState.Morning],
  [9 * 60 + 20, QotMarketState.WaitingOpen],
  [9 * 60, QotMarketState.Auction],
];

const hongKongFutures: States = [
  [16 * 60 + 30, QotMarketState.FutureDayClose],
  [13 * 60, QotMarketState.FutureDayOpen],
  [12 * 60, QotMarketState.FutureDayBreak],
  [9 * 60 + 15, QotMarketState.FutureDayOpen],
  [9 * 60, QotMarketState.FutureDayWaitForOpen],
];

const unitedStates: States = [
  [20 * 60, QotMarketState.AfterHoursEnd],
  [16 * 60, QotMarketState.AfterHoursBegin],
  [9 * 60 + 30, QotMarketState.Afternoon],
  [4 * 60, QotMarketState.PreMarketBegin],
];

const unitedStatesFutures: States = [
  [18 * 60, QotMarketState.FutureOpen],
  [17 * 60, QotMarketState.FutureBreak],
  [0, QotMarketState.FutureOpen],
];

const china: States = [
  [15 * 60, QotMarketState.Closed],
  [13 * 60, QotMarketState.Afternoon],
  [11 * 60 + 30, QotMarketState.Rest],
  [9 * 60 + 30, QotMarketState.Morning],
  [9 * 60 + 25, QotMarketState.WaitingOpen],
  [9 * 60 + 15, QotMarketState.Auction],
];

/** What each market is in while the fake's markets never close, on a trading day, and when it is closed. */
const ofMarkets = {
  hk: { open: QotMarketState.Morning, states: hongKong, closed: QotMarketState.Closed },
  hkFuture: { open: QotMarketState.FutureDayOpen, states: hongKongFutures, closed: QotMarketState.FutureDayClose },
  us: { open: QotMarketState.Afternoon, states: unitedStates, closed: QotMarketState.Closed },
  usFuture: { open: QotMarketState.FutureOpen, states: unitedStatesFutures, closed: QotMarketState.FutureClose },
  cn: { open: QotMarketState.Morning, states: china, closed: QotMarketState.Closed },
  others: { open: QotMarketState.Morning, states: [], closed: QotMarketState.Closed },
} as const;

/** The state of the market of a calendar at a time in Unix milliseconds. */
export function marketState(calendar: Calendar, all: Calendars, unixMs: number): QotMarketState {
  const name = (Object.keys(ofMarkets) as (keyof Calendars)[]).find((each) => all[each] === calendar) ?? "others";
  const { open, states, closed } = ofMarkets[name];
  if (calendar.neverCloses) return open;
  const day = calendar.day(calendar.zone.dayAt(unixMs));
  if (day === undefined) return closed;
  // Before Sunday evening and after Friday afternoon, futures are closed although there is trading on that day.
  const passed = (unixMs - day.midnightMs) / 60_000;
  const [first, last] = [day.sessions[0]![0], day.sessions.at(-1)![1]];
  if (name === "usFuture" && (passed < first || passed >= last)) return closed;
  const minute = calendar.zone.minuteAt(unixMs);
  return states.find(([from]) => minute >= from)?.[1] ?? closed;
}

type MarketStates = Pick<
  GetGlobalStateS2C,
  | "marketHK"
  | "marketUS"
  | "marketSH"
  | "marketSZ"
  | "marketHKFuture"
  | "marketUSFuture"
  | "marketSGFuture"
  | "marketJPFuture"
>;

/** The markets' part of GetGlobalState (1002). */
export function marketStates(all: Calendars, unixMs: number): MarketStates {
  const state = (name: keyof Calendars) => marketState(all[name], all, unixMs);
  return {
    marketHK: state("hk"),
    marketUS: state("us"),
    marketSH: state("cn"),
    marketSZ: state("cn"),
    marketHKFuture: state("hkFuture"),
    marketUSFuture: state("usFuture"),
    // Of these two the fake knows no hours.
    marketSGFuture: QotMarketState.FutureDayOpen,
    marketJPFuture: QotMarketState.FutureDayOpen,
  };
}
