import type { MessageInit } from "@tickwire/codec";
import { type Currency, type Funds, TrdAccType } from "@tickwire/codec/trade";
import { isBuy, type TradeBook, workingQty } from "./trade-book.ts";
import type { FixtureAccount } from "./trade-fixture.ts";
import { marginTerms } from "./trade-margin.ts";
import { marketIn, marketOf } from "./trade-markets.ts";
import { convert, money } from "./trade-money.ts";

/** Shares of the price that OpenD's buying powers are estimated with. */
const LONG_SHARE = 0.5;
const SHORT_SHARE = 0.6;

/**
 * An account's funds in one currency, at the prices of now. `totalAssets` is cash and positions; what working orders to buy
 * take is frozen; what the margin of the positions leaves is the buying power.
 * @param except - An order that shall not count, because it is to be changed.
 */
export function fundsOf(
  account: FixtureAccount,
  book: TradeBook,
  currency: Currency,
  except?: bigint,
): MessageInit<Funds> {
  const inCurrency = (amount: number, from: Currency) => convert(amount, from, currency);
  const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
  const holdings = book.holdings(account).map((holding) => ({
    ...holding,
    value: inCurrency(holding.value, holding.tradable.currency),
    asset: inCurrency(holding.asset, holding.tradable.currency),
    exposure: inCurrency(holding.exposure, holding.tradable.currency),
    unrealizedPL: inCurrency(holding.unrealizedPL, holding.tradable.currency),
    realizedPL: inCurrency(holding.position.realizedPL, holding.tradable.currency),
    trdMarket: marketIn(holding.tradable, account.trdMarketAuthList),
  }));
  const frozen = account.orders.flatMap((order) => {
    const tradable = book.tradable(order.symbol);
    const { currency: from, multiplier, kind } = tradable;
    if (!isBuy(order) || kind === "future" || order.orderID === except) return [];
    const price = order.price ?? book.quote(tradable).curPrice;
    return [{ from, amount: workingQty(order) * price * multiplier }];
  });
  const frozenCash = sum(frozen.map(({ amount, from }) => inCurrency(amount, from)));

  const cash = sum(account.cash.map(({ amount, currency: from }) => inCurrency(amount, from)));
  const debt = sum(account.cash.map(({ amount, currency: from }) => inCurrency(Math.max(0, -amount), from)));
  const longMv = sum(holdings.map(({ value }) => Math.max(0, value)));
  const shortMv = sum(holdings.map(({ value }) => Math.min(0, value)));
  const totalAssets = cash + sum(holdings.map(({ asset }) => asset));
  const marginAt = (terms: "im" | "mm" | "mcm") =>
    sum(
      holdings.map(({ tradable, exposure }) => {
        const { [`${terms}LongRatio` as const]: long, [`${terms}ShortRatio` as const]: short } = marginTerms(tradable);
        return exposure > 0 ? (exposure * long) / 100 : (-exposure * short) / 100;
      }),
    );
  const initialMargin = marginAt("im");
  const isMargin = account.accType !== TrdAccType.Cash;
  const netCashPower = Math.max(0, cash - frozenCash);
  const available = Math.max(0, totalAssets - initialMargin - frozenCash);
  const withdrawable = isMargin ? Math.min(netCashPower, available) : netCashPower;
  const amounts = {
    power: isMargin ? available / LONG_SHARE : netCashPower,
    totalAssets,
    cash,
    marketVal: longMv + shortMv,
    frozenCash,
    debtCash: debt,
    avlWithdrawalCash: withdrawable,
    availableFunds: available,
    unrealizedPL: sum(holdings.map(({ unrealizedPL }) => unrealizedPL)),
    realizedPL: sum(holdings.map(({ realizedPL }) => realizedPL)),
    initialMargin,
    maintenanceMargin: marginAt("mm"),
    marginCallMargin: marginAt("mcm"),
    maxPowerShort: isMargin ? available / SHORT_SHARE : 0,
    netCashPower,
    longMv,
    shortMv,
    pendingAsset: 0,
    maxWithdrawal: isMargin ? available : withdrawable,
    securitiesAssets: totalAssets,
    fundAssets: 0,
    bondAssets: 0,
  };
  const markets = account.trdMarketAuthList;
  const rounded = Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, money(amount)]));
  return {
    ...(rounded as typeof amounts),
    currency,
    cashInfoList: account.cash.map(({ currency: own, amount }) => {
      const left = Math.max(0, amount - sum(frozen.map((each) => (each.from === own ? each.amount : 0))));
      return { currency: own, cash: money(amount), availableBalance: money(left), netCashPower: money(left) };
    }),
    marketInfoList: markets.map((trdMarket) => {
      const own = account.cash.filter((each) => marketOf(each.currency, markets) === trdMarket);
      const held = holdings.filter((each) => each.trdMarket === trdMarket);
      const amounts = own.map(({ amount, currency: from }) => inCurrency(amount, from));
      return { trdMarket, assets: money(sum([...amounts, ...held.map(({ asset }) => asset)])) };
    }),
  };
}
