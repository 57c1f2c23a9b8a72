import type { Tick } from "../book.ts";
import { price } from "../format.ts";

const WIDTH = 92;

/** Where the price stands between the day's low and high. */
export function DayRange({ quote, digits }: { readonly quote: Tick["quote"]; readonly digits: number }) {
  const { lowPrice, highPrice, curPrice } = quote;
  // Large numbers would not fit side by side, and their fractions say nothing here.
  const shown = highPrice < 10_000 ? digits : 0;
  const low = price(lowPrice, shown);
  const high = price(highPrice, shown);
  const at = highPrice === lowPrice ? 0.5 : (curPrice - lowPrice) / (highPrice - lowPrice);
  return (
    <div class="range">
      <svg viewBox={`0 0 ${WIDTH} 6`} aria-hidden="true">
        <rect class="track" y="2" width={WIDTH} height="2" rx="1" />
        <circle cx={3 + (WIDTH - 6) * Math.min(1, Math.max(0, at))} cy="3" r="3" />
      </svg>
      <span>{low}</span>
      <span class="hidden">to</span>
      <span>{high}</span>
    </div>
  );
}
