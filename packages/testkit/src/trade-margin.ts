import type { MarginRatioInfo } from "@tickwire/codec/trade";
import type { Tradable, TradableKind } from "./trade-markets.ts";

type Terms = Required<Omit<{ [K in keyof MarginRatioInfo]: NonNullable<MarginRatioInfo[K]> }, "security">>;

type Levels = readonly [initial: number, marginCall: number, maintenance: number, alert: number];
const inFull: Levels = [100, 100, 100, 100];

/** The fake's own terms, in percent, the same for all of a kind. Options and warrants are paid in full. */
const terms: Readonly<Record<TradableKind, Terms>> = {
  security: margin({ long: [50, 40, 30, 45], short: [60, 50, 40, 55], shortPoolRemain: 1_000_000, shortFeeRate: 2.5 }),
  warrant: { ...margin({ long: inFull, short: inFull, shortPoolRemain: 0, shortFeeRate: 0 }), isShortPermit: false },
  option: margin({ long: inFull, short: [60, 50, 40, 55], shortPoolRemain: 0, shortFeeRate: 0 }),
  future: margin({ long: [10, 9, 8, 9.5], short: [10, 9, 8, 9.5], shortPoolRemain: 0, shortFeeRate: 0 }),
};

function margin(init: { long: Levels; short: Levels; shortPoolRemain: number; shortFeeRate: number }): Terms {
  const { long, short, shortPoolRemain, shortFeeRate } = init;
  return {
    isLongPermit: true,
    isShortPermit: true,
    shortPoolRemain,
    shortFeeRate,
    imLongRatio: long[0],
    mcmLongRatio: long[1],
    mmLongRatio: long[2],
    alertLongRatio: long[3],
    imShortRatio: short[0],
    mcmShortRatio: short[1],
    mmShortRatio: short[2],
    alertShortRatio: short[3],
  };
}

/** On what terms something is bought on margin or sold short (2223). */
export function marginTerms({ kind }: Tradable): Terms {
  return terms[kind];
}
