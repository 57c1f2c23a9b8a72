import type { MessageInit } from "@tickwire/codec";
import type { Order, OrderFill, TrdFilterConditions } from "@tickwire/codec/trade";
import { textIn } from "./fixture.ts";
import { type AccountView, filledQty } from "./trade-book.ts";
import { keeps } from "./trade-filter.ts";
import type { FixtureOrder } from "./trade-fixture.ts";
import { marketIn } from "./trade-markets.ts";
import { unixSeconds } from "./trade-time.ts";

/** 2201 and 2221: those of the orders that pass the filter. */
export function orderList(
  view: AccountView,
  orders: readonly FixtureOrder[],
  filter: MessageInit<TrdFilterConditions> | undefined,
  statuses: readonly number[],
): MessageInit<Order>[] {
  return orders
    .filter(({ orderStatus }) => statuses.length === 0 || statuses.includes(orderStatus))
    .map((order) => orderOf(view, order))
    .filter((order) => keeps(filter, { ...order, id: order.orderID }));
}

/** 2211 and 2222: those of the orders' fills that pass the filter. */
export function fillList(
  view: AccountView,
  orders: readonly FixtureOrder[],
  filter: MessageInit<TrdFilterConditions> | undefined,
): OrderFill[] {
  return orders.flatMap((order) => fillsOf(view, order)).filter((fill) => keeps(filter, { ...fill, id: fill.fillID }));
}

function orderOf(view: AccountView, order: FixtureOrder): MessageInit<Order> & { orderID: bigint; code: string } {
  const { symbol, fills, ...rest } = order;
  const { timeZone, currency, multiplier, ...shared } = sharedFields(view, symbol);
  const fillQty = filledQty(order);
  const paid = fills.reduce((sum, { qty, price }) => sum + qty * price, 0);
  return {
    ...rest,
    ...shared,
    currency,
    fillQty,
    fillAvgPrice: fillQty === 0 ? 0 : paid / fillQty,
    lastErrMsg: order.lastErrMsg ?? "",
    createTimestamp: unixSeconds(order.createTime, timeZone),
    updateTimestamp: unixSeconds(order.updateTime, timeZone),
    ...(order.price !== undefined && { orderAmount: order.qty * order.price * multiplier }),
  };
}

function fillsOf(view: AccountView, { symbol, trdSide, orderID, orderIDEx, fills }: FixtureOrder): OrderFill[] {
  const { timeZone, currency: _, multiplier: __, ...shared } = sharedFields(view, symbol);
  return fills.map((fill) => {
    const createTimestamp = unixSeconds(fill.createTime, timeZone);
    return { ...fill, ...shared, trdSide, orderID, orderIDEx, createTimestamp, updateTimestamp: createTimestamp };
  });
}

function sharedFields({ account, book, language }: AccountView, symbol: string) {
  const tradable = book.tradable(symbol);
  const { security, code, secMarket, currency, multiplier, timeZone } = tradable;
  const trdMarket = marketIn(tradable, account.trdMarketAuthList);
  return { code, name: textIn(language, security.name), secMarket, trdMarket, currency, multiplier, timeZone };
}
