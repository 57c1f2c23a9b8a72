import { line } from "d3-shape";
import type { Tick } from "../book.ts";
import { price } from "../format.ts";

const WIDTH = 104;
const HEIGHT = 28;
const PAD = 3;
/** Points that fill the width; fewer stay at the right, where the newest is. */
const MIN_POINTS = 24;

/** The way of the price since the page began to watch; where quotes are missing, so is the line. */
export function Sparkline({ trail, digits }: { readonly trail: Tick["trail"]; readonly digits: number }) {
  const prices = trail.filter((value) => value !== undefined);
  if (prices.length === 0) return null;
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const span = Math.max(MIN_POINTS, trail.length) - 1;
  const x = (index: number) => PAD + ((WIDTH - 2 * PAD) * (span - (trail.length - 1 - index))) / span;
  const y = (value: number) => (high === low ? HEIGHT / 2 : PAD + ((HEIGHT - 2 * PAD) * (high - value)) / (high - low));
  const path = line<number | undefined>()
    .defined((value) => value !== undefined)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1)(trail);
  const last = trail.at(-1);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${price(low, digits)} to ${price(high, digits)}`}
    >
      <path d={path ?? ""} />
      {last !== undefined && <circle cx={x(trail.length - 1)} cy={y(last)} r="2" />}
    </svg>
  );
}
