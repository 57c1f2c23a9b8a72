/**
 * Random numbers that a seed decides, the same in every runtime. Good for moving prices, not for secrets: a 32-bit
 * counter with the finishing steps of a common integer hash.
 */
export class Random {
  #state = 0;

  constructor(seed: string) {
    for (let i = 0; i < seed.length; i++) this.#state = mix(this.#state ^ seed.charCodeAt(i));
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
