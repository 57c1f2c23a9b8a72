import { protocols } from "@tickwire/codec/registry";
import {
  type CipherSuite,
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
import { assertNone, type CleanProblem, clockProblems, counted, faultProblems } from "./clean.ts";
import { printMessage, shortened } from "./code.ts";
import { Connection, type ConnectionHost, type DecodedRequest, isPromise } from "./connection.ts";
import { OpenDFaults, type RequestFault } from "./faults.ts";
import type { Peer } from "./faulty-peer.ts";
import type { Fixture, Language } from "./fixture.ts";
import { defaultFixture } from "./fixtures.ts";
import { type AnyHandler, type Handler, type HandlerReply, type HandlerResult, Handlers, toReply } from "./handler.ts";
import { type BuiltIn, builtIns } from "./handlers.ts";
import { RequestHistory } from "./history.ts";
import { Market } from "./market.ts";
import type { Holidays, MarketHours } from "./market-hours.ts";
import { Mishaps } from "./mishaps.ts";
import { completeContent, type PartialMessage } from "./partial-message.ts";
import { QuoteService } from "./quote-service.ts";
import { RateLimits } from "./rate-limits.ts";
import { type ReplyInit, refuse } from "./reply.ts";
import { type Texts, texts } from "./texts.ts";
import { TradeAccounts } from "./trade-accounts.ts";
import { TradeBook } from "./trade-book.ts";
import { Upstream } from "./upstream.ts";
import { WatchlistState } from "./watchlist-state.ts";

/** Connections that OpenD takes at most [vendor's rule]. */
const MAX_CONNECTIONS = 128;
/** OpenD's connection ids are of this size in the vendor's samples; these are counted up from here. */
const FIRST_CONN_ID = 6_826_787_829_878_316_131n;

/** Options of {@link FakeOpenD}; all have defaults. */
export interface FakeOpenDOptions {
  /** What the gateway knows. Default `defaultFixture`. */
  readonly fixture?: Fixture;
  /** Default: real time. Give a `VirtualClock` to decide when quotes move. */
  readonly clock?: Clock;
  /** Language of group names and refusals. Default: the fixture's. */
  readonly language?: Language;
  /** The WebSocket key in plain text; clients send its MD5. Default: none, and any key is let in. */
  readonly websocketKey?: string;
  /**
   * What a wrong key gets: an error and the end of the connection, or no answer at all. Which of them OpenD does is not
   * certain (its documentation says that the connection times out). Default `"refuse"`.
   */
  readonly wrongKey?: "refuse" | "silence";
  /**
   * The RSA key that the gateway is configured with, as ciphers: `rsaCiphers(pem)` of `@tickwire/testkit/node`. TCP clients
   * that ask for encryption get it then; those that do not are served in plain. Default: none, and nothing is encrypted.
   */
  readonly ciphers?: CipherSuite;
  /** Whether requests over a documented limit, and unsubscribing within a minute, are refused. Default false. */
  readonly enforceLimits?: boolean;
  /** Milliseconds between two quotes of a subscribed security. Default 1,000. */
  readonly quoteIntervalMs?: number;
  /**
   * Whether markets keep their hours. By `"real"` prices stand still and nothing is pushed while a market is closed.
   * Default `"always"`: they never close, so that tests run at any hour.
   */
  readonly marketHours?: MarketHours;
  /** With `"real"`: days on which markets are closed, beside weekends. Default: none. */
  readonly holidays?: Holidays;
  /** Decides how prices move and which keys connections get. Default 1. */
  readonly seed?: number;
  /**
   * Whether `assertClean` tells of requests that have neither a handler nor a built-in answer (`"error"`), or lets them be.
   * They are refused in any case. Default `"error"`.
   */
  readonly onUnhandled?: "error" | "refuse";
  /** Takes lines for people about what went wrong; never a secret. Default: none are written. */
  readonly log?: (line: string) => void;
  /** Whether `log` is also told of every request but keep-alives, in one line with its answer. Default false. */
  readonly logRequests?: boolean;
}

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
  readonly #texts: Texts;
  readonly #keyMd5: string | undefined;
  readonly #wrongKey: "refuse" | "silence";
  readonly #limits: RateLimits;
  readonly #enforcesLimits: boolean;
  readonly #upstream: Upstream;
  readonly #quotes: QuoteService;
  readonly #accounts: TradeAccounts;
  readonly #builtIns: ReadonlyMap<number, BuiltIn>;
  readonly #handlers = new Handlers();
  readonly #mishaps = new Mishaps();
  readonly #onUnhandled: "error" | "refuse";
  readonly #connections = new Map<bigint, Connection>();
  readonly #host: ConnectionHost;
  #nextConnID = FIRST_CONN_ID;
  #isClosed = false;
  /** For `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @throws {TickwireError} `TESTKIT_OPTION` for a holiday that is no date; `TESTKIT_FIXTURE` for a quote with NaN in it. */
  constructor(options: FakeOpenDOptions = {}) {
    const { fixture = defaultFixture, clock = systemClock, seed = 1, enforceLimits = false, websocketKey } = options;
    const language = options.language ?? fixture.gateway.language;
    addDispose(this, "dispose", () => this.close());
    this.#clock = clock;
    this.#texts = texts[language];
    this.#keyMd5 = websocketKey === undefined ? undefined : md5Hex(websocketKey);
    this.#wrongKey = options.wrongKey ?? "refuse";
    this.#onUnhandled = options.onUnhandled ?? "error";
    this.log = options.log ?? (() => undefined);
    this.faults = new OpenDFaults(this.log, () => this.#upstream.follow());
    this.#limits = new RateLimits(clock);
    this.#enforcesLimits = enforceLimits;
    this.#upstream = new Upstream({
      clock,
      faults: this.faults,
      notify: (s2c) => this.push(Notify, s2c),
    });
    const quoteIntervalMs = options.quoteIntervalMs ?? 1000;
    const market = new Market(fixture, {
      language,
      seed,
      startUnixMs: clock.unixMs(),
      quoteIntervalMs,
      marketHours: options.marketHours ?? "always",
      holidays: options.holidays ?? {},
    });
    this.#accounts = new TradeAccounts(fixture, this.#texts);
    this.#quotes = new QuoteService({
      clock,
      market,
      texts: this.#texts,
      quota: fixture.gateway.subscriptionQuota,
      intervalMs: quoteIntervalMs,
      holds: enforceLimits,
      faults: this.faults,
      push: (connID, protocol, ...contents) => {
        if (!this.#upstream.isLost) this.#connections.get(connID)?.push(codecOf(protocol), ...contents);
      },
      quotaUsed: (usedSubQuota) => this.push(Notify, { type: NotifyType.UsedQuota, usedQuota: { usedSubQuota } }),
    });
    this.#builtIns = builtIns({
      clock,
      market,
      texts: this.#texts,
      language,
      gateway: fixture.gateway,
      watchlist: new WatchlistState(fixture, language),
      quotes: this.#quotes,
      trade: {
        accounts: this.#accounts,
        book: new TradeBook(fixture, market, clock),
        language,
        texts: this.#texts,
      },
      seed,
      encrypts: options.ciphers !== undefined,
      upstream: this.#upstream,
    });
    this.#host = {
      texts: this.#texts,
      clock,
      faults: this.faults,
      ciphers: options.ciphers,
      log: this.log,
      judgeKey: (md5) => (this.#keyMd5 === undefined || this.#keyMd5 === md5 ? "accept" : this.#wrongKey),
      received: (connection, request) => this.#received(connection, request),
      overLimit: (request) => this.#overLimit(request),
      answer: (connection, request, fault) => this.#answerOrRefuse(connection, request, fault),
      answered: (connection, request, reply) => {
        if (options.logRequests === true) this.#logRequest(connection, request, reply);
      },
      unknown: (protoId) => {
        this.log(`protocol id ${protoId} is not known to the fake; it was refused`);
        this.#unhandled(protoId, undefined);
      },
      failed: (protocol, problem) => {
        this.log(`the handler of ${protocol} failed: ${problem}`);
        this.#mishaps.failed(protocol, problem);
      },
      ended: ({ connID }) => {
        this.#connections.delete(connID);
        this.#quotes.drop(connID);
        this.#accounts.drop(connID);
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
    return this.#handlers.on(protocol, handler as AnyHandler);
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
    return this.#handlers.once(protocol, handler as AnyHandler);
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
    const content = completeContent(codec, s2c);
    for (const connection of this.#connections.values())
      if (this.#accounts.lets(connection.connID, protocol, s2c)) connection.push(codec, content);
  }

  /** Pushes to one connection, as `push` does to all; to one that has ended it goes nowhere. */
  pushTo<S2C>(connID: bigint, protocol: PushProtocol<S2C>, s2c: PartialMessage<S2C>): void {
    const codec = codecOf(protocol);
    this.#connections.get(connID)?.push(codec, completeContent(codec, s2c));
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
      ...this.#mishaps.problems,
      ...this.#handlers.problems,
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

  #overLimit(request: DecodedRequest): string | undefined {
    const isEnforced = this.#enforcesLimits || this.faults.lasting("limits") !== undefined;
    if (!isEnforced || this.#limits.admit(request)) return undefined;
    this.faults.takeKind("limits", request.protocol.name);
    return this.#rateLimited(request);
  }

  #rateLimited({ protocol: { name, limit } }: DecodedRequest): string {
    return this.#texts.rateLimit(name, limit?.requests ?? 0, (limit?.windowMs ?? 0) / 1000);
  }

  #answerOrRefuse(
    connection: Connection,
    request: DecodedRequest,
    fault: RequestFault | undefined,
  ): ReplyInit<unknown> | Promise<ReplyInit<unknown>> {
    if (fault?.kind === "rate-limit") return refuse(this.#rateLimited(request));
    if (this.#upstream.refuses(request.protocol)) return refuse(this.#texts.upstreamLost(request.protocol.name));
    if (fault?.kind !== "reject") return this.#answer(connection, request);
    const { retType = RetType.Failed, retMsg = this.#texts.rejected, errCode = 0, applied = false } = fault;
    const refusal = { retType, retMsg, errCode };
    const answer = applied ? this.#answer(connection, request) : refusal;
    return isPromise(answer) ? answer.then(() => refusal) : refusal;
  }

  #answer(connection: Connection, request: DecodedRequest): ReplyInit<unknown> | Promise<ReplyInit<unknown>> {
    const { connID, dialect } = connection;
    const { protocol, c2s } = request;
    const builtIn = () => {
      const answer = this.#builtIns.get(protocol.id);
      if (answer !== undefined) return answer(c2s, connID);
      this.log(`${protocol.name} (${protocol.id}) has neither a handler nor a built-in answer; it was refused`);
      this.#unhandled(protocol.id, c2s);
      return refuse(this.#texts.noAnswer(protocol.id));
    };
    const handler = this.#handlers.take(protocol.id);
    if (handler === undefined) return builtIn();
    const finish = (result: HandlerResult<unknown>) => toReply(codecOf(protocol), result);
    const result = handler({ c2s, connID, dialect, builtIn });
    return isPromise(result) ? result.then(finish) : finish(result);
  }

  #unhandled(protoId: number, c2s: unknown): void {
    if (this.#onUnhandled === "error") this.#mishaps.unhandled(protoId, c2s);
  }
}

function codecOf({ id, name }: { readonly id: number; readonly name: string }) {
  const codec = protocols.get(id);
  if (codec === undefined)
    throw new TickwireError("TESTKIT_PROTOCOL", `${name} (${id}) is not in this version's registry of protocols`);
  return codec;
}
