import { type CodecResults, type Direction, type ItemResults, type Measured, OUR_VERSION } from "./types.ts";

/** The fastest peer of an item; our other builds and the floor are no peers. */
export function bestPeer(results: CodecResults, item: ItemResults, direction: Direction): Measured | undefined {
  const peers = peerNames(results);
  return item[direction]
    .filter(({ implementation, ratio }) => peers.has(implementation) && ratio !== undefined)
    .sort((one, other) => one.ratio!.median - other.ratio!.median)[0];
}

export const peerNames = ({ implementations }: CodecResults): Set<string> =>
  new Set(implementations.filter(({ version }) => version !== OUR_VERSION).map(({ name }) => name));
