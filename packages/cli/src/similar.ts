import { closestMatch } from "leven";

/** The candidate that was probably meant, whatever its case; undefined when none comes near, as none does to a letter. */
export function similar(wrong: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase();
  const maxDistance = Math.min(wrong.length - 1, Math.max(1, Math.floor(wrong.length / 3)));
  const match = closestMatch(plain(wrong), candidates.map(plain), { maxDistance });
  return candidates.find((candidate) => plain(candidate) === match);
}
