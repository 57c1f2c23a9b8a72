import { addDispose } from "./dispose.ts";
import { invalidArgument, OpenDError } from "./errors.ts";
import type { PushSink } from "./push-router.ts";

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

/**
 * Pushes as an async iterator for one reader. It holds at most `buffer` messages. Leaving a `for await` loop, `close()`
 * and `await using` end it.
 */
export interface PushStream<T> extends AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** Messages that were thrown away because the reader was slow. */
  readonly dropped: number;
  /** The next message. One call may wait at a time. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** What leaving a `for await` loop calls. It does not wait until OpenD has given the subscription up; `close()` does. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Ends the stream and gives up its subscription. What is buffered is dropped. */
  close(): Promise<void>;
  [Symbol.asyncIterator](): this;
  [Symbol.asyncDispose](): Promise<void>;
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

/** A new stream, and the sink that feeds it. After an error the reader gets what is buffered, and then the error. */
export function pushStream<T>({
  buffer: capacity,
  overflow,
  conflate,
  release,
}: PushStreamInit<T>): PushStream<T> & PushSink<T> {
  const done = { value: undefined, done: true } as const;
  let buffer: T[] = [];
  let reader: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void } | undefined;
  let ended = false;
  let failure: OpenDError | undefined;
  let dropped = 0;
  let released: Promise<void> | undefined;

  /** Takes the reader that waits. */
  const takeReader = () => {
    const waiting = reader;
    reader = undefined;
    return waiting;
  };
  /** The error is told once; then the stream is simply over. */
  const takeFailure = () => {
    const error = failure;
    failure = undefined;
    return error;
  };
  const releaseOnce = () => {
    released ??= release();
    return released;
  };
  const end = (error?: OpenDError) => {
    if (ended) return;
    ended = true;
    if (error === undefined) takeReader()?.resolve(done);
    else if (reader === undefined) failure = error;
    else takeReader()?.reject(error);
  };
  const makeRoom = () => {
    if (overflow === "error") {
      dropped += 1;
      buffer.pop();
      end(new OpenDError("OPEND_SLOW_CONSUMER", `the stream was not read in time; ${capacity} messages are buffered`));
      void releaseOnce();
      return;
    }
    if (overflow === "conflate" && conflate !== undefined) buffer = [...conflate(buffer)];
    if (buffer.length > capacity) {
      buffer.shift();
      dropped += 1;
    }
  };
  const close = () => {
    buffer = [];
    failure = undefined;
    end();
    return releaseOnce();
  };

  const stream = {
    get dropped() {
      return dropped;
    },
    push(value: T) {
      if (ended) return;
      if (reader !== undefined) return takeReader()?.resolve({ value, done: false });
      buffer.push(value);
      if (buffer.length > capacity) makeRoom();
    },
    end,
    next(): Promise<IteratorResult<T, undefined>> {
      if (buffer.length > 0) return Promise.resolve({ value: buffer.shift() as T, done: false });
      if (failure !== undefined) return Promise.reject(takeFailure());
      if (ended) return Promise.resolve(done);
      if (reader !== undefined)
        return Promise.reject(invalidArgument("a stream has one reader: await next() before calling it again"));
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
      });
    },
    return() {
      void close();
      return Promise.resolve(done);
    },
    close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return addDispose(stream, "asyncDispose", close) as PushStream<T> & PushSink<T>;
}
