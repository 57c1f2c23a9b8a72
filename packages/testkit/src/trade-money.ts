import { Currency } from "@tickwire/codec/trade";

/** Hong Kong dollars for one unit of a currency: round numbers, the same on every day. */
const hkd: ReadonlyMap<Currency, number> = new Map([
  [Currency.HKD, 1],
  [Currency.USD, 7.8],
  [Currency.CNH, 1.1],
  [Currency.JPY, 0.05],
  [Currency.SGD, 6],
  [Currency.AUD, 5.2],
  [Currency.CAD, 5.6],
  [Currency.MYR, 1.9],
  [Currency.NZD, 4.5],
]);

/** Whether amounts can be told in a currency. */
export function isCurrency(currency: Currency): boolean {
  return hkd.has(currency);
}

/** An amount in another currency. Both have to be known. */
export function convert(amount: number, from: Currency, to: Currency): number {
  return from === to ? amount : (amount * hkd.get(from)!) / hkd.get(to)!;
}

/** An amount as OpenD tells it: with three decimals. */
export function money(amount: number): number {
  return Number(amount.toFixed(3)) || 0;
}
