/** Serial numbers of requests: 1, 2, … 4294967295, then 1 again. OpenD wants them to grow within a connection. */
export class SerialNumbers {
  #last: number;

  /** @param last The number before the first one. */
  constructor(last = 0) {
    this.#last = last;
  }

  next(): number {
    this.#last = this.#last === 0xffff_ffff ? 1 : this.#last + 1;
    return this.#last;
  }
}
