import { line } from "d3-shape";
import { digitsOf, price } from "../format.ts";
import { store } from "../store.ts";

const WIDTH = 104;
const HEIGHT = 28;
const PAD = 3;
/** More points than this are thinned out; fewer than the second stay at the right, where the newest is. */
const MAX_POINTS = 90;
const MIN_POINTS = 30;

/** The price's way today, beside the close of the day before; where there was none, the line has a hole. */
export function Sparkline({ symbol }: { readonly symbol: string }) {
  const quote = store.book.of(symbol).value?.quote;
  const minutes = store.curves.of(symbol).value;
  if (quote === undefined || minutes.length === 0) return null;
  const step = Math.ceil(minutes.length / MAX_POINTS);
  const points = [
    ...minutes.filter((_, index) => index % step === 0).map((minute) => minute.price),
    // The minute that is under way, as of now.
    quote.curPrice,
  ];
  const prices = points.filter((value) => value !== undefined);
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const bottom = Math.min(low, quote.lastClosePrice);
  const height = Math.max(high, quote.lastClosePrice) - bottom || 1;
  const span = Math.max(MIN_POINTS, points.length) - 1;
  const x = (index: number) => PAD + ((WIDTH - 2 * PAD) * (span - (points.length - 1 - index))) / span;
  const y = (value: number) => HEIGHT - PAD - ((HEIGHT - 2 * PAD) * (value - bottom)) / height;
  const path = line<number | undefined>()
    .defined((value) => value !== undefined)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1)(points);
  const before = y(quote.lastClosePrice);
  const digits = digitsOf(quote.priceSpread);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Today from ${price(low, digits)} to ${price(high, digits)}`}
    >
      <line x1={PAD} x2={WIDTH - PAD} y1={before} y2={before} />
      <path d={path ?? ""} />
      <circle cx={x(points.length - 1)} cy={y(quote.curPrice)} r="2" />
    </svg>
  );
}
