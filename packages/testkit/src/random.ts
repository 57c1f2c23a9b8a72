/**
 * Random numbers that a seed decides, the same in every runtime. Good for moving prices, not for secrets: a 32-bit
 * counter with the finishing steps of a common integer hash.
 */
export class Random {
  #state: number;

  constructor(seed: string) {
    this.#state = hashOf(seed);
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return (mix(this.#state) >>> 0) / 0x1_0000_0000;
  }
}

/** Spreads every bit over all 32. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** A whole number of 32 bits that stands for a text. */
export function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = mix(hash ^ text.charCodeAt(i));
  return hash;
}

/** From 0 to below 1, decided by a hash and two whole numbers: what has no memory, and can be asked in any order. */
export function chance(hash: number, a: number, b = 0): number {
  return (mix(mix((hash + Math.imul(a, 0x9e3779b9)) | 0) + Math.imul(b, 0x85ebca77)) >>> 0) / 0x1_0000_0000;
}
