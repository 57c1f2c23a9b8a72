import type { PushProtocol } from "@tickwire/codec";
import { addDispose } from "./dispose.ts";
import { invalidArgument } from "./errors.ts";
import type { PushRouter, PushSink } from "./push-router.ts";
import { type PushStream, pushStream, type StreamOptions } from "./push-stream.ts";

/** Pushes by callback. A callback that throws, or rejects, is told by the `warning` event and does no other harm. */
export interface CallbackOptions<T> {
  readonly onMessage: (message: T) => unknown;
}

/** A running delivery by callback. */
export interface PushSubscription extends AsyncDisposable {
  /** Ends it and gives up its subscription. */
  close(): Promise<void>;
}

export interface DeliverySource<S2C> {
  /** The part of a push that this delivery is about; undefined for none. */
  readonly select: (message: S2C) => S2C | undefined;
  /** Called once when the reader leaves. Never rejects. */
  readonly release: () => Promise<void>;
}

/** Pushes on their way to one reader. */
export interface Delivery<S2C> {
  /** What the reader gets. */
  readonly handle: PushStream<S2C> | PushSubscription;
  /** Stops it without releasing anything. */
  detach(): void;
}

const DEFAULT_BUFFER = 1000;

/** Connects the router to a new stream, or to a callback. */
export function deliver<S2C>(
  router: PushRouter,
  protocol: PushProtocol<S2C>,
  options: CallbackOptions<S2C> | StreamOptions,
  source: DeliverySource<S2C>,
  warn: (error: unknown) => void,
): Delivery<S2C> {
  const release = () => {
    detach();
    return source.release();
  };
  const onMessage = (options as Partial<CallbackOptions<S2C>>).onMessage;
  if (onMessage !== undefined && typeof onMessage !== "function")
    throw invalidArgument("onMessage must be a function", protocol.name);
  const sink =
    onMessage === undefined
      ? stream(protocol, options as StreamOptions, release)
      : callbackSink(onMessage, release, warn);
  const detach = router.add(protocol, {
    push(message) {
      const selected = source.select(message);
      if (selected !== undefined) sink.push(selected);
    },
    end: (error) => sink.end(error),
  });
  return { handle: sink, detach };
}

function stream<S2C>(
  protocol: PushProtocol<S2C>,
  options: StreamOptions,
  release: () => Promise<void>,
): PushStream<S2C> & PushSink<S2C> {
  const { buffer = DEFAULT_BUFFER } = options;
  if (!(buffer >= 1)) throw invalidArgument(`buffer must be at least 1, got ${buffer}`, protocol.name);
  const { conflate } = protocol;
  const overflow = options.overflow ?? (conflate === undefined ? "drop-oldest" : "conflate");
  if (!["conflate", "drop-oldest", "error"].includes(overflow))
    throw invalidArgument('overflow must be "conflate", "drop-oldest" or "error"', protocol.name);
  if (overflow === "conflate" && conflate === undefined)
    throw invalidArgument("these pushes carry no states to conflate; use another overflow", protocol.name);
  return pushStream({ buffer, overflow, conflate, release });
}

function callbackSink<S2C>(
  onMessage: (message: S2C) => unknown,
  release: () => Promise<void>,
  warn: (error: unknown) => void,
): PushSubscription & PushSink<S2C> {
  let released: Promise<void> | undefined;
  const close = (): Promise<void> => {
    released ??= release();
    return released;
  };
  const sink = {
    push(message: S2C): void {
      try {
        const result = onMessage(message) as PromiseLike<unknown> | undefined | null;
        // Awaited for its rejection only, so that a slow callback holds up nobody.
        if (typeof result?.then === "function") Promise.resolve(result).catch(warn);
      } catch (error) {
        warn(error);
      }
    },
    end(): void {
      // The client's `closed` event tells it.
    },
    close,
  };
  return addDispose(sink, "asyncDispose", close) as PushSubscription & PushSink<S2C>;
}
