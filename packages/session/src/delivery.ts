import type { PushProtocol } from "@tickwire/codec";
import { createAlarm, NEVER } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { addDispose } from "./dispose.ts";
import { invalidArgument, streamError } from "./errors.ts";
import { type Listeners, listeners } from "./events.ts";
import { guarded } from "./guarded.ts";
import { checkPositive, checkWord } from "./options.ts";
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
  /** Messages that were thrown away because their readers were slow. */
  dropped: number;
}

export interface DeliverySource<S2C> {
  /** The part of a push that this delivery is about; undefined for none. Default: all of it. */
  readonly select?: ((message: S2C) => S2C | undefined) | undefined;
  /** Called once when the reader leaves. */
  readonly release?: () => void;
}

const DEFAULT_BUFFER = 1000;

/** Connects the router to a new stream, or to a callback: gives what the reader gets. */
export function deliver<S2C>(
  host: DeliveryHost,
  protocol: PushProtocol<S2C>,
  options: CallbackOptions<S2C> | StreamOptions,
  { select, release: left }: DeliverySource<S2C>,
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
    left?.();
  };
  const feed =
    onMessage === undefined
      ? stream(protocol, options as StreamOptions, host, release)
      : callback(onMessage, release, host.warn);
  const silence = staleAfterMs === undefined ? undefined : watchSilence(host.clock, staleAfterMs, events);
  const remove = host.router.add(protocol, {
    push(message) {
      const selected = select === undefined ? message : select(message);
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
  host: DeliveryHost,
  release: () => void,
): ReturnType<typeof pushStream<S2C>> {
  const { buffer = DEFAULT_BUFFER } = options;
  if (!(buffer >= 1)) throw invalidArgument(`buffer must be at least 1, got ${buffer}`, protocol.name);
  const { conflate } = protocol;
  const overflow = options.overflow ?? (conflate === undefined ? "drop-oldest" : "conflate");
  checkWord("overflow", overflow, ["conflate", "drop-oldest", "error"], protocol.name);
  if (overflow === "conflate" && conflate === undefined)
    throw invalidArgument("these pushes carry no states to conflate; use another overflow", protocol.name);
  const dropped = () => {
    host.dropped += 1;
  };
  return pushStream({ buffer, overflow, conflate, dropped, release }, streamError);
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
  let isStale = false;
  const alarm = createAlarm(clock, () => {
    const now = clock.now();
    // Compared as it is waited for: a sum that is rounded otherwise would come a trifle later, again and again.
    isStale = now >= heardAt + staleAfterMs;
    if (isStale) events.emit("stale", { sinceMs: now - heardAt });
    else alarm.set(heardAt + staleAfterMs);
  });
  alarm.set(heardAt + staleAfterMs);
  return {
    heard() {
      heardAt = clock.now();
      if (isStale) alarm.set(heardAt + staleAfterMs);
      isStale = false;
    },
    stop: () => alarm.set(NEVER),
  };
}
