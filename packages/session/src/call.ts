import { CodecError, encodeRequest, type MessageInit, type Outcome, type RequestProtocol } from "@tickwire/codec";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { invalidArgument, OpenDError, type OpenDErrorCode, type OpenDErrorInit, rawMessage } from "./errors.ts";
import { hold } from "./hold.ts";
import { type CallOptions, callSettings, type Settings } from "./options.ts";
import { PaceRefusal } from "./pacer.ts";
import type { RequestPacer } from "./request-pacer.ts";
import type { Session } from "./session.ts";
import type { Hooks } from "./telemetry.ts";

/** What the requests of a client share. */
export interface CallContext {
  readonly clock: Clock;
  readonly session: Session;
  /** Undefined: nothing is held back. */
  readonly pacer: RequestPacer | undefined;
  readonly settings: Settings;
  /** Requests that wait for a connection or for their turn. */
  waiting: number;
  /** A request is held back to stay inside a limit, for so long at least. */
  readonly paced: (protocol: string, delayMs: number) => void;
  readonly hooks: Hooks;
}

/** Options of a call; those that users do not have are for the client's own requests. */
export interface InternalCallOptions extends CallOptions {
  readonly beyondLimit?: boolean;
}

/**
 * The way of one request: checked and encoded, then held until there is a connection and until the protocol's rate limit
 * has room, then sent, and sent again where that is safe. One deadline and one signal cover all of it.
 */
export class Call<C2S, S2C> {
  readonly #context: CallContext;
  readonly #protocol: RequestProtocol<C2S, S2C>;
  #c2s: MessageInit<C2S>;
  readonly #options: InternalCallOptions;
  readonly #settings: ReturnType<typeof callSettings>;
  readonly #deadline: number;
  /**
   * Encoded at once, so that a wrong argument is told before anything has changed, and what is sent is what was asked,
   * however long it waits and whatever becomes of the caller's object.
   */
  readonly #frame: Uint8Array;
  /** The connection that it went out on last. */
  connection: Connection | undefined;

  /** @throws {OpenDError} `OPEND_INVALID_ARGUMENT`. */
  constructor(
    context: CallContext,
    protocol: RequestProtocol<C2S, S2C>,
    c2s: MessageInit<C2S>,
    options: InternalCallOptions,
  ) {
    if (protocol?.kind !== "request")
      throw invalidArgument("only the descriptor of a request can be asked, such as GetGlobalState");
    this.#context = context;
    this.#protocol = protocol;
    this.#c2s = c2s;
    this.#options = options;
    this.#settings = callSettings(context.settings, options, protocol.name);
    this.#deadline = context.clock.now() + this.#settings.timeoutMs;
    this.#frame = this.#encode(0);
    // Encoded once more when it goes out.
    if (protocol.needsPacketId) this.#c2s = structuredClone(c2s);
  }

  /** What is asked, as a text that equal requests have in common. */
  get key(): string {
    return `${this.#protocol.id} ${this.#frame.subarray(this.#context.session.headerBytes).join()}`;
  }

  /** Whether it may join an equal request that is under way. */
  get isShared(): boolean {
    return this.#settings.shareReads && this.#protocol.effect === "read" && !this.#options.signal?.aborted;
  }

  /** Waits for an equal request that is under way. If that one is out of time before it is, it goes out itself. */
  async join(running: Promise<S2C>): Promise<S2C> {
    try {
      return await this.#hold(running, "no reply", "unknown");
    } catch (error) {
      const isOutOfTime = error instanceof OpenDError && error.code === "OPEND_TIMEOUT";
      if (isOutOfTime && this.#context.clock.now() < this.#deadline) return this.run();
      throw error;
    }
  }

  /** Sends it and gives the content of the reply. */
  async run(): Promise<S2C> {
    const { session } = this.#context;
    const { signal, beyondLimit } = this.#options;
    for (;;) {
      if (signal?.aborted) throw this.#aborted(signal.reason);
      const connection = session.connection ?? (await this.#connected());
      const turn = this.#turn();
      const over = turn instanceof Promise ? await turn : turn;
      if (connection !== session.connection || signal?.aborted) {
        // It ended, or was given up, while the turn was waited for.
        over?.(false);
        continue;
      }
      this.connection = connection;
      const { timeoutMs } = this.#settings;
      const encode = (serialNo: number) => this.#frameOf(serialNo);
      const sending = { encode, timeoutMs, deadline: this.#deadline, signal, beyondLimit, over };
      try {
        return await connection.request(this.#protocol, sending);
      } catch (error) {
        if (!this.#mayRepeat(error)) throw error;
      }
    }
  }

  /** A connection, when there is one again. */
  async #connected(): Promise<Connection> {
    const { session } = this.#context;
    if (session.ended === undefined && this.#settings.whileDown === "reject")
      throw this.#refuse("OPEND_CONNECTION_LOST", "there is no connection now; it was not sent", {
        cause: session.cause,
        retryable: true,
      });
    if (this.#isQueueFull) throw this.#overloaded();
    return this.#queued(this.#hold(session.ready(), "no connection"));
  }

  /** The turn that the rate limit gives; undefined where there is no limit. */
  #turn(): ReturnType<RequestPacer["turn"]> {
    const { pacer, session, clock, paced } = this.#context;
    const { pacing } = this.#settings;
    if (pacing === "off") return undefined;
    const isFull = pacing === "wait" && this.#isQueueFull;
    const turn = pacer?.turn(this.#protocol, this.#c2s, {
      signal: this.#options.signal,
      ownerSignal: session.signal,
      // Where it must not wait, there is a turn now or none.
      deadline: pacing === "reject" || isFull ? clock.now() : this.#deadline,
      onWait: (delayMs) => paced(this.#protocol.name, delayMs),
    });
    return turn instanceof Promise ? this.#queued(turn, isFull) : turn;
  }

  get #isQueueFull(): boolean {
    const { waiting, settings } = this.#context;
    return waiting >= settings.maxQueued;
  }

  /** Counts it among those that wait, and says for this request why there was nothing to wait for. */
  async #queued<T>(promise: Promise<T>, isFull = false): Promise<T> {
    const context = this.#context;
    const { signal } = this.#options;
    context.waiting += 1;
    try {
      return await promise;
    } catch (error) {
      if (signal?.aborted) throw this.#aborted(signal.reason);
      const { ended } = context.session;
      if (ended !== undefined) throw this.#refuse(ended.code, rawMessage(ended), { cause: ended });
      if (!(error instanceof PaceRefusal)) throw error;
      if (isFull) throw this.#overloaded();
      const { retryAfterMs } = error;
      const { requests, windowMs } = this.#protocol.limit ?? {};
      const rule = `OpenD takes ${requests} in ${windowMs} ms. Try again in ${Math.ceil(retryAfterMs)} ms`;
      throw this.#refuse("OPEND_PACING", rule, { retryAfterMs, retryable: true });
    } finally {
      context.waiting -= 1;
    }
  }

  #hold<T>(promise: Promise<T>, what: string, outcome: Outcome = "not-sent"): Promise<T> {
    const { clock, session } = this.#context;
    const { timeoutMs } = this.#settings;
    return hold(promise, {
      clock,
      signal: this.#options.signal,
      deadline: this.#deadline,
      aborted: (reason) => this.#aborted(reason, outcome),
      expired: () =>
        this.#refuse("OPEND_TIMEOUT", `${what} within ${timeoutMs} ms`, {
          cause: session.cause,
          outcome,
          retryable: true,
        }),
    });
  }

  /** A request that never left may always be sent again; one that may have arrived only as a read, if that is wanted. */
  #mayRepeat(error: unknown): boolean {
    if (!(error instanceof OpenDError) || error.code !== "OPEND_CONNECTION_LOST") return false;
    if (this.#context.session.ended !== undefined) return false;
    return error.outcome === "not-sent" || this.#isRepeatable;
  }

  get #isRepeatable(): boolean {
    return this.#settings.retry === "reads" && this.#protocol.effect === "read";
  }

  /** The early frame, unless it has to carry the number that the request has got by now. What was sent is the link's. */
  #frameOf(serialNo: number): Uint8Array {
    if (this.#protocol.needsPacketId) return this.#encode(serialNo);
    return this.#isRepeatable ? this.#frame.slice() : this.#frame;
  }

  #encode(serialNo: number): Uint8Array {
    const { session } = this.#context;
    const protocol = this.#protocol;
    let c2s = this.#c2s as MessageInit<C2S> & { packetID?: unknown };
    // What guards a trade against being repeated: this connection's id and a number that grows, unless the caller has own.
    if (protocol.needsPacketId) c2s = { ...c2s, packetID: c2s?.packetID ?? { connID: session.connId, serialNo } };
    try {
      return encodeRequest(protocol, c2s, session.headerBytes);
    } catch (error) {
      throw error instanceof CodecError ? invalidArgument(rawMessage(error), protocol.name, error) : error;
    }
  }

  #aborted(cause: unknown, outcome: Outcome = "not-sent"): OpenDError {
    const text = outcome === "not-sent" ? "aborted before it was sent" : "aborted";
    return this.#refuse("OPEND_ABORTED", text, { cause, outcome });
  }

  #overloaded(): OpenDError {
    return this.#refuse(
      "OPEND_OVERLOADED",
      `${this.#context.waiting} requests wait to be sent, which is the limit; await some of them, or raise maxQueued`,
      { retryable: true },
    );
  }

  #refuse(code: OpenDErrorCode, message: string, init: OpenDErrorInit): OpenDError {
    return new OpenDError(code, message, { protocol: this.#protocol.name, ...init });
  }
}
