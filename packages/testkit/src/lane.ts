/** Does things in the order in which they come: at once, as long as none of them has to wait for what it needs. */
export class Lane {
  #last: Promise<void> | undefined;

  /** @param needs Must not reject. */
  add<T>(needs: T | Promise<T>, use: (value: T) => void): void {
    if (this.#last === undefined && !(needs instanceof Promise)) {
      use(needs);
      return;
    }
    const last = Promise.all([needs, this.#last]).then(([value]) => {
      if (this.#last === last) this.#last = undefined;
      use(value);
    });
    this.#last = last;
  }
}
