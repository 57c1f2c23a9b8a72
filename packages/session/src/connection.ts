import { CodecError, encodeRequest, type MessageInit, type RequestProtocol } from "@tickwire/codec";
import type { Clock } from "./clock.ts";
import { OpenDError, type OpenDErrorCode, type OpenDErrorInit, rawMessage } from "./errors.ts";
import { InFlight, type PendingRequest } from "./in-flight.ts";
import { type CallOptions, checkPositive, checkSignal } from "./options.ts";
import { readReply } from "./reply.ts";
import { SerialNumbers } from "./serial.ts";
import type { Link, LinkEvents } from "./transport.ts";
import type { Incoming, Wire } from "./wire.ts";

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** A message that answers no request. */
  push(message: Incoming): void;
  /** The connection is over, after all its requests are settled. The error says why. */
  ended(error: OpenDError): void;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly wire: Wire;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly events: ConnectionEvents;
}

/** Options of one request. */
export interface ConnectionCallOptions extends CallOptions {
  /** For heartbeats: a client with much to do must not fall silent. */
  readonly beyondLimit?: boolean;
}

interface Pending extends PendingRequest {
  sent: boolean;
  answer(message: Incoming): void;
  fail(code: OpenDErrorCode, message: string, init: OpenDErrorInit): void;
}

/**
 * One link's life: frames requests, matches replies by (protocol id, serial number), hands pushes on. Each request
 * settles exactly once: by its reply, its deadline, its signal, or the end of the link.
 */
export class Connection implements LinkEvents {
  readonly #options: ConnectionOptions;
  readonly #serials = new SerialNumbers();
  readonly #inFlight: InFlight<Pending>;
  #link: Link | undefined;
  /** Frames that wait for a slow peer, in their order. A request that settles takes its frame out. */
  #waiting = new Map<Pending, Uint8Array>();
  #writable = true;
  #end: OpenDError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#inFlight = new InFlight(options.clock);
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Why it is over; undefined while it is not. */
  get ended(): OpenDError | undefined {
    return this.#end;
  }

  /** Puts the connection on an open link. */
  attach(link: Link): void {
    if (this.#end === undefined) this.#link = link;
    else link.close();
  }

  /** Ends the connection on purpose, or because its owner found it broken. */
  end(error: OpenDError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    const link = this.#link;
    this.#link = undefined;
    this.#waiting = new Map();
    for (const pending of this.#inFlight.takeAll())
      pending.fail(error.code, rawMessage(error), { cause: error.cause ?? error });
    link?.close();
    this.#options.events.ended(error);
  }

  /** Sends a request and gives the content of its reply. Rejects with an {@link OpenDError}, never throws. */
  async request<C2S, S2C>(
    protocol: RequestProtocol<C2S, S2C>,
    c2s: NoInfer<MessageInit<C2S>>,
    options: ConnectionCallOptions = {},
  ): Promise<S2C> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const { signal } = options;
    const refuse = (code: OpenDErrorCode, message: string, init: OpenDErrorInit = {}) =>
      new OpenDError(code, message, { protocol: protocol.name, ...init });

    if (protocol?.kind !== "request")
      throw new OpenDError(
        "OPEND_INVALID_ARGUMENT",
        "only the descriptor of a request can be asked, such as GetGlobalState",
      );
    checkPositive("timeoutMs", timeoutMs, protocol.name);
    checkSignal(signal, protocol.name);
    const bytes = this.#encode(protocol, c2s);
    if (signal?.aborted) throw refuse("OPEND_ABORTED", "aborted before it was sent", { cause: signal.reason });
    if (this.#end !== undefined) throw refuse(this.#end.code, rawMessage(this.#end), { cause: this.#end });
    if (this.#inFlight.size >= this.#options.maxInFlight && !options.beyondLimit)
      throw refuse(
        "OPEND_OVERLOADED",
        `${this.#inFlight.size} requests are under way, which is the limit; await some of them, or raise maxInFlight`,
        { retryable: true },
      );

    const serialNo = this.#serials.next();
    const message = await new Promise<Incoming>((resolve, reject) => {
      const onAbort = () => {
        if (this.#inFlight.take(protocol.id, serialNo) === pending)
          pending.fail("OPEND_ABORTED", "aborted", { cause: signal?.reason });
      };
      const pending: Pending = {
        protoId: protocol.id,
        serialNo,
        deadline: this.#options.clock.now() + timeoutMs,
        sent: false,
        answer: (answer) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(answer);
        },
        fail: (code, text, init) => {
          signal?.removeEventListener("abort", onAbort);
          this.#waiting.delete(pending);
          const outcome = pending.sent ? "unknown" : "not-sent";
          const isOnPurpose = code === "OPEND_ABORTED" || code === "OPEND_CLOSED";
          const retryable = !isOnPurpose && (protocol.effect === "read" || !pending.sent);
          reject(new OpenDError(code, text, { protocol: protocol.name, serialNo, outcome, retryable, ...init }));
        },
        expire: () => pending.fail("OPEND_TIMEOUT", `no reply within ${timeoutMs} ms`, {}),
      };
      signal?.addEventListener("abort", onAbort);
      this.#inFlight.add(pending);
      this.#send(pending, bytes);
    });
    return readReply(protocol, message);
  }

  data(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    try {
      this.#options.wire.receive(bytes, (message) => this.#receive(message));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.end(new OpenDError("OPEND_CONNECTION_LOST", `the stream cannot be read on: ${problem}`, { cause: error }));
    }
  }

  drain(): void {
    this.#writable = true;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [pending, bytes] of waiting) if (this.#inFlight.has(pending)) this.#send(pending, bytes);
  }

  closed(cause?: Error): void {
    this.#link = undefined;
    const why = cause === undefined ? "OpenD closed the connection" : `the connection broke: ${cause.message}`;
    this.end(new OpenDError("OPEND_CONNECTION_LOST", why, { cause }));
  }

  #encode<C2S>(protocol: RequestProtocol<C2S, unknown>, c2s: NoInfer<MessageInit<C2S>>): Uint8Array {
    try {
      return encodeRequest(protocol, c2s, this.#options.wire.headerBytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new OpenDError("OPEND_INVALID_ARGUMENT", rawMessage(error), { protocol: protocol.name, cause: error });
    }
  }

  #send(pending: Pending, bytes: Uint8Array): void {
    if (!this.#writable || this.#link === undefined) {
      this.#waiting.set(pending, bytes);
      return;
    }
    pending.sent = true;
    this.#writable = this.#link.write(this.#options.wire.frame(bytes, pending.protoId, pending.serialNo));
  }

  #receive(message: Incoming): void {
    if (this.#end !== undefined) return;
    const { protoId, serialNo } = message;
    const pending = serialNo === undefined ? undefined : this.#inFlight.take(protoId, serialNo);
    if (pending === undefined) this.#options.events.push(message);
    else pending.answer(message);
  }
}
