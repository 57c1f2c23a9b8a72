import { type Position, PositionSide, type TrdGetPositionListC2S } from "@tickwire/codec/trade";
import { textIn } from "./fixture.ts";
import { type AccountView, filledQty, type Holding, isBuy, type TradeBook } from "./trade-book.ts";
import { keeps } from "./trade-filter.ts";
import type { FixtureAccount } from "./trade-fixture.ts";
import { marketIn } from "./trade-markets.ts";
import { money } from "./trade-money.ts";

/** 2102: the positions that pass the filters, at the prices of now. */
export function positionList(view: AccountView, c2s: TrdGetPositionListC2S): Position[] {
  const { filterConditions, filterPLRatioMin: min, filterPLRatioMax: max } = c2s;
  return view.book
    .holdings(view.account)
    .map((holding) => positionOf(holding, view))
    .filter(
      (position) =>
        keeps(
          { ...filterConditions, beginTime: undefined, endTime: undefined },
          { ...position, id: position.positionID },
        ) &&
        (min === undefined || (position.plRatio ?? Number.NaN) > min) &&
        (max === undefined || (position.plRatio ?? Number.NaN) < max),
    );
}

function positionOf(holding: Holding, { account, book, language }: AccountView): Position {
  const { position, tradable, price, signedQty, unrealizedPL } = holding;
  const { code, currency, secMarket, multiplier, security } = tradable;
  const { averageCostPrice, realizedPL } = position;
  // What the closed part has earned makes the rest cheaper.
  const dilutedCostPrice = averageCostPrice - realizedPL / (signedQty * multiplier);
  const isShort = position.positionSide === PositionSide.Short;
  const ratio = (cost: number) => (cost > 0 ? ((price - cost) / cost) * (isShort ? -1 : 1) : undefined);
  return {
    positionID: position.positionID,
    positionSide: position.positionSide,
    code,
    name: textIn(language, security.name),
    qty: signedQty,
    canSellQty: holding.canSellQty,
    price,
    costPrice: dilutedCostPrice,
    val: money(holding.value),
    plVal: money(unrealizedPL + realizedPL),
    plRatio: ratio(dilutedCostPrice),
    secMarket,
    ...today(holding, account, book),
    unrealizedPL: money(unrealizedPL),
    realizedPL: money(realizedPL),
    currency,
    trdMarket: marketIn(tradable, account.trdMarketAuthList),
    dilutedCostPrice,
    averageCostPrice,
    averagePlRatio: ratio(averageCostPrice),
    accID: account.accID,
  };
}

/** What the day's fills and the price since the last close make of a position. */
function today({ position, tradable, price, signedQty }: Holding, account: FixtureAccount, book: TradeBook) {
  const { symbol } = position;
  const { multiplier } = tradable;
  const of = (buys: boolean) => account.orders.filter((order) => order.symbol === symbol && isBuy(order) === buys);
  const qty = (buys: boolean) => of(buys).reduce((sum, order) => sum + filledQty(order), 0);
  const value = (buys: boolean) =>
    of(buys)
      .flatMap(({ fills }) => fills)
      .reduce((sum, fill) => sum + fill.qty * fill.price * multiplier, 0);
  const [td_buyQty, td_sellQty, td_buyVal, td_sellVal] = [qty(true), qty(false), value(true), value(false)];
  const before = (signedQty - td_buyQty + td_sellQty) * book.quote(tradable).lastClosePrice * multiplier;
  return {
    td_plVal: money(signedQty * price * multiplier + td_sellVal - td_buyVal - before),
    td_trdVal: money(td_buyVal + td_sellVal),
    td_buyVal: money(td_buyVal),
    td_buyQty,
    td_sellVal: money(td_sellVal),
    td_sellQty,
  };
}
