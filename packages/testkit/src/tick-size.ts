import { parseSymbol, QotMarket, SecurityType } from "@tickwire/session";

/** The smallest step of a price upwards from where it is. */
export type TickSize = (price: number) => number;

/** Hong Kong's steps since August 2025: from each price on. */
const hongKong: readonly (readonly [fromPrice: number, tick: number])[] = [
  [5000, 5],
  [2000, 2],
  [1000, 1],
  [500, 0.5],
  [200, 0.2],
  [100, 0.1],
  [50, 0.05],
  [20, 0.02],
  [0.5, 0.01],
  [0.25, 0.005],
  [0, 0.001],
];

/** A loop without closures: every price of a day passes here. */
const hongKongTick: TickSize = (price) => {
  let band = 0;
  while (price < hongKong[band]![0]) band++;
  return hongKong[band]![1];
};
const unitedStatesTick: TickSize = (price) => (price < 1 ? 0.0001 : 0.01);
const cent: TickSize = () => 0.01;

const stocks: ReadonlySet<SecurityType> = new Set([
  SecurityType.Eqty,
  SecurityType.Trust,
  SecurityType.Warrant,
  SecurityType.Bwrt,
]);

/** What a market's rules say; a cent for what they do not know: indexes, futures, options, other markets. */
export function marketTickSize(symbol: string, secType: SecurityType): TickSize {
  if (!stocks.has(secType)) return cent;
  const { market } = parseSymbol(symbol);
  if (market === QotMarket.HK_Security) return hongKongTick;
  return market === QotMarket.US_Security ? unitedStatesTick : cent;
}

/**
 * The steps of a security: its market's, which change with the price, if `spread` is what the market says at `price`; else
 * always `spread`.
 */
export function tickSizeOf(symbol: string, secType: SecurityType, price: number, spread: number): TickSize {
  const ofMarket = marketTickSize(symbol, secType);
  return ofMarket(price) === spread ? ofMarket : () => spread;
}

/** The nearest price that is on a tick; at least one tick. */
export function onTick(price: number, tickSize: TickSize): number {
  const tick = tickSize(Math.max(0, price));
  return multiple(Math.max(1, Math.round(price / tick)), tick);
}

/** The price so many ticks above, or below for a negative number, through all bands; 0 or less when there is none. */
export function ticksFrom(price: number, ticks: number, tickSize: TickSize): number {
  let at = price;
  for (let i = 0; i < Math.abs(ticks) && at > 0; i++) {
    // Below the edge of a band its lower neighbour's step counts.
    const tick = ticks > 0 ? tickSize(at) : tickSize(at * (1 - 1e-9));
    at = multiple(Math.round(at / tick) + Math.sign(ticks), tick);
  }
  return at;
}

/** Without the dust that binary fractions leave. */
function multiple(count: number, tick: number): number {
  if (Number.isInteger(tick)) return count * tick;
  const perUnit = Math.round(1 / tick);
  return Math.abs(perUnit * tick - 1) < 1e-9 ? count / perUnit : Number((count * tick).toFixed(9));
}
