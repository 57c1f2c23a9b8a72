import { addDispose } from "@tickwire/session/parts";

/** A stream of events for one reader, which leaves a `for await` loop or calls `close()` to end it. */
export interface EventStream<T> extends AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** The next event. One call may wait at a time. */
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
  close(): Promise<void>;
  [Symbol.asyncIterator](): this;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The writing end of an {@link EventStream}. */
export interface Mailbox<T> extends EventStream<T> {
  /** Puts an event in, in place of an unread one of the same key, of which the new one may be made. */
  put(key: string, make: (unread: T | undefined) => T): void;
  /** The reader gets what is unread, then the error or the end. */
  end(error?: unknown): void;
}

/**
 * Keeps of each key the newest event, so that it holds no more than there are keys, however slow the reader is.
 * @param onClose Called once, when the reader leaves.
 */
export function mailbox<T>(onClose: () => void): Mailbox<T> {
  const done = { value: undefined, done: true } as const;
  const unread = new Map<string, T>();
  let reader: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void } | undefined;
  let ending: { readonly error?: unknown } | undefined;
  let isClosed = false;

  /** Serves the reader that waits, as far as there is something for it. */
  const serve = () => {
    if (reader === undefined) return;
    const waiting = reader;
    const [first] = unread;
    if (first === undefined && ending === undefined) return;
    reader = undefined;
    if (first !== undefined) {
      unread.delete(first[0]);
      waiting.resolve({ value: first[1], done: false });
    } else if (ending?.error === undefined) waiting.resolve(done);
    else {
      // Told once; then the stream is simply over.
      waiting.reject(ending.error);
      ending = {};
    }
  };
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    unread.clear();
    ending = {};
    serve();
    onClose();
  };

  const stream = {
    put(key: string, make: (unread: T | undefined) => T) {
      if (ending !== undefined) return;
      unread.set(key, make(unread.get(key)));
      serve();
    },
    end(error?: unknown) {
      ending ??= { error };
      serve();
    },
    next(): Promise<IteratorResult<T, undefined>> {
      if (reader !== undefined)
        return Promise.reject(new TypeError("a stream has one reader: await next() before calling it again"));
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        serve();
      });
    },
    async return() {
      await close();
      return done;
    },
    close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return addDispose(stream, "asyncDispose", close) as Mailbox<T>;
}
