import type { PushProtocol } from "@tickwire/codec";
import type { Clock, Timer } from "./clock.ts";
import { addDispose } from "./dispose.ts";
import { invalidArgument } from "./errors.ts";
import { type Listeners, listeners } from "./events.ts";
import { guarded } from "./guarded.ts";
import { checkPositive } from "./options.ts";
import type { PushRouter } from "./push-router.ts";
import {
  type DeliveryEvents,
  type Feed,
  type PushStream,
  pushStream,
  type SilenceOptions,
  type StreamOptions,
} from "./push-stream.ts";

/** Pushes by callback. A callback that throws, or rejects, is told by the `warning` event and does no other harm. */
export interface CallbackOptions<T> extends SilenceOptions {
  readonly onMessage: (message: T) => unknown;
}

/** A running delivery by callback. */
export interface PushSubscription extends AsyncDisposable {
  /** Adds a listener; dispose of the returned object to remove it. */
  on<K extends keyof DeliveryEvents>(name: K, listener: (event: DeliveryEvents[K]) => unknown): Disposable;
  /** Ends it and gives up its subscription. */
  close(): Promise<void>;
}

/** What a delivery needs of its client. */
export interface DeliveryHost {
  readonly clock: Clock;
  readonly router: PushRouter;
  /** Takes what went wrong where nobody waits for it. */
  warn(error: unknown): void;
  /** A message was thrown away because its reader was slow. */
  dropped(): void;
}

export interface DeliverySource<S2C> {
  /** The part of a push that this delivery is about; undefined for none. */
  readonly select: (message: S2C) => S2C | undefined;
  /** Called once when the reader leaves. */
  readonly release: () => void;
}

const DEFAULT_BUFFER = 1000;

/** Connects the router to a new stream, or to a callback: gives what the reader gets. */
export function deliver<S2C>(
  host: DeliveryHost,
  protocol: PushProtocol<S2C>,
  options: CallbackOptions<S2C> | StreamOptions,
  source: DeliverySource<S2C>,
): PushStream<S2C> | PushSubscription {
  const { staleAfterMs } = options;
  if (staleAfterMs !== undefined) checkPositive("staleAfterMs", staleAfterMs, protocol.name);
  const { onMessage } = options as Partial<CallbackOptions<S2C>>;
  if (onMessage !== undefined && typeof onMessage !== "function")
    throw invalidArgument("onMessage must be a function", protocol.name);
  const events = listeners<DeliveryEvents>(host.warn);
  const release = () => {
    silence?.stop();
    remove();
    source.release();
  };
  const feed =
    onMessage === undefined
      ? stream(protocol, options as StreamOptions, host.dropped, release)
      : callback(onMessage, release, host.warn);
  const silence = staleAfterMs === undefined ? undefined : watchSilence(host.clock, staleAfterMs, events);
  const remove = host.router.add(protocol, {
    push(message) {
      const selected = source.select(message);
      if (selected === undefined) return;
      silence?.heard();
      feed.push(selected);
    },
    gap: (sinceMs) => events.emit("gap", { sinceMs }),
    end(error) {
      silence?.stop();
      feed.end(error);
    },
  });
  return Object.assign(feed, { on: events.on });
}

function stream<S2C>(
  protocol: PushProtocol<S2C>,
  options: StreamOptions,
  dropped: () => void,
  release: () => void,
): ReturnType<typeof pushStream<S2C>> {
  const { buffer = DEFAULT_BUFFER } = options;
  if (!(buffer >= 1)) throw invalidArgument(`buffer must be at least 1, got ${buffer}`, protocol.name);
  const { conflate } = protocol;
  const overflow = options.overflow ?? (conflate === undefined ? "drop-oldest" : "conflate");
  if (!["conflate", "drop-oldest", "error"].includes(overflow))
    throw invalidArgument('overflow must be "conflate", "drop-oldest" or "error"', protocol.name);
  if (overflow === "conflate" && conflate === undefined)
    throw invalidArgument("these pushes carry no states to conflate; use another overflow", protocol.name);
  return pushStream({ buffer, overflow, conflate, dropped, release });
}

function callback<S2C>(
  onMessage: (message: S2C) => unknown,
  release: () => void,
  warn: (error: unknown) => void,
): Omit<PushSubscription, "on"> & Feed<S2C> {
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) release();
    isClosed = true;
  };
  const feed = {
    push(message: S2C): void {
      guarded(() => onMessage(message), warn);
    },
    end(): void {
      // The client's `closed` event tells it.
    },
    close,
  };
  return addDispose(feed, "asyncDispose", close) as Omit<PushSubscription, "on"> & Feed<S2C>;
}

/** Tells each silence once. One timer, which is not started anew with every message. */
function watchSilence(clock: Clock, staleAfterMs: number, events: Listeners<DeliveryEvents>) {
  let heardAt = clock.now();
  let timer: Timer | undefined;
  const check = () => {
    const sinceMs = clock.now() - heardAt;
    if (sinceMs < staleAfterMs) return arm(staleAfterMs - sinceMs);
    timer = undefined;
    events.emit("stale", { sinceMs });
  };
  const arm = (inMs: number) => {
    timer = clock.startTimer(check, inMs);
  };
  arm(staleAfterMs);
  return {
    heard() {
      heardAt = clock.now();
      if (timer === undefined) arm(staleAfterMs);
    },
    stop: () => timer?.cancel(),
  };
}
