import {
  Currency,
  OrderFillStatus,
  OrderStatus,
  OrderType,
  PositionSide,
  SecurityFirm,
  SimAccType,
  TimeInForce,
  TrdAccRole,
  TrdAccStatus,
  TrdAccType,
  TrdEnv,
  TrdMarket,
  TrdSide,
} from "@tickwire/codec/trade";
import type { FixtureSecurity } from "./fixture.ts";
import type { FixtureProblem } from "./fixture-problems.ts";
import { date, enumOf, symbol, uint64 } from "./fixture-values.ts";
import type { FixtureAccount, FixtureFill, FixtureOrder } from "./trade-fixture.ts";
import { marketIn, tradableOf } from "./trade-markets.ts";
import { isCurrency } from "./trade-money.ts";
import { TRADE_TIME } from "./trade-time.ts";
import { z } from "./zod.ts";

const qty = z.number().positive();
const time = z.string().regex(TRADE_TIME, "expected a time as yyyy-MM-dd HH:mm:ss");
const currency = enumOf(Currency).refine(isCurrency, { error: "the fake has no exchange rate for this currency" });

const cash = z.strictObject({
  currency: currency.describe("HKD, USD, …"),
  amount: z.number().describe("Negative is money that is owed."),
});

const position = z.strictObject({
  positionID: uint64.describe("Unique within the account, as text."),
  symbol: symbol.describe("One of the fixture's securities."),
  positionSide: enumOf(PositionSide).default(PositionSide.Long).describe("Long (default) or Short."),
  qty: qty.describe("Shares or contracts; positive for a short position, too."),
  canSellQty: z
    .number()
    .nonnegative()
    .optional()
    .describe("How much of it can be closed. Default: what no order closes."),
  averageCostPrice: z.number().describe("What a share, or a unit of a contract, was paid or sold for."),
  realizedPL: z.number().default(0).describe("What was earned by the part that is closed already."),
});

const fill = z
  .strictObject({
    fillID: uint64.describe("Unique within the account, as text."),
    fillIDEx: z.string().optional().describe("Default: fillID."),
    qty: qty.describe("Shares or contracts."),
    price: z.number().describe("Of one share or contract unit."),
    createTime: time.describe("yyyy-MM-dd HH:mm:ss in the market's time."),
    status: enumOf(OrderFillStatus).default(OrderFillStatus.OK).describe("Default OK."),
    counterBrokerID: z.int32().optional().describe("Hong Kong stocks only."),
    counterBrokerName: z.string().optional().describe("Hong Kong stocks only."),
  })
  .transform((fill): FixtureFill => ({ ...fill, fillIDEx: fill.fillIDEx ?? String(fill.fillID) }));

const order = z
  .strictObject({
    orderID: uint64.describe("Unique within the account, as text."),
    orderIDEx: z.string().optional().describe("Default: orderID."),
    symbol: symbol.describe("One of the fixture's securities."),
    trdSide: enumOf(TrdSide).describe("Buy or Sell, or SellShort and BuyBack, which OpenD only tells."),
    orderType: enumOf(OrderType).default(OrderType.Normal).describe("Default Normal."),
    orderStatus: enumOf(OrderStatus).describe("Its fills have to fit: none of Submitted, all of Filled_All."),
    qty: qty.describe("Shares or contracts."),
    price: z.number().optional().describe("Absent for market orders."),
    createTime: time.describe("yyyy-MM-dd HH:mm:ss in the market's time."),
    updateTime: time.optional().describe("Default: the last fill's, or createTime."),
    timeInForce: enumOf(TimeInForce).default(TimeInForce.DAY).describe("Default DAY."),
    remark: z.string().optional().describe("The user's note."),
    lastErrMsg: z.string().optional().describe("Why it failed."),
    auxPrice: z.number().optional().describe("Price that triggers it."),
    fillOutsideRTH: z.boolean().optional().describe("US only: also before and after the regular hours."),
    fills: z.array(fill).default([]).describe("Its executions, oldest first."),
  })
  .transform(
    (order): FixtureOrder => ({
      ...order,
      orderIDEx: order.orderIDEx ?? String(order.orderID),
      updateTime: order.updateTime ?? order.fills.at(-1)?.createTime ?? order.createTime,
    }),
  );

const cashFlow = z.strictObject({
  cashFlowID: uint64.describe("As text."),
  clearingDate: date.describe("yyyy-MM-dd."),
  settlementDate: date.describe("yyyy-MM-dd."),
  currency: currency.describe("HKD, USD, …"),
  cashFlowType: z.string().describe("What it was, in words."),
  amount: z.number().describe("Negative for what went out."),
  remark: z.string().default("").describe("More words."),
});

/** One account of a fixture. */
export const account: z.ZodType<FixtureAccount> = z.strictObject({
  accID: uint64.describe("As text. Unique within the fixture."),
  trdEnv: enumOf(TrdEnv).describe("Real or Simulate."),
  trdMarketAuthList: z.array(enumOf(TrdMarket)).min(1).describe("Markets that it may trade in: HK, US, Futures, …"),
  accType: enumOf(TrdAccType).default(TrdAccType.Margin).describe("Cash or Margin (default)."),
  isUniversal: z.boolean().default(false).describe("Told by GetAccList only to those that ask for universal accounts."),
  cardNum: z.string().optional().describe("Made up: never that of a real account."),
  uniCardNum: z.string().optional().describe("The universal account's, made up as well."),
  securityFirm: enumOf(SecurityFirm).optional().describe("The broker of a real account."),
  simAccType: enumOf(SimAccType).optional().describe("For paper trading only."),
  accStatus: enumOf(TrdAccStatus).default(TrdAccStatus.Active).describe("Active (default) or Disabled."),
  accRole: enumOf(TrdAccRole).default(TrdAccRole.Normal).describe("Normal (default), Master or IPO."),
  currency: currency.describe("Of the amounts of its funds, unless asked for in another."),
  cash: z.array(cash).default([]).describe("One entry per currency."),
  positions: z.array(position).default([]).describe("What it holds."),
  orders: z.array(order).default([]).describe("Those of the day and those that are still working."),
  pastOrders: z.array(order).default([]).describe("Those of days before: the history."),
  cashFlows: z.array(cashFlow).default([]).describe("Money that came in or went out."),
});

/** What no single value of the accounts shows. */
export function* accountProblems(
  accounts: readonly FixtureAccount[],
  securities: readonly FixtureSecurity[],
): Generator<FixtureProblem> {
  const bySymbol = new Map(securities.map((security) => [security.symbol, security]));
  yield* duplicates(accounts, ["accounts"], "accID");
  for (const [index, { cash, positions, orders, pastOrders, trdMarketAuthList }] of accounts.entries()) {
    const at = (...path: (string | number)[]) => ["accounts", index, ...path];
    yield* duplicates(cash, at("cash"), "currency");
    yield* duplicates(positions, at("positions"), "positionID");
    const lists = { positions, orders, pastOrders };
    for (const [list, entries] of Object.entries(lists))
      for (const [i, { symbol }] of entries.entries()) {
        const problem = untradable(symbol, bySymbol, trdMarketAuthList);
        if (problem !== undefined) yield { path: at(list, i, "symbol"), message: problem };
      }
    for (const [i, { canSellQty = 0, qty }] of positions.entries())
      if (canSellQty > qty) yield { path: at("positions", i, "canSellQty"), message: `above qty, which is ${qty}` };
    yield* duplicates([...orders, ...pastOrders], at("orders"), "orderID");
    for (const [list, entries] of Object.entries({ orders, pastOrders }))
      for (const [i, order] of entries.entries()) {
        const problem = unfitting(order);
        if (problem !== undefined) yield { path: at(list, i, "fills"), message: problem };
      }
    yield* duplicates(
      [...orders, ...pastOrders].flatMap(({ fills }) => fills),
      at("orders"),
      "fillID",
    );
  }
}

function* duplicates<K extends string>(
  entries: readonly Readonly<Record<K, bigint | number>>[],
  path: (string | number)[],
  key: K,
): Generator<FixtureProblem> {
  const seen = new Set<bigint | number>();
  for (const entry of entries) {
    if (seen.has(entry[key])) yield { path, message: `two have the ${key} ${entry[key]}` };
    seen.add(entry[key]);
  }
}

function untradable(
  symbol: string,
  securities: ReadonlyMap<string, FixtureSecurity>,
  markets: readonly TrdMarket[],
): string | undefined {
  const security = securities.get(symbol);
  if (security === undefined) return `${symbol} is none of the securities`;
  const tradable = tradableOf(security);
  if (tradable === undefined) return `${symbol} cannot be traded`;
  return marketIn(tradable, markets) === undefined
    ? `the account's trdMarketAuthList has no market of ${symbol}`
    : undefined;
}

/** How fills contradict an order's status; undefined when they do not. */
function unfitting({ orderStatus, qty, fills }: FixtureOrder): string | undefined {
  const filled = fills.reduce((sum, { qty }) => sum + qty, 0);
  if (filled > qty) return `${filled} are filled of ${qty}`;
  switch (orderStatus) {
    case OrderStatus.Filled_All:
      return filled < qty ? `only ${filled} of ${qty} are filled, but orderStatus is Filled_All` : undefined;
    case OrderStatus.Filled_Part:
    case OrderStatus.Cancelling_Part:
    case OrderStatus.Cancelled_Part:
      return filled === 0 || filled === qty
        ? `orderStatus says that a part is filled, not ${filled} of ${qty}`
        : undefined;
    case OrderStatus.FillCancelled:
      return undefined;
    default:
      return filled > 0 ? "orderStatus says that nothing is filled" : undefined;
  }
}
