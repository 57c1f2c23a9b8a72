import { KLFields, type KLine } from "@tickwire/session";
import type { Candle } from "./candles.ts";
import { type Instrument, rounded, volumeOf } from "./market.ts";

/** A K-line as the protocol tells it. The fake knows no corporate actions, so it is the same for each price adjustment. */
export function kLine(instrument: Instrument, { bar, lastClose, unixMs }: Candle): KLine {
  const { fixture, tape, zone } = instrument;
  const { turnoverRate } = fixture.quote;
  const usual = tape.path.opening.volume;
  return {
    time: zone.text(unixMs),
    isBlank: false,
    highPrice: bar.high,
    openPrice: bar.open,
    lowPrice: bar.low,
    closePrice: bar.close,
    lastClosePrice: lastClose,
    volume: volumeOf(instrument, bar.volume),
    turnover: rounded(bar.turnover),
    turnoverRate: usual > 0 ? rounded((turnoverRate * bar.volume) / usual / 100, 5) : 0,
    changeRate: lastClose === 0 ? 0 : rounded((bar.close / lastClose - 1) * 100),
    timestamp: unixMs / 1000,
  };
}

const fields = [
  [KLFields.High, "highPrice"],
  [KLFields.Open, "openPrice"],
  [KLFields.Low, "lowPrice"],
  [KLFields.Close, "closePrice"],
  [KLFields.LastClose, "lastClosePrice"],
  [KLFields.Volume, "volume"],
  [KLFields.Turnover, "turnover"],
  [KLFields.TurnoverRate, "turnoverRate"],
  [KLFields.ChangeRate, "changeRate"],
] as const;

/** Only the fields whose bits are set in `flags`; all of them if it is undefined. */
export function withFields(line: KLine, flags: bigint | undefined): KLine {
  if (flags === undefined) return line;
  const left = { ...line };
  for (const [bit, field] of fields) if ((flags & BigInt(bit)) === 0n) delete left[field];
  return left;
}
