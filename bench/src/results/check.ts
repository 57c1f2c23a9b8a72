import { peerNames } from "../codec/best-peer.ts";
import type { CodecResults, Direction } from "../codec/types.ts";
import { geometricMean } from "../measure/statistics.ts";

/** How far we may fall behind before it counts: ratios wander by some ten percent on a machine that is not quiet. */
export const TOLERANCE = 0.25;

/** What ours gained or lost against the peers since the results were recorded. */
export interface Change {
  readonly item: string;
  readonly direction: Direction;
  /** Fresh ratio ÷ recorded ratio, the geometric mean over the peers: below 1 we lost. */
  readonly factor: number;
}

/** Compares each item's ratios with the recorded ones. A mean over the peers, for one peer alone wanders more. */
export function changes(recorded: CodecResults, fresh: CodecResults): Change[] {
  const peers = peerNames(recorded);
  return fresh.items.flatMap(({ id, ...results }) =>
    (["decode", "encode"] as const).flatMap((direction): Change[] => {
      const before = recorded.items.find((item) => item.id === id)?.[direction] ?? [];
      const factors = results[direction].flatMap(({ implementation, ratio }) => {
        const old = before.find((measured) => measured.implementation === implementation)?.ratio;
        return ratio && old && peers.has(implementation) ? [ratio.median / old.median] : [];
      });
      return factors.length === 0 ? [] : [{ item: id, direction, factor: geometricMean(factors) }];
    }),
  );
}

export const fellBehind = ({ factor }: Change): boolean => factor < 1 - TOLERANCE;
