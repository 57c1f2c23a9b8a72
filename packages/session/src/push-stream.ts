import { polyfill } from "./dispose.ts";
import { OpenDError } from "./errors.ts";

/**
 * What a stream does when its buffer is full because its reader is slow.
 * - `conflate`: the buffered messages are melted into as few as can hold the newest state of each item. Only if these
 *   are too many too (more securities than the buffer has places), the oldest is thrown away and counted in `dropped`.
 * - `drop-oldest`: the oldest message is thrown away and counted in `dropped`.
 * - `error`: the stream ends with `OPEND_SLOW_CONSUMER`.
 */
export type Overflow = "conflate" | "drop-oldest" | "error";

/** How a stream treats a slow reader. */
export interface StreamOptions {
  /** Messages that are kept for a slow reader; at least 1. Default 1000. */
  readonly buffer?: number | undefined;
  /** Default `conflate` for pushes that carry states, such as quotes; `drop-oldest` for others. */
  readonly overflow?: Overflow | undefined;
}

/** What a stream is made of. */
export interface PushStreamInit<T> {
  readonly buffer: number;
  readonly overflow: Overflow;
  /** Melts messages, oldest first, into fewer; `conflate` needs it. */
  readonly conflate?: ((messages: readonly T[]) => readonly T[]) | undefined;
  /** Called once, when the reader leaves or the stream overflows. Never rejects. */
  readonly release: () => Promise<void>;
}

/**
 * Pushes as an async iterator for one reader. It holds at most `buffer` messages. Leaving a `for await` loop, `close()`
 * and `await using` end it.
 */
export class PushStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #init: PushStreamInit<T>;
  #buffer: T[] = [];
  #reader: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void } | undefined;
  #ended = false;
  #released: Promise<void> | undefined;
  #error: OpenDError | undefined;
  #dropped = 0;

  constructor(init: PushStreamInit<T>) {
    this.#init = init;
    polyfill(this, "asyncDispose", () => this.close());
  }

  /** Messages that were thrown away because the reader was slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @internal Takes a message from the connection. */
  push(message: T): void {
    if (this.#ended) return;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve({ value: message, done: false });
      return;
    }
    this.#buffer.push(message);
    if (this.#buffer.length > this.#init.buffer) this.#overflow();
  }

  /** @internal Ends it: after an error the reader gets what is buffered, and then the error. */
  end(error?: OpenDError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) return;
    if (error === undefined) reader.resolve({ value: undefined, done: true });
    else reader.reject(this.#takeError());
  }

  /** The next message. One call may wait at a time. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#buffer.length > 0) return Promise.resolve({ value: this.#buffer.shift() as T, done: false });
    if (this.#error !== undefined) return Promise.reject(this.#takeError());
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#reader !== undefined)
      return Promise.reject(
        new OpenDError("OPEND_INVALID_ARGUMENT", "a stream has one reader: await next() before calling it again"),
      );
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** What leaving a `for await` loop calls. It does not wait until OpenD has given the subscription up; `close()` does. */
  return(): Promise<IteratorResult<T, undefined>> {
    void this.close();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** Ends the stream and gives up its subscription. What is buffered is dropped. */
  async close(): Promise<void> {
    this.#buffer = [];
    this.#error = undefined;
    this.end();
    await this.#release();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #release(): Promise<void> {
    this.#released ??= this.#init.release();
    return this.#released;
  }

  /** The error is told once; then the stream is simply over. */
  #takeError(): OpenDError | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  #overflow(): void {
    const { overflow, conflate, buffer } = this.#init;
    if (overflow === "error") {
      this.#dropped += 1;
      this.#buffer.pop();
      this.end(
        new OpenDError("OPEND_SLOW_CONSUMER", `the stream was not read in time; ${buffer} messages are buffered`),
      );
      void this.#release();
      return;
    }
    if (overflow === "conflate" && conflate !== undefined) this.#buffer = [...conflate(this.#buffer)];
    if (this.#buffer.length > buffer) {
      this.#buffer.shift();
      this.#dropped += 1;
    }
  }
}
