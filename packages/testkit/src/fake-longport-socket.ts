import {
  Close_Code,
  type CommandCodec,
  commands,
  type Proto3Init,
  type PushCommand,
  PushQuoteData,
} from "@tickwire/codec/longport";
import { type Clock, TickwireError } from "@tickwire/session";
import type { LongPortFixture } from "./longport-fixture.ts";
import { LongPortSocketHistory } from "./longport-history.ts";
import { LongPortPrices } from "./longport-prices.ts";
import { LongPortQuoteFeed } from "./longport-quote-feed.ts";
import { LongPortSessions } from "./longport-sessions.ts";
import { socketCommands } from "./longport-socket-commands.ts";
import { type LongPortPeer, LongPortSocketConnection, type LongPortSocketHost } from "./longport-socket-connection.ts";
import { LongPortSocketFaults } from "./longport-socket-faults.ts";
import { invalidRequest } from "./longport-socket-reply.ts";

/** The path of the quote socket. */
const PATH = "/v2";

/** What the packets have room for. */
const MAX_COUNT = 2 ** 31 - 1;

/** What the quote socket of a fake LongPort does; all have defaults. */
export interface LongPortSocketOptions {
  /** Connections with a session that the account may have at a time. Default 10 [as users report it]. */
  readonly maxConnections?: number;
  /** Symbols that the account may be subscribed to at a time. Default 500 [vendor's documentation]. */
  readonly maxSubscriptions?: number;
  /** Milliseconds that a one-time token lives. How long LongPort's do is not known. Default one minute. */
  readonly socketTokenLifeMs?: number;
  /**
   * Milliseconds that a session lives since it was begun or taken up; a connection that still has it then is told that it has
   * expired, and ended. How long LongPort's do is not known. Default one day.
   */
  readonly sessionLifeMs?: number;
  /** Milliseconds between two quotes of a subscribed security. Default 1,000. */
  readonly quoteIntervalMs?: number;
  /** Milliseconds between two WebSocket pings: native clients want one every 120,000. Default 30,000. */
  readonly pingIntervalMs?: number;
  /** Bytes from which on bodies travel compressed; 0, all of them. Default `Infinity`: none. */
  readonly gzipFromBytes?: number;
  /** Decides how prices move. Default 1. */
  readonly seed?: number;
}

/** The fake's end of a connection: what a listener hands the client's messages to. */
export interface AcceptedSocket {
  /** Whether it says nothing any more: then a listener answers no ping either. */
  readonly isMute: boolean;
  /** Takes one whole WebSocket message. */
  receive(data: Uint8Array | string): void;
  /** Tells that the client has ended the connection. */
  closed(): void;
}

/** What the quote socket shares with the rest of the fake. @internal */
export interface FakeLongPortSocketInit extends LongPortSocketOptions {
  readonly fixture: LongPortFixture;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * The quote socket of a fake LongPort, without any transport: `createWebSocket` of {@link FakeLongPort} leads to it in memory,
 * `listenLongPort` over real WebSockets. It takes one-time tokens, keeps sessions and subscriptions, pushes moving quotes, and
 * goes wrong as `faults` say.
 */
export class FakeLongPortSocket {
  /** Every request that it received and could read. */
  readonly requests: LongPortSocketHistory = new LongPortSocketHistory();
  /** What shall go wrong. */
  readonly faults: LongPortSocketFaults = new LongPortSocketFaults();
  readonly #sessions: LongPortSessions<LongPortSocketConnection>;
  readonly #connections = new Set<LongPortSocketConnection>();
  readonly #host: LongPortSocketHost;
  #count = 0;

  /** @internal */
  constructor({ fixture, clock, log, ...options }: FakeLongPortSocketInit) {
    const optionOf = (name: keyof LongPortSocketOptions, standard: number, max = Number.MAX_SAFE_INTEGER): number => {
      const value = options[name] ?? standard;
      if (value >= 1 && value <= max) return value;
      throw new TickwireError("TESTKIT_OPTION", `${name} is ${value}: expected 1 to ${max}`);
    };
    this.#sessions = new LongPortSessions({
      clock,
      maxConnections: optionOf("maxConnections", 10, MAX_COUNT),
      tokenLifeMs: optionOf("socketTokenLifeMs", 60_000),
      sessionLifeMs: optionOf("sessionLifeMs", 86_400_000),
    });
    const prices = new LongPortPrices(fixture, { seed: options.seed ?? 1, now: () => clock.unixMs() });
    const feed = new LongPortQuoteFeed<LongPortSocketConnection>({
      clock,
      prices,
      intervalMs: optionOf("quoteIntervalMs", 1000),
      push: (connection, quote) => connection.push(codecOf(PushQuoteData), quote),
    });
    const answers = socketCommands({
      feed,
      prices,
      securities: fixture.securities,
      maxSubscriptions: optionOf("maxSubscriptions", 500, MAX_COUNT),
    });
    this.#host = {
      clock,
      log,
      faults: this.faults,
      gzipFromBytes: options.gzipFromBytes ?? Number.POSITIVE_INFINITY,
      pingIntervalMs: optionOf("pingIntervalMs", 30_000),
      received: ({ id: connectionId }, { command: { code, name } }, { requestId, timeoutMs }, message) =>
        this.requests.add({ command: { code, name }, message, connectionId, requestId, timeoutMs, atMs: clock.now() }),
      begin: (connection, { token }) => this.#sessions.begin(token, connection),
      resume: (connection, { sessionId }) => {
        const result = this.#sessions.resume(sessionId, connection);
        if ("status" in result) return result;
        result.replaced?.end(Close_Code.ConnectDuplicate, "the session was taken up on another connection");
        return result.grant;
      },
      endSession: (connection) => this.#sessions.end(connection),
      answer: (connection, command, message) =>
        answers.get(command)?.(message as never, connection) ?? invalidRequest(`the fake does not serve ${command}`),
      ended: (connection) => {
        this.#connections.delete(connection);
        this.#sessions.leave(connection);
        feed.drop(connection);
      },
    };
  }

  /** WebSockets that are open, with a session or without. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Connections with a session: what counts against `maxConnections`. */
  get online(): number {
    return this.#sessions.online;
  }

  /**
   * Pushes to every connection that has a session, subscribed or not.
   * @throws {CodecError} When the message has a field of a wrong type.
   */
  push<Message>(command: PushCommand<Message>, message: Proto3Init<Message>): void {
    for (const connection of [...this.#connections]) connection.push(codecOf(command), message as object);
  }

  /** Tells every connection why it ends, and ends it in an orderly way. @param code `Close_Code` of the codec, 0 to 6. */
  closeAll(code: number = Close_Code.ServerShutdown, reason = "server shutdown"): void {
    for (const connection of [...this.#connections]) connection.end(code, reason);
  }

  /** Breaks every connection, as a network that goes away. */
  disconnect(): void {
    for (const connection of [...this.#connections]) connection.terminate();
  }

  /** Says nothing more on the connections that are open, and leaves them open: as a peer that is dead. It serves new ones. */
  mute(): void {
    for (const connection of this.#connections) connection.mute();
  }

  /** Ends every session for good: none can be taken up again, and those that are used are told and ended. */
  expireSessions(): void {
    for (const connection of this.#sessions.endAll()) connection.expire();
  }

  /** @internal What the socket's token endpoint answers. */
  issueToken(): { readonly otp: string; readonly limit: number; readonly online: number } {
    return { otp: this.#sessions.newToken(), limit: this.#sessions.limit, online: this.online };
  }

  /** @internal Whether a WebSocket on this path may be opened, stays without an answer, or gets which HTTP status. */
  decideOn(path: string): "open" | "hang" | 404 | 503 {
    if (path !== PATH) {
      this.#host.log(`a WebSocket is refused: the quote socket is at ${PATH}`);
      return 404;
    }
    const kind = this.faults.takeConnection();
    if (kind === undefined) return "open";
    this.#host.log(`a WebSocket is not opened: the planned fault ${kind}`);
    return kind === "hang-connection" ? "hang" : 503;
  }

  /** @internal Takes a WebSocket that was opened. @param query What stood after `?`. */
  accept(query: string, peer: LongPortPeer): AcceptedSocket {
    const connection = new LongPortSocketConnection(this.#host, ++this.#count, peer);
    this.#connections.add(connection);
    const { version, codec, platform = "" } = Object.fromEntries(new URLSearchParams(query));
    if (version !== "1" || codec !== "1" || !/^\d+$/.test(platform))
      connection.end(Close_Code.UnpackError, "the address needs ?version=1&codec=1&platform=9");
    return connection;
  }
}

function codecOf({ code, name }: { readonly code: number; readonly name: string }): CommandCodec {
  const codec = commands.get(code);
  if (codec === undefined)
    throw new TickwireError("TESTKIT_PROTOCOL", `${name} (${code}) is no command of the quote socket`);
  return codec;
}
