import {
  type GroupData,
  GroupType,
  type MessageInit,
  type ModifyUserSecurityOp,
  type PushProtocol,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  type QotSubC2S,
  type QotSubS2C,
  type RequestProtocol,
  type SecurityLike,
  type SecurityStaticInfo,
} from "@tickwire/codec";
import { checkPush, readSecurities, readSubjects, type SubscribeTo } from "./arguments.ts";
import type { Seams } from "./attempt.ts";
import { Call, type CallContext } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import {
  type CallbackOptions,
  type DeliveryHost,
  type DeliverySource,
  deliver,
  type PushSubscription,
} from "./delivery.ts";
import { addDispose } from "./dispose.ts";
import { OpenDError, rawMessage, streamError } from "./errors.ts";
import { listeners } from "./events.ts";
import { type CallOptions, type ClientOptions, noOptions, type Settings } from "./options.ts";
import { PushRouter } from "./push-router.ts";
import { type Feed, type PushStream, pushStream, type StreamOptions } from "./push-stream.ts";
import { RequestPacer } from "./request-pacer.ts";
import { Requests } from "./requests.ts";
import { createSession, type Session, type SessionState } from "./session.ts";
import { type Resubscribed, Subscriptions } from "./subscriptions.ts";
import { hooksOf } from "./telemetry.ts";
import { isOneOf } from "./wanted.ts";
import type { Incoming } from "./wire.ts";

/** Changes of the status that are kept for a slow reader. */
const STATUS_BUFFER = 100;

/** Where a client stands, and how much it has to do. */
export type ClientStatus =
  | (Exclude<SessionState, { state: "closed" }> & ClientCounters)
  | Extract<SessionState, { state: "closed" }>;

/** How much a client has to do. */
export interface ClientCounters {
  /** Requests that were sent and have no reply yet. */
  readonly inFlight: number;
  /** Requests that wait for a connection or for the rate limit. */
  readonly waiting: number;
  /** Messages that streams have thrown away because their readers were slow, since the client began. */
  readonly droppedPushes: number;
}

/** What `client.on` tells. */
export interface ClientEvents {
  /** The client stands elsewhere: connected, lost, connected again, closed. */
  status: ClientStatus;
  /** The connection is lost, or could not be opened again; the next try comes in `delayMs` milliseconds. */
  reconnecting: { readonly attempt: number; readonly delayMs: number; readonly cause: OpenDError };
  /** After a lost connection, all that streams want was subscribed again, or refused. */
  resubscribed: Resubscribed;
  /** A request is held back for `delayMs` milliseconds or more, to stay inside OpenD's rate limit. */
  paced: { readonly protocol: string; readonly delayMs: number };
  /** The client is closed: on purpose, or because it has given up. */
  closed: { readonly error?: OpenDError };
  /** Something went wrong that belongs to no call: a push that cannot be read, a callback that threw. */
  warning: unknown;
}

/**
 * A client that is logged in to OpenD, and comes back when the connection is lost. Get one from `connect` of a client
 * package.
 */
export class Client implements AsyncDisposable {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #session: Session;
  readonly #context: CallContext;
  readonly #requests: Requests;
  readonly #subscriptions: Subscriptions;
  readonly #router = new PushRouter();
  readonly #deliveries: DeliveryHost;
  readonly #watchers = new Set<Feed<ClientStatus>>();
  readonly #listeners = listeners<ClientEvents>((error, name) => {
    if (name !== "warning") this.#warn(error);
  });
  /** Since when pushes may be missing, by `Clock.now()`; undefined when none are. */
  #gapSince: number | undefined;

  /** @internal */
  constructor(seams: Seams, settings: Settings, options: ClientOptions) {
    const { clock } = seams;
    const warn = (error: unknown) => this.#warn(error);
    const hooks = hooksOf(options.telemetry, clock, seams.transport.address, warn);
    this.#session = createSession(seams, settings, {
      changed: (state) => {
        hooks.connection(state);
        this.#changed(state);
      },
      ready: (connection) => void this.#ready(connection, clock),
      lost: () => {
        this.#gapSince ??= clock.now();
        this.#subscriptions.lost();
      },
      push: (message) => {
        hooks.push(message);
        this.#pushed(message);
      },
    });
    this.#context = {
      clock,
      session: this.#session,
      pacer: options.pacer ?? new RequestPacer(clock),
      settings,
      waiting: 0,
      paced: (protocol, delayMs) => this.#listeners.emit("paced", { protocol, delayMs }),
      hooks,
    };
    this.#requests = new Requests(this.#context, options.interceptors ?? []);
    this.#deliveries = { clock, router: this.#router, warn, dropped: 0 };
    this.#subscriptions = new Subscriptions({
      clock,
      warn,
      resubscribed: (result) => this.#listeners.emit("resubscribed", result),
      send: async (c2s, callOptions) => {
        let call: Call<QotSubC2S, QotSubS2C> | undefined;
        try {
          call = new Call(this.#context, QotSub, c2s, callOptions);
          await call.run();
          return { on: call.connection, error: undefined };
        } catch (error) {
          return { on: call?.connection, error: error as OpenDError };
        }
      },
    });
    addDispose(this, "asyncDispose", () => this.close());
  }

  /**
   * Asks OpenD anything. The protocol's descriptor types the question and the answer:
   * `await client.request(GetGlobalState, { userID: 0n })`.
   *
   * It settles exactly once: with the reply, or with an {@link OpenDError} by the deadline at the latest. `packetID`, which
   * guards orders against being repeated, is filled in.
   */
  request<C2S, S2C>(
    protocol: RequestProtocol<C2S, S2C>,
    c2s: NoInfer<MessageInit<C2S>>,
    options?: CallOptions,
  ): Promise<S2C> {
    return this.#requests.send(protocol, c2s as MessageInit<C2S>, options ?? noOptions);
  }

  /**
   * The watchlist's groups, in the order of the app (3222). Names are not unique; names of system groups are in OpenD's
   * language. At most 10 calls in 30 seconds.
   * @param filter `GroupType.Custom`, `GroupType.System` or, by default, `GroupType.All`.
   */
  async getUserSecurityGroup(filter: { readonly type?: GroupType } = {}, options?: CallOptions): Promise<GroupData[]> {
    const { groupList } = await this.request(
      QotGetUserSecurityGroup,
      { groupType: filter.type ?? GroupType.All },
      options,
    );
    return groupList;
  }

  /**
   * The securities of a group (3213). Of several groups with this name the first is taken. Positions, mutual funds and
   * forex cannot be asked. At most 10 calls in 30 seconds.
   * @param groupName The exact name.
   */
  async getUserSecurity(groupName: string, options?: CallOptions): Promise<SecurityStaticInfo[]> {
    return (await this.request(QotGetUserSecurity, { groupName }, options)).staticInfoList;
  }

  /**
   * Changes a custom group (3214): `Add` also adds to the group "All"; `MoveOut` takes securities out of this group only;
   * `Del` removes them from the watchlist altogether, from every group. At most 10 calls in 30 seconds.
   * @param groupName The exact name; of several custom groups with this name the first is taken.
   * @param securities `"HK.00700"` or `{ market, code }`.
   */
  async modifyUserSecurity(
    groupName: string,
    op: ModifyUserSecurityOp,
    securities: readonly SecurityLike[],
    options?: CallOptions,
  ): Promise<void> {
    const securityList = readSecurities(QotModifyUserSecurity.name, securities);
    await this.request(QotModifyUserSecurity, { groupName, op, securityList }, options);
  }

  /**
   * Subscribes (Qot_Sub, 3001) and gives the pushes, as an async iterator or, with `onMessage`, by callback. Each
   * (security, kind of data) takes one unit of the account's quota while any client is subscribed to it. A stream ends at
   * once; OpenD lets its subscription go a minute after it began, and then it is given up, unless another stream wants it.
   * After a lost connection it is subscribed again. The `signal` gives up the subscribing; a stream that has begun is ended
   * by `close()` or by leaving its loop.
   */
  subscribe<S2C>(
    protocol: PushProtocol<S2C>,
    to: SubscribeTo,
    options: CallbackOptions<S2C> & CallOptions,
  ): Promise<PushSubscription>;
  subscribe<S2C>(
    protocol: PushProtocol<S2C>,
    to: SubscribeTo,
    options?: StreamOptions & CallOptions,
  ): Promise<PushStream<S2C>>;
  async subscribe<S2C>(
    protocol: PushProtocol<S2C>,
    to: SubscribeTo,
    options: (CallbackOptions<S2C> | StreamOptions) & CallOptions = {},
  ): Promise<PushStream<S2C> | PushSubscription> {
    checkPush(protocol);
    const subjects = readSubjects(protocol.name, to);
    const isWanted = isOneOf(subjects.securities);
    const { select } = protocol;
    const handle = this.#deliver(protocol, options, {
      select: select && ((message) => select(message, isWanted)),
      release: () => this.#subscriptions.remove(subjects),
    });
    try {
      await this.#subscriptions.add(subjects, options);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle;
  }

  /**
   * The pushes of a protocol that does not go by `Qot_Sub`: `Notify` (1003), or those that another request turns on, such
   * as orders (`Trd_SubAccPush`) and event contracts (`Qot_SubEventContract`).
   */
  pushes<S2C>(protocol: PushProtocol<S2C>, options: CallbackOptions<S2C>): PushSubscription;
  pushes<S2C>(protocol: PushProtocol<S2C>, options?: StreamOptions): PushStream<S2C>;
  pushes<S2C>(
    protocol: PushProtocol<S2C>,
    options: CallbackOptions<S2C> | StreamOptions = {},
  ): PushStream<S2C> | PushSubscription {
    checkPush(protocol);
    return this.#deliver(protocol, options, {});
  }

  /** Where the client stands now. */
  status(): ClientStatus {
    const { state, connection } = this.#session;
    if (state.state === "closed") return state;
    return {
      ...state,
      inFlight: connection?.inFlight ?? 0,
      waiting: this.#context.waiting,
      droppedPushes: this.#deliveries.dropped,
    };
  }

  /**
   * Where the client stands now, and from then on each time that it stands elsewhere; it ends after `closed`. A reader that
   * is slow misses the oldest.
   */
  statuses(): AsyncIterableIterator<ClientStatus, undefined> & AsyncDisposable {
    const stream = pushStream<ClientStatus>(
      {
        buffer: STATUS_BUFFER,
        overflow: "drop-oldest",
        release: () => this.#watchers.delete(stream),
      },
      streamError,
    );
    this.#watchers.add(stream);
    this.#tell(stream, this.status());
    return stream;
  }

  /**
   * Adds a listener; dispose of the returned object to remove it. What it throws, or rejects with when it is asynchronous,
   * becomes the `warning` event.
   */
  on<K extends keyof ClientEvents>(name: K, listener: (event: ClientEvents[K]) => unknown): Disposable {
    return this.#listeners.on(name, listener);
  }

  /**
   * Closes the client: what is under way or waits rejects with `OPEND_CLOSED`, streams end, and nothing is left that keeps
   * the process alive; over WebSocket in Node the runtime still waits for the peer's farewell. Calling it again does nothing.
   */
  async close(): Promise<void> {
    this.#session.end(new OpenDError("OPEND_CLOSED", "the client was closed"));
  }

  /** @internal Resolves when it has logged in; when it cannot, or the signal aborts, it is closed. */
  async connected(signal: AbortSignal | undefined, address: string): Promise<void> {
    const onAbort = () =>
      this.#session.end(
        new OpenDError("OPEND_ABORTED", `connecting to ${address} was aborted`, { cause: signal?.reason }),
      );
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    else this.#session.start();
    try {
      await this.#session.ready();
      // The signal may have come between.
      if (this.#session.ended !== undefined) throw this.#session.ended;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #ready(connection: Connection, clock: Clock): Promise<void> {
    await this.#subscriptions.ready(connection);
    const since = this.#gapSince;
    // Lost again meanwhile: then the gap goes on.
    if (since === undefined || this.#session.connection !== connection) return;
    this.#gapSince = undefined;
    this.#router.gap(clock.now() - since);
  }

  #changed(state: SessionState): void {
    const status = this.status();
    this.#listeners.emit("status", status);
    // A listener may have closed the client, which is told by now.
    if (this.#session.state !== state) return;
    if (state.state === "reconnecting") this.#listeners.emit("reconnecting", state);
    if (state.state === "closed") {
      this.#subscriptions.close();
      this.#router.end(state.error);
      const { state: _, ...event } = state;
      this.#listeners.emit("closed", event);
    }
    for (const stream of this.#watchers) this.#tell(stream, status);
  }

  #tell(stream: Feed<ClientStatus>, status: ClientStatus): void {
    stream.push(status);
    if (status.state === "closed") stream.end();
  }

  #pushed(message: Incoming): void {
    try {
      this.#router.route(message);
    } catch (error) {
      this.#warn(error);
    }
  }

  #deliver<S2C>(
    protocol: PushProtocol<S2C>,
    options: CallbackOptions<S2C> | StreamOptions,
    source: DeliverySource<S2C>,
  ): PushStream<S2C> | PushSubscription {
    const { ended } = this.#session;
    if (ended !== undefined)
      throw new OpenDError(ended.code, rawMessage(ended), { protocol: protocol.name, cause: ended });
    return deliver(this.#deliveries, protocol, options, source);
  }

  #warn(error: unknown): void {
    this.#listeners.emit("warning", error);
  }
}
