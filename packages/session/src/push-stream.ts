import { addDispose } from "./dispose.ts";

/**
 * What a stream does when its buffer is full because its reader is slow.
 * - `conflate`: the buffered messages are melted into as few as can hold the newest state of each item. Only if these
 *   are too many too (more securities than the buffer has places), the oldest is thrown away and counted in `dropped`.
 * - `drop-oldest`: the oldest message is thrown away and counted in `dropped`.
 * - `error`: the stream ends with `OPEND_SLOW_CONSUMER`, of LongPort with `LONGPORT_SLOW_CONSUMER`.
 */
export type Overflow = "conflate" | "drop-oldest" | "error";

/** What a stream, or a delivery by callback, tells beside its messages. */
export interface DeliveryEvents {
  /**
   * The connection was lost and is there again; what was pushed meanwhile is missing. Ask for the current state.
   * `sinceMs`: for how long there was none, in milliseconds.
   */
  gap: { readonly sinceMs: number };
  /** Nothing came for `staleAfterMs`. Told once for each silence. `sinceMs`: its length so far, in milliseconds. */
  stale: { readonly sinceMs: number };
}

/** How silence is told. */
export interface SilenceOptions {
  /** After so many milliseconds without a message the event `stale` is told; more than 0. Default: never. */
  readonly staleAfterMs?: number | undefined;
}

/** How a stream treats a slow reader. */
export interface StreamOptions extends SilenceOptions {
  /** Messages that are kept for a slow reader; at least 1. Default 1000. */
  readonly buffer?: number | undefined;
  /** Default `conflate` for pushes that carry states, such as quotes; `drop-oldest` for others. */
  readonly overflow?: Overflow | undefined;
}

/** A queue as an async iterator for one reader. */
export interface BufferedStream<T> extends AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** Messages that were thrown away because the reader was slow. */
  readonly dropped: number;
  /** The next message. One call may wait at a time. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** What leaving a `for await` loop calls: `close()`. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Ends the stream and gives up its subscription. What is buffered is dropped. */
  close(): Promise<void>;
  [Symbol.asyncIterator](): this;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Pushes as an async iterator for one reader. It holds at most `buffer` messages. Leaving a `for await` loop, `close()`
 * and `await using` end it.
 */
export interface PushStream<T> extends BufferedStream<T> {
  /** Adds a listener; dispose of the returned object to remove it. */
  on<K extends keyof DeliveryEvents>(name: K, listener: (event: DeliveryEvents[K]) => unknown): Disposable;
}

/** What a stream is made of. */
export interface PushStreamInit<T> {
  readonly buffer: number;
  readonly overflow: Overflow;
  /** Melts messages, oldest first, into fewer; `conflate` needs it. */
  readonly conflate?: ((messages: readonly T[]) => readonly T[]) | undefined;
  /** Called for each message that is thrown away. */
  readonly dropped?: () => void;
  /** Called once, when the reader leaves or the stream overflows. */
  readonly release: () => void;
}

/** What a stream may reject with by itself, without the prefix of the broker. */
export type StreamErrorCode = "SLOW_CONSUMER" | "INVALID_ARGUMENT";

/** Where the messages of a stream come from. */
export interface Feed<T> {
  push(message: T): void;
  end(error?: Error): void;
}

/**
 * A new stream, and the sink that feeds it. After an error the reader gets what is buffered, and then the error.
 * @param errorOf Makes the error for a reader that is too slow, or that asks twice at once.
 */
export function pushStream<T>(
  { buffer: capacity, overflow, conflate, dropped: onDropped, release }: PushStreamInit<T>,
  errorOf: (code: StreamErrorCode, message: string) => Error,
): BufferedStream<T> & Feed<T> {
  const done = { value: undefined, done: true } as const;
  let buffer: T[] = [];
  let reader: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void } | undefined;
  let ended = false;
  let failure: Error | undefined;
  let dropped = 0;
  let isReleased = false;

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
    if (isReleased) return;
    isReleased = true;
    release();
  };
  const drop = () => {
    dropped += 1;
    onDropped?.();
  };
  const end = (error?: Error) => {
    if (ended) return;
    ended = true;
    if (error === undefined) takeReader()?.resolve(done);
    else if (reader === undefined) failure = error;
    else takeReader()?.reject(error);
  };
  const makeRoom = () => {
    if (overflow === "error") {
      drop();
      buffer.pop();
      end(errorOf("SLOW_CONSUMER", `the stream was not read in time; ${capacity} messages are buffered`));
      releaseOnce();
      return;
    }
    if (overflow === "conflate" && conflate !== undefined) buffer = [...conflate(buffer)];
    if (buffer.length > capacity) {
      buffer.shift();
      drop();
    }
  };
  const close = async () => {
    buffer = [];
    failure = undefined;
    end();
    releaseOnce();
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
        return Promise.reject(
          errorOf("INVALID_ARGUMENT", "a stream has one reader: await next() before calling it again"),
        );
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
  return addDispose(stream, "asyncDispose", close) as BufferedStream<T> & Feed<T>;
}
