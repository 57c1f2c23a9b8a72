import { protocols } from "@tickwire/codec/registry";
import {
  type CipherSuite,
  type Clock,
  type Dialect,
  type MessageInit,
  md5Hex,
  type PushProtocol,
  QotUpdateBasicQot,
  type RequestProtocol,
  TickwireError,
} from "@tickwire/session";
import { addDispose, disposable, systemClock } from "@tickwire/session/parts";
import { Connection, type ConnectionHost, type DecodedRequest, isPromise, type Peer } from "./connection.ts";
import type { Fixture, Language } from "./fixture.ts";
import { defaultFixture } from "./fixtures.ts";
import { type BuiltIn, builtIns } from "./handlers.ts";
import { RequestHistory } from "./history.ts";
import { QuoteService } from "./quote-service.ts";
import { Quotes } from "./quotes.ts";
import { RateLimits } from "./rate-limits.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import { type Texts, texts } from "./texts.ts";
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
  /** Decides how prices move and which keys connections get. Default 1. */
  readonly seed?: number;
  /** Takes lines for people about what went wrong; never a secret. Default: none are written. */
  readonly log?: (line: string) => void;
}

/** A request that a handler shall answer. */
export interface HandlerCall<C2S, S2C> {
  readonly c2s: C2S;
  /** The connection that it came on. */
  readonly connID: bigint;
  readonly dialect: Dialect;
  /** What the fake would have answered. Calling it has its effects: a watchlist changes, a subscription begins. */
  builtIn(): ReplyInit<S2C>;
}

/** What a handler answers: the content of a success, or a whole reply, told apart by its `retType`. */
export type HandlerResult<S2C> = MessageInit<S2C> | ReplyInit<S2C>;

/** Answers requests of one protocol. A promise that never settles is a request that is never answered. */
export type Handler<C2S, S2C> = (call: HandlerCall<C2S, S2C>) => HandlerResult<S2C> | Promise<HandlerResult<S2C>>;

/** The fake's end of a connection: what a listener hands the peer's bytes to. */
export interface AcceptedConnection {
  /** Takes bytes: any chunk of the TCP stream, or one whole binary WebSocket message. */
  receive(bytes: Uint8Array): void;
  /** Tells that the peer has ended the connection. */
  closed(): void;
}

type AnyHandler = (call: HandlerCall<unknown, unknown>) => HandlerResult<unknown> | Promise<HandlerResult<unknown>>;

/**
 * A fake OpenD gateway, without any transport: `memoryTransport` links a client to it in memory, `listen` of
 * `@tickwire/testkit/node` over real sockets. It answers the protocols of the codec from a fixture, keeps watchlists and
 * subscriptions, and pushes moving quotes; `on` replaces any answer.
 */
export class FakeOpenD {
  /** Every request that it received and could read. */
  readonly requests: RequestHistory = new RequestHistory();
  /** Where lines for people go; listeners use it as well. */
  readonly log: (line: string) => void;
  readonly #clock: Clock;
  readonly #texts: Texts;
  readonly #keyMd5: string | undefined;
  readonly #wrongKey: "refuse" | "silence";
  readonly #limits: RateLimits | undefined;
  readonly #quotes: QuoteService;
  readonly #builtIns: ReadonlyMap<number, BuiltIn>;
  /** Per protocol id, the latest last. */
  readonly #handlers = new Map<number, AnyHandler[]>();
  readonly #connections = new Map<bigint, Connection>();
  readonly #host: ConnectionHost;
  #nextConnID = FIRST_CONN_ID;
  #isClosed = false;
  /** How many of the next connections are refused. */
  #refusals = 0;
  /** For `using`. */
  declare readonly [Symbol.dispose]: () => void;

  constructor(options: FakeOpenDOptions = {}) {
    const { fixture = defaultFixture, clock = systemClock, seed = 1, enforceLimits = false, websocketKey } = options;
    const language = options.language ?? fixture.gateway.language;
    addDispose(this, "dispose", () => this.close());
    this.#clock = clock;
    this.#texts = texts[language];
    this.#keyMd5 = websocketKey === undefined ? undefined : md5Hex(websocketKey);
    this.#wrongKey = options.wrongKey ?? "refuse";
    this.log = options.log ?? (() => undefined);
    this.#limits = enforceLimits ? new RateLimits(clock) : undefined;
    this.#quotes = new QuoteService({
      clock,
      quotes: new Quotes(fixture, { language, seed, startUnixMs: clock.unixMs() }),
      texts: this.#texts,
      quota: fixture.gateway.subscriptionQuota,
      intervalMs: options.quoteIntervalMs ?? 1000,
      holds: enforceLimits,
      push: (connID, s2c) => this.#connections.get(connID)?.push(codecOf(QotUpdateBasicQot), s2c),
    });
    this.#builtIns = builtIns({
      clock,
      gateway: fixture.gateway,
      watchlist: new WatchlistState(fixture, language),
      quotes: this.#quotes,
      seed,
      encrypts: options.ciphers !== undefined,
    });
    this.#host = {
      texts: this.#texts,
      ciphers: options.ciphers,
      log: this.log,
      judgeKey: (md5) => (this.#keyMd5 === undefined || this.#keyMd5 === md5 ? "accept" : this.#wrongKey),
      received: (connection, request) => this.#received(connection, request),
      overLimit: (request) => this.#overLimit(request),
      answer: (connection, request) => this.#answer(connection, request),
      ended: ({ connID }) => {
        this.#connections.delete(connID);
        this.#quotes.drop(connID);
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
   * Answers a protocol by `handler` from now on, until the result is disposed of. The latest handler of a protocol wins. A
   * handler that throws, or gives what cannot be encoded, is logged and answered with a refusal that says so.
   */
  on<C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, handler: Handler<C2S, S2C>): Disposable {
    codecOf(protocol);
    const handlers = this.#handlers.get(protocol.id) ?? [];
    this.#handlers.set(protocol.id, handlers);
    // Wrapped, so that a handler that was given twice is there twice. The registry gives it its own c2s.
    const entry: AnyHandler = (call) => handler(call as HandlerCall<C2S, S2C>);
    handlers.push(entry);
    return disposable(() => {
      const index = handlers.indexOf(entry);
      if (index >= 0) handlers.splice(index, 1);
    });
  }

  /**
   * Pushes to every connection that is logged in, subscribed or not; Notify (1003) only to those that asked for it.
   * @throws {CodecError} When `s2c` lacks a required field or has a wrong one.
   */
  push<S2C>(protocol: PushProtocol<S2C>, s2c: MessageInit<S2C>): void {
    for (const connection of this.#connections.values()) connection.push(codecOf(protocol), s2c);
  }

  /**
   * Pushes to one connection, as `push` does to all; to one that has ended it goes nowhere.
   * @throws {CodecError} When `s2c` lacks a required field or has a wrong one.
   */
  pushTo<S2C>(connID: bigint, protocol: PushProtocol<S2C>, s2c: MessageInit<S2C>): void {
    this.#connections.get(connID)?.push(codecOf(protocol), s2c);
  }

  /** Drops every open connection: in an orderly way, or, with a cause, as by a network that broke. */
  disconnect(cause?: Error): void {
    for (const connection of [...this.#connections.values()]) connection.close(cause);
  }

  /** Says nothing more on the connections that are open, and leaves them open: as a peer that is dead. It serves new ones. */
  mute(): void {
    for (const connection of this.#connections.values()) connection.mute();
  }

  /** Closes so many of the next connections as soon as they come, as an OpenD does that is just starting. */
  refuseConnections(times: number): void {
    this.#refusals = times;
  }

  /**
   * Takes a new connection. It may call `peer.close` before it returns: when it is closed, was told to refuse it, or has 128
   * connections.
   */
  accept(dialect: Dialect, peer: Peer): AcceptedConnection {
    const connection = new Connection(this.#host, { connID: this.#nextConnID++, dialect, peer });
    const refusal = this.#isClosed
      ? "the fake is closed"
      : this.#connections.size >= MAX_CONNECTIONS
        ? `OpenD takes ${MAX_CONNECTIONS} connections: close those that are not used`
        : this.#refusals > 0
          ? "the fake was told to"
          : undefined;
    if (refusal === undefined) this.#connections.set(connection.connID, connection);
    else {
      this.#refusals = Math.max(0, this.#refusals - 1);
      this.log(`a new connection is refused: ${refusal}`);
      connection.close();
    }
    return connection;
  }

  /** Ends every connection and takes no new one. Leaves no timer behind. */
  close(): void {
    this.#isClosed = true;
    this.disconnect();
  }

  #received({ connID, dialect }: Connection, { protocol: { id, name }, c2s, serialNo }: DecodedRequest): void {
    this.requests.add({ protocol: { id, name }, c2s, connID, dialect, serialNo, atMs: this.#clock.now() });
  }

  #overLimit(request: DecodedRequest): string | undefined {
    const { protocol } = request;
    if (this.#limits === undefined || protocol.limit === undefined || this.#limits.admit(request)) return undefined;
    return this.#texts.rateLimit(protocol.name, protocol.limit.requests, protocol.limit.windowMs / 1000);
  }

  #answer(connection: Connection, request: DecodedRequest): ReplyInit<unknown> | Promise<ReplyInit<unknown>> {
    const { connID, dialect } = connection;
    const { protocol, c2s } = request;
    const builtIn = () => this.#builtIns.get(protocol.id)?.(c2s, connID) ?? refuse(this.#texts.noAnswer(protocol.id));
    const handler = this.#handlers.get(protocol.id)?.at(-1);
    if (handler === undefined) return builtIn();
    const result = handler({ c2s, connID, dialect, builtIn });
    return isPromise(result) ? result.then(toReply) : toReply(result);
  }
}

function toReply(result: HandlerResult<unknown>): ReplyInit<unknown> {
  const isReply = typeof result === "object" && result !== null && "retType" in result;
  return isReply ? (result as ReplyInit<unknown>) : succeed(result);
}

function codecOf({ id, name }: { readonly id: number; readonly name: string }) {
  const codec = protocols.get(id);
  if (codec === undefined)
    throw new TickwireError("TESTKIT_PROTOCOL", `${name} (${id}) is not in this version's registry of protocols`);
  return codec;
}
