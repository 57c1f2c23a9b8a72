import {
  CodecError,
  type GroupData,
  GroupType,
  type MessageInit,
  type ModifyUserSecurityOp,
  type PushProtocol,
  parseSymbol,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  type RequestProtocol,
  type SecurityLike,
  type SecurityStaticInfo,
  type SubType,
} from "@tickwire/codec";
import type { Connection } from "./connection.ts";
import {
  type CallbackOptions,
  type Delivery,
  type DeliverySource,
  deliver,
  type PushSubscription,
} from "./delivery.ts";
import { addDispose } from "./dispose.ts";
import { invalidArgument, OpenDError, rawMessage } from "./errors.ts";
import { listeners } from "./events.ts";
import type { CallOptions } from "./options.ts";
import type { PushRouter } from "./push-router.ts";
import type { PushStream, StreamOptions } from "./push-stream.ts";
import { type Subjects, Subscriptions } from "./subscriptions.ts";
import { isOneOf } from "./wanted.ts";
import type { Hello, Incoming } from "./wire.ts";

/** Where a client stands. */
export type ClientStatus =
  | ({ readonly state: "ready" /** Requests under way. */; readonly inFlight: number } & Hello)
  | { readonly state: "closed" /** Why, unless `close()` was called. */; readonly error?: OpenDError };

/** What `client.on` tells. */
export interface ClientEvents {
  /** The client is closed: on purpose, or because the connection was lost. */
  closed: { readonly error?: OpenDError };
  /** Something went wrong that belongs to no call: a push that cannot be read, a callback that threw. */
  warning: unknown;
}

/** What to subscribe to. */
export interface SubscribeTo {
  /** `"HK.00700"` or `{ market, code }`; at least one. */
  readonly securities: readonly SecurityLike[];
  /** `SubType.Basic` for basic quotes; at least one. */
  readonly subTypes: readonly SubType[];
}

/** A connection to OpenD that has logged in. Get one from `connect` of a client package. */
export class Client implements AsyncDisposable {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #connection: Connection;
  readonly #router: PushRouter;
  readonly #hello: Hello;
  readonly #listeners = listeners<ClientEvents>((error, name) => {
    if (name !== "warning") this.#warn(error);
  });
  readonly #subscriptions: Subscriptions;
  #closed: { readonly error?: OpenDError } | undefined;

  /** @internal */
  constructor(connection: Connection, router: PushRouter, hello: Hello) {
    this.#connection = connection;
    this.#router = router;
    this.#hello = hello;
    this.#subscriptions = new Subscriptions((c2s, options) =>
      // What is given up is never held back: nobody would try again.
      connection.request(QotSub, c2s, { ...options, beyondLimit: !c2s.isSubOrUnSub }),
    );
    addDispose(this, "asyncDispose", () => this.close());
  }

  /**
   * Asks OpenD anything. The protocol's descriptor types the question and the answer:
   * `await client.request(GetGlobalState, { userID: 0n })`.
   *
   * It settles exactly once: with the reply, or with an {@link OpenDError} by the deadline at the latest.
   */
  request<C2S, S2C>(
    protocol: RequestProtocol<C2S, S2C>,
    c2s: NoInfer<MessageInit<C2S>>,
    options?: CallOptions,
  ): Promise<S2C> {
    return this.#connection.request(protocol, c2s, options);
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
   * (security, kind of data) takes one unit of the account's quota while any client is subscribed to it. Ending the stream
   * gives it up; OpenD refuses that within a minute of subscribing, and then holds it until the connection ends. The
   * `signal` gives up the subscribing; a stream that has begun is ended by `close()` or by leaving its loop.
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
    let subscribed: Promise<void> = Promise.resolve();
    const isWanted = isOneOf(subjects.securities);
    // A stream may end before it is known whether the subscription succeeded; there is nothing to give up if it did not.
    const delivery = this.#deliver(protocol, options, {
      select: (message) => (protocol.select === undefined ? message : protocol.select(message, isWanted)),
      release: () =>
        subscribed.then(
          () => this.#unsubscribe(subjects, options.timeoutMs),
          () => undefined,
        ),
    });
    try {
      subscribed = this.#subscriptions.add(subjects, options);
      await subscribed;
    } catch (error) {
      delivery.detach();
      throw error;
    }
    return delivery.handle;
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
    return this.#deliver(protocol, options, { select: (message) => message, release: async () => {} }).handle;
  }

  /** Where the client stands now. */
  status(): ClientStatus {
    if (this.#closed !== undefined) return { state: "closed", ...this.#closed };
    return { state: "ready", inFlight: this.#connection.inFlight, ...this.#hello };
  }

  /** Adds a listener; dispose of the returned object to remove it. */
  on<K extends keyof ClientEvents>(name: K, listener: (event: ClientEvents[K]) => void): Disposable {
    return this.#listeners.on(name, listener);
  }

  /**
   * Closes the connection: what is under way rejects with `OPEND_CLOSED`, streams end, and nothing is left that keeps the
   * process alive; over WebSocket in Node the runtime still waits for the peer's farewell. Calling it again does nothing.
   */
  async close(): Promise<void> {
    this.#connection.end(new OpenDError("OPEND_CLOSED", "the client was closed"));
  }

  /** @internal The connection is over. */
  ended(error: OpenDError): void {
    const isAsked = error.code === "OPEND_CLOSED";
    this.#closed = isAsked ? {} : { error };
    this.#router.end(isAsked ? undefined : error);
    this.#listeners.emit("closed", this.#closed);
  }

  /** @internal A push came. */
  pushed(message: Incoming): void {
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
  ): Delivery<S2C> {
    if (this.#closed !== undefined)
      throw this.#closed.error ?? new OpenDError("OPEND_CLOSED", "the client was closed", { protocol: protocol.name });
    return deliver(this.#router, protocol, options, source, (error) => this.#warn(error));
  }

  /** Never rejects: the stream's user is gone. A refusal is worth a warning, unless the connection is gone as well. */
  async #unsubscribe(subjects: Subjects, timeoutMs: number | undefined): Promise<void> {
    try {
      await this.#subscriptions.remove(subjects, { timeoutMs });
    } catch (error) {
      if (this.#closed === undefined) this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    this.#listeners.emit("warning", error);
  }
}

function checkPush(protocol: PushProtocol<unknown>): void {
  if ((protocol as PushProtocol<unknown> | undefined)?.kind !== "push")
    throw invalidArgument("only the descriptor of a push can be received, such as Notify");
}

/** Checks what the caller gave, before anything is sent. */
function readSubjects(protocol: string, to: SubscribeTo): Subjects {
  const { securities, subTypes } = (to as SubscribeTo | undefined) ?? {};
  checkFilled("securities", securities, protocol);
  checkFilled("subTypes", subTypes, protocol);
  return { securities: readSecurities(protocol, securities), subTypes };
}

function checkFilled(name: string, list: unknown, protocol: string): asserts list is readonly unknown[] {
  if (!Array.isArray(list) || list.length === 0)
    throw invalidArgument(`${name} must be a list of at least one`, protocol);
}

function readSecurities(protocol: string, securities: readonly SecurityLike[]): Subjects["securities"][number][] {
  if (!Array.isArray(securities)) throw invalidArgument('securities must be a list, as in ["HK.00700"]', protocol);
  return securities.map((security, index) => {
    try {
      return parseSymbol(security);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw invalidArgument(`securities[${index}]: ${rawMessage(error)}`, protocol, error);
    }
  });
}
