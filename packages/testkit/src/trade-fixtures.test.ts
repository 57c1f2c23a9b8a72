import { OrderStatus, TrdAccType } from "@tickwire/codec/trade";
import { expect, test } from "vitest";
import { parseFixture } from "./fixtures.ts";

const stock = {
  symbol: "HK.00001",
  id: "1",
  lotSize: 500,
  secType: "Eqty",
  name: "One",
  listTime: "",
  quote: { curPrice: 50 },
};
const index = { ...stock, symbol: "HK.800000", lotSize: 0, secType: "Index" };
const fill = { fillID: "1", qty: 500, price: 50, createTime: "2026-01-05 09:30:01" };
const order = {
  orderID: "18446744073709551615",
  symbol: "HK.00001",
  trdSide: "Buy",
  orderStatus: "Filled_All",
  qty: 500,
  createTime: "2026-01-05 09:30:00",
  fills: [fill],
};
const position = { positionID: "1", symbol: "HK.00001", qty: 500, averageCostPrice: 49 };
const account = {
  accID: "1",
  trdEnv: "Real",
  trdMarketAuthList: ["HK"],
  currency: "HKD",
  cash: [{ currency: "HKD", amount: 1 }],
  positions: [position],
  orders: [order],
};
const fixture = { version: 1, securities: [stock, index], groups: [], accounts: [account] };
type Json = typeof fixture;

test("fills in what a short account leaves out", () => {
  const [parsed] = parseFixture(fixture).accounts!;
  expect(parsed).toMatchObject({
    accType: TrdAccType.Margin,
    isUniversal: false,
    accStatus: 0,
    accRole: 1,
    cashFlows: [],
  });
  expect(parsed?.positions[0]).toMatchObject({ positionSide: 0, realizedPL: 0 });
  expect(parsed?.orders[0]).toMatchObject({
    orderID: 2n ** 64n - 1n,
    orderIDEx: "18446744073709551615",
    orderStatus: OrderStatus.Filled_All,
    orderType: 1,
    timeInForce: 0,
    updateTime: "2026-01-05 09:30:01",
    fills: [{ fillIDEx: "1", status: 0 }],
  });
});

test("takes an enum by its number too, also one without a name", () => {
  const json = { ...fixture, accounts: [{ ...account, trdEnv: 1, accType: 99 }] };
  expect(parseFixture(json).accounts?.[0]).toMatchObject({ trdEnv: 1, accType: 99 });
});

test.each<[problem: string, change: (account: Json["accounts"][0], json: Json) => unknown]>([
  ["accounts[0].accID: expected a whole number", (one) => Object.assign(one, { accID: "1e3" })],
  [
    "accounts[0].trdEnv: expected one of Simulate, Real, or its number",
    (one) => Object.assign(one, { trdEnv: "real" }),
  ],
  ["accounts[0].trdMarketAuthList: ", (one) => Object.assign(one, { trdMarketAuthList: [] })],
  ["accounts[0].currency: the fake has no exchange rate", (one) => Object.assign(one, { currency: "Unknown" })],
  ['accounts[0]: Unrecognized key: "positons"', (one) => Object.assign(one, { positons: [] })],
  [
    "accounts[0].orders[0].createTime: expected a time",
    ({ orders }) => Object.assign(orders[0]!, { createTime: "9:30" }),
  ],
  ["accounts[0].orders[0].qty: ", ({ orders }) => Object.assign(orders[0]!, { qty: 0 })],
  ["accounts: two have the accID 1", (one, { accounts }) => accounts.push(one)],
  ["accounts[0].cash: two have the currency 1", ({ cash }) => cash.push(cash[0]!)],
  ["accounts[0].positions: two have the positionID 1", ({ positions }) => positions.push(positions[0]!)],
  ["accounts[0].orders: two have the orderID", (one) => Object.assign(one, { pastOrders: one.orders })],
  ["accounts[0].orders: two have the fillID 1", ({ orders }) => orders.push({ ...orders[0]!, orderID: "2" })],
  [
    "accounts[0].positions[0].symbol: HK.1 is none of the securities",
    ({ positions }) => Object.assign(positions[0]!, { symbol: "HK.1" }),
  ],
  [
    "accounts[0].orders[0].symbol: HK.800000 cannot be traded",
    ({ orders }) => Object.assign(orders[0]!, { symbol: "HK.800000" }),
  ],
  [
    "accounts[0].positions[0].symbol: the account's trdMarketAuthList has no market of HK.00001",
    (one) => Object.assign(one, { trdMarketAuthList: ["US"] }),
  ],
  [
    "accounts[0].positions[0].canSellQty: above qty, which is 500",
    ({ positions }) => Object.assign(positions[0]!, { canSellQty: 501 }),
  ],
  ["accounts[0].orders[0].fills: 500 are filled of 400", ({ orders }) => Object.assign(orders[0]!, { qty: 400 })],
  ["accounts[0].orders[0].fills: only 500 of 600 are filled", ({ orders }) => Object.assign(orders[0]!, { qty: 600 })],
  [
    "accounts[0].orders[0].fills: orderStatus says that a part is filled, not 500 of 500",
    ({ orders }) => Object.assign(orders[0]!, { orderStatus: "Filled_Part" }),
  ],
  [
    "accounts[0].orders[0].fills: orderStatus says that nothing is filled",
    ({ orders }) => Object.assign(orders[0]!, { orderStatus: "Submitted" }),
  ],
])("names the place: %s", (problem, change) => {
  const json = structuredClone(fixture);
  change(json.accounts[0]!, json);
  expect(() => parseFixture(json)).toThrow(problem);
});
