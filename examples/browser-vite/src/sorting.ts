import { type Book, changeOf, type Tick } from "./book.ts";
import type { Named } from "./source.ts";

export type SortKey = "symbol" | "name" | "last" | "change" | "percent" | "volume";

/** Without one the rows have the group's own order. */
export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true });

const numberOf: Readonly<Record<Exclude<SortKey, "symbol" | "name">, (quote: Tick["quote"]) => number>> = {
  last: (quote) => quote.curPrice,
  change: (quote) => changeOf(quote).value,
  percent: (quote) => changeOf(quote).ratio,
  volume: (quote) => Number(quote.volume),
};

/** What a click on a column's head leads to: up, down, and the group's own order again. Of numbers the largest come first. */
export function nextSort(sort: Sort | undefined, key: SortKey): Sort | undefined {
  const first = key !== "symbol" && key !== "name";
  if (sort?.key !== key) return { key, isDescending: first };
  return sort.isDescending === first ? { key, isDescending: !first } : undefined;
}

/** The rows to show. Securities without a quote come last. */
export function arrange(items: readonly Named[], filter: string, sort: Sort | undefined, book: Book): readonly Named[] {
  const wanted = filter.trim().toLowerCase();
  const shown = items.filter(({ symbol, name }) => `${symbol} ${name}`.toLowerCase().includes(wanted));
  if (sort === undefined) return shown;
  const { key, isDescending } = sort;
  const sign = isDescending ? -1 : 1;
  if (key === "symbol" || key === "name") return shown.sort((a, b) => sign * collator.compare(a[key], b[key]));
  const rated = shown.map((item) => {
    const quote = book.of(item.symbol).peek()?.quote;
    return { item, value: quote === undefined ? Number.POSITIVE_INFINITY : sign * numberOf[key](quote) };
  });
  return rated.sort((a, b) => (a.value < b.value ? -1 : Number(a.value > b.value))).map(({ item }) => item);
}
