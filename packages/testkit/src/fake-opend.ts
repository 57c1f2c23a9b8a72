import { protocols } from "@tickwire/codec/registry";
import {
  type Clock,
  type Dialect,
  KeepAlive,
  md5Hex,
  Notify,
  NotifyType,
  type PushProtocol,
  type RequestProtocol,
  RetType,
  TickwireError,
} from "@tickwire/session";
import { addDispose, systemClock } from "@tickwire/session/parts";
import { Answers } from "./answers.ts";
import { builtIns } from "./built-ins.ts";
import { assertNone, type CleanProblem, clockProblems, counted, faultProblems } from "./clean.ts";
import { printMessage, shortened } from "./code.ts";
import { Connection, type ConnectionHost, type DecodedRequest } from "./connection.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { OpenDFaults } from "./faults.ts";
import type { Peer } from "./faulty-peer.ts";
import { defaultFixture } from "./fixtures.ts";
import type { AnyCall, AnyHandler, Handler, HandlerReply } from "./handler.ts";
import { RequestHistory } from "./history.ts";
import { Market } from "./market.ts";
import { completeContent, type PartialMessage } from "./partial-message.ts";
import { QuoteService } from "./quote-service.ts";
import type { ReplyInit } from "./reply.ts";
import { texts } from "./texts.ts";
import { TradeAccounts } from "./trade-accounts.ts";
import { TradeBook } from "./trade-book.ts";
import { Upstream } from "./upstream.ts";
import { WatchlistState } from "./watchlist-state.ts";

/** Connections that OpenD takes at most [vendor's rule]. */
const MAX_CONNECTIONS = 128;
/** OpenD's connection ids are of this size in the vendor's samples; these are counted up from here. */
const FIRST_CONN_ID = 6_826_787_829_878_316_131n;

/** The fake's end of a connection: what a listener hands the peer's bytes to. */
export interface AcceptedConnection {
  /** Takes bytes: any chunk of the TCP stream, or one whole binary WebSocket message. */
  receive(bytes: Uint8Array): void;
  /** Tells that the peer has ended the connection. */
  closed(): void;
}

/**
 * A fake OpenD gateway, without any transport: `memoryTransport` links a client to it in memory, `listen` of
 * `@tickwire/testkit/node` over real sockets. It answers the protocols of the codec from a fixture, keeps watchlists and
 * subscriptions, and has a market whose prices move; `on` replaces any answer.
 */
export class FakeOpenD {
  /** Every request that it received and could read. */
  readonly requests: RequestHistory = new RequestHistory();
  /** What is planned to go wrong. */
  readonly faults: OpenDFaults;
  /** Where lines for people go; listeners use it as well. */
  readonly log: (line: string) => void;
  readonly #clock: Clock;
  readonly #upstream: Upstream;
  readonly #accounts: TradeAccounts;
  readonly #answers: Answers;
  readonly #connections = new Map<bigint, Connection>();
  readonly #host: ConnectionHost;
  #nextConnID = FIRST_CONN_ID;
  #isClosed = false;
  /** For `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @throws {TickwireError} `TESTKIT_OPTION` for a holiday that is no date; `TESTKIT_FIXTURE` for a quote with NaN in it. */
  constructor(options: FakeOpenDOptions = {}) {
    const { fixture = defaultFixture, clock = systemClock, seed = 1, enforceLimits = false, ciphers } = options;
    const { log = () => undefined, websocketKey, wrongKey = "refuse" } = options;
    const language = options.language ?? fixture.gateway.language;
    const words = texts[language];
    addDispose(this, "dispose", () => this.close());
    this.#clock = clock;
    this.log = log;
    const faults = new OpenDFaults(log, () => this.#upstream.follow());
    this.faults = faults;
    const upstream = new Upstream({ clock, faults, notify: (s2c) => this.push(Notify, s2c) });
    this.#upstream = upstream;
    const quoteIntervalMs = options.quoteIntervalMs ?? 1000;
    const market = new Market(fixture, {
      language,
      seed,
      startUnixMs: clock.unixMs(),
      quoteIntervalMs,
      marketHours: options.marketHours ?? "always",
      holidays: options.holidays ?? {},
    });
    const accounts = new TradeAccounts(fixture, words);
    this.#accounts = accounts;
    const quotes = new QuoteService({
      clock,
      market,
      texts: words,
      quota: fixture.gateway.subscriptionQuota,
      intervalMs: quoteIntervalMs,
      holds: enforceLimits,
      faults,
      push: (connID, protocol, ...contents) => {
        if (!upstream.isLost) this.#connections.get(connID)?.push(codecOf(protocol), ...contents);
      },
      quotaUsed: (usedSubQuota) => this.push(Notify, { type: NotifyType.UsedQuota, usedQuota: { usedSubQuota } }),
    });
    this.#answers = new Answers({
      clock,
      texts: words,
      faults,
      upstream,
      builtIns: builtIns({
        clock,
        market,
        texts: words,
        language,
        gateway: fixture.gateway,
        watchlist: new WatchlistState(fixture, language),
        quotes,
        trade: { accounts, book: new TradeBook(fixture, market, clock), language, texts: words },
        seed,
        encrypts: ciphers !== undefined,
        upstream,
      }),
      replayed: (protocol, call) => this.replayed(protocol, call),
      enforceLimits,
      tellsUnhandled: options.onUnhandled !== "refuse",
      log,
    });
    const keyMd5 = websocketKey === undefined ? undefined : md5Hex(websocketKey);
    this.#host = {
      texts: words,
      clock,
      faults,
      answers: this.#answers,
      ciphers,
      log,
      judgeKey: (md5) => (keyMd5 === undefined || keyMd5 === md5 ? "accept" : wrongKey),
      received: (connection, request) => this.#received(connection, request),
      answered: (connection, request, reply) => {
        if (options.logRequests === true) this.#logRequest(connection, request, reply);
      },
      ended: ({ connID }) => {
        this.#connections.delete(connID);
        quotes.drop(connID);
        accounts.drop(connID);
      },
    };
  }

  /** Connections that are open, logged in or not. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Whether `close` was called; it then takes no connection any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Answers a protocol by `handler` from now on, until the result is disposed of. The latest handler of a protocol wins, but
   * those of `once` come first. A handler that throws, or gives what cannot be encoded, is logged, answered with a refusal
   * that says so, and told by `assertClean`.
   * @throws {TickwireError} `TESTKIT_PROTOCOL` for a protocol that this version's registry does not have.
   */
  on<C2S, S2C, Reply extends HandlerReply<S2C>>(
    protocol: RequestProtocol<C2S, S2C>,
    handler: Handler<C2S, S2C, Reply>,
  ): Disposable {
    codecOf(protocol);
    // The registry gives it its own c2s.
    return this.#answers.handlers.on(protocol, handler as AnyHandler);
  }

  /**
   * Answers the next request of a protocol by `handler`, which comes before any of `on`; several are a script, one request
   * each, in order. One that throws is used up as well. Disposing of the result takes back one that was not asked yet.
   * @throws {TickwireError} `TESTKIT_PROTOCOL` for a protocol that this version's registry does not have.
   */
  once<C2S, S2C, Reply extends HandlerReply<S2C>>(
    protocol: RequestProtocol<C2S, S2C>,
    handler: Handler<C2S, S2C, Reply>,
  ): Disposable {
    codecOf(protocol);
    return this.#answers.handlers.once(protocol, handler as AnyHandler);
  }

  /**
   * Pushes to every connection that is logged in, subscribed or not; Notify (1003) only to those that asked for it, orders
   * and fills (2208, 2218) to those that asked for the account by Trd_SubAccPush (2008). What the wire requires and `s2c`
   * leaves out is 0, 0n, "", false or no bytes, and a message that is made in the same way.
   * @throws {CodecError} `CODEC_INVALID_VALUE` for a field of a wrong type, `TickwireError` for one that is unknown
   * (`TESTKIT_FIELD`) or a protocol that is (`TESTKIT_PROTOCOL`).
   */
  push<S2C>(protocol: PushProtocol<S2C>, s2c: PartialMessage<S2C>): void {
    const codec = codecOf(protocol);
    const content = completeContent(codec.protocol, s2c);
    for (const connection of this.#connections.values())
      if (this.#accounts.lets(connection.connID, protocol, s2c)) connection.push(codec, content);
  }

  /** Pushes to one connection, as `push` does to all; to one that has ended it goes nowhere. */
  pushTo<S2C>(connID: bigint, protocol: PushProtocol<S2C>, s2c: PartialMessage<S2C>): void {
    const codec = codecOf(protocol);
    this.#connections.get(connID)?.push(codec, completeContent(codec.protocol, s2c));
  }

  /**
   * Tells what a test has left behind, or has not noticed because its client was only refused: requests that nothing
   * answers, handlers that failed, handlers of `once` that were not asked, planned faults that have not met all of their
   * `times`, connections that are open, and timers of a `VirtualClock` that are pending. Call it when all is closed, before the
   * fake's own `close`.
   * @throws {NotCleanError} `TESTKIT_NOT_CLEAN`, with all of it.
   */
  assertClean(): void {
    assertNone([...this.problems, ...clockProblems(this.#clock)]);
  }

  /** @internal What `assertClean` tells, but for the clock, which several fakes may share. */
  get problems(): readonly CleanProblem[] {
    return [
      ...this.#answers.problems,
      ...faultProblems("OpenD", this.faults.unmet),
      ...counted("open-connection", this.connections, "connection is open", "connections are open"),
    ];
  }

  /** Drops every open connection: in an orderly way, or, with a cause, as by a network that broke. */
  disconnect(cause?: Error): void {
    for (const connection of [...this.#connections.values()]) connection.close(cause);
  }

  /** Says nothing more on the connections that are open, and leaves them open: as a peer that is dead. It serves new ones. */
  mute(): void {
    for (const connection of this.#connections.values()) connection.mute();
  }

  /**
   * Takes a new connection. It may call `peer.close` before it returns: when it is closed, has the fault `refuse` planned, or
   * has 128 connections.
   */
  accept(dialect: Dialect, peer: Peer): AcceptedConnection {
    const connection = new Connection(this.#host, { connID: this.#nextConnID++, dialect, peer });
    const refusal = this.#isClosed
      ? "the fake is closed"
      : this.#connections.size >= MAX_CONNECTIONS
        ? `OpenD takes ${MAX_CONNECTIONS} connections: close those that are not used`
        : undefined;
    if (refusal !== undefined) this.log(`a new connection is refused: ${refusal}`);
    if (refusal !== undefined || this.faults.takeKind("refuse", "a new connection") !== undefined) connection.close();
    else this.#connections.set(connection.connID, connection);
    return connection;
  }

  /** Ends every connection and takes no new one. Leaves no timer behind. */
  close(): void {
    this.#isClosed = true;
    this.#upstream.close();
    this.disconnect();
  }

  /** @internal For replays: what answers a request, if not the fake itself; `"none"` for no answer. */
  protected replayed(_protocol: DecodedRequest["protocol"], _call: AnyCall): ReplyInit<unknown> | "none" | undefined {
    return undefined;
  }

  #received({ connID, dialect }: Connection, { protocol: { id, name }, c2s, serialNo }: DecodedRequest): void {
    this.requests.add({ protocol: { id, name }, c2s, connID, dialect, serialNo, atMs: this.#clock.now() });
  }

  /** `tcp 1: Qot_GetUserSecurity { groupName: "HK" }: done`, the connections counted from 1. */
  #logRequest(
    { connID, dialect }: Connection,
    { protocol, c2s }: DecodedRequest,
    { retType, retMsg = "" }: ReplyInit<unknown>,
  ): void {
    if (protocol.id === KeepAlive.id) return;
    const end =
      retType === RetType.Succeed ? "done" : `refused with ${retType}${retMsg === "" ? "" : `, ${shortened(retMsg)}`}`;
    const asked = `${protocol.name} ${printMessage(c2s, protocol.name)}`;
    this.log(`${dialect} ${connID - FIRST_CONN_ID + 1n}: ${asked}: ${end}`);
  }
}

function codecOf({ id, name }: { readonly id: number; readonly name: string }) {
  const codec = protocols.get(id);
  if (codec === undefined)
    throw new TickwireError("TESTKIT_PROTOCOL", `${name} (${id}) is not in this version's registry of protocols`);
  return codec;
}
