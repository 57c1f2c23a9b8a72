import type { QotUpdateBasicQotS2C } from "@tickwire/web-client";
import { expect, test } from "vitest";
import { Book } from "./book.ts";
import { arrange, nextSort, type Sort } from "./sorting.ts";

const items = ["HK.2", "HK.10", "US.A", "US.B"].map((symbol) => ({ symbol, name: symbol === "US.A" ? "甲" : symbol }));

/** A book with prices of the two in Hong Kong only. */
function bookOf(prices: Readonly<Record<string, number>>): Book {
  const book = new Book();
  for (const [code, curPrice] of Object.entries(prices))
    book.take(
      { security: { market: 1, code }, curPrice, lastClosePrice: 100 } as QotUpdateBasicQotS2C["basicQotList"][number],
      0,
    );
  return book;
}

const order = (sort: Sort | undefined, filter = "") =>
  arrange(items, filter, sort, bookOf({ 2: 90, 10: 120 })).map(({ symbol }) => symbol);

test("codes are sorted as people count, and securities without a quote come last both ways", () => {
  expect(order(undefined)).toEqual(["HK.2", "HK.10", "US.A", "US.B"]);
  expect(order({ key: "symbol", isDescending: true })).toEqual(["US.B", "US.A", "HK.10", "HK.2"]);
  expect(order({ key: "percent", isDescending: true })).toEqual(["HK.10", "HK.2", "US.A", "US.B"]);
  expect(order({ key: "last", isDescending: false })).toEqual(["HK.2", "HK.10", "US.A", "US.B"]);
});

test("the filter goes by symbol and name", () => {
  expect(order(undefined, " us.")).toEqual(["US.A", "US.B"]);
  expect(order(undefined, "甲")).toEqual(["US.A"]);
});

test("a click sorts, another turns it, a third ends it; numbers begin with the largest", () => {
  const clicks = (key: Sort["key"]) => {
    const first = nextSort(undefined, key);
    const second = nextSort(first, key);
    return [first?.isDescending, second?.isDescending, nextSort(second, key)];
  };
  expect(clicks("name")).toEqual([false, true, undefined]);
  expect(clicks("volume")).toEqual([true, false, undefined]);
});
