import { CodecError, encodeRequest, type MessageInit, type RequestProtocol } from "@tickwire/codec";
import type { Clock } from "./clock.ts";
import { invalidArgument, OpenDError, type OpenDErrorCode, type OpenDErrorInit, rawMessage } from "./errors.ts";
import { type PendingRequest, requestsInFlight } from "./in-flight.ts";
import { type CallOptions, checkPositive, checkSignal } from "./options.ts";
import { readReply } from "./reply.ts";
import { serialNumbers } from "./serial.ts";
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
  fail(code: OpenDErrorCode, message: string, cause?: unknown): void;
}

/**
 * One link's life: frames requests, matches replies by (protocol id, serial number), hands pushes on. Each request
 * settles exactly once: by its reply, its deadline, its signal, or the end of the link.
 */
export interface Connection extends LinkEvents {
  /** Requests under way. */
  readonly inFlight: number;
  /** Why it is over; undefined while it is not. */
  readonly ended: OpenDError | undefined;
  /** Puts the connection on an open link. */
  attach(link: Link): void;
  /** Ends the connection on purpose, or because its owner found it broken. */
  end(error: OpenDError): void;
  /** Sends a request and gives the content of its reply. Rejects with an {@link OpenDError}, never throws. */
  request<C2S, S2C>(
    protocol: RequestProtocol<C2S, S2C>,
    c2s: NoInfer<MessageInit<C2S>>,
    options?: ConnectionCallOptions,
  ): Promise<S2C>;
}

/** A connection that waits for its link. */
export function createConnection({ clock, wire, events, ...limits }: ConnectionOptions): Connection {
  const nextSerial = serialNumbers();
  const inFlight = requestsInFlight<Pending>(clock);
  let link: Link | undefined;
  /** Frames that wait for a slow peer, in their order. A request that settles takes its frame out. */
  let waiting = new Map<Pending, Uint8Array>();
  let writable = true;
  let ended: OpenDError | undefined;

  const encode = <C2S>(protocol: RequestProtocol<C2S, unknown>, c2s: NoInfer<MessageInit<C2S>>) => {
    try {
      return encodeRequest(protocol, c2s, wire.headerBytes);
    } catch (error) {
      throw error instanceof CodecError ? invalidArgument(rawMessage(error), protocol.name, error) : error;
    }
  };

  const send = (pending: Pending, bytes: Uint8Array) => {
    if (!writable || link === undefined) {
      waiting.set(pending, bytes);
      return;
    }
    pending.sent = true;
    writable = link.write(wire.frame(bytes, pending.protoId, pending.serialNo));
  };

  const receive = (message: Incoming) => {
    if (ended !== undefined) return;
    const { protoId, serialNo } = message;
    const pending = serialNo === undefined ? undefined : inFlight.take(protoId, serialNo);
    if (pending === undefined) events.push(message);
    else pending.answer(message);
  };

  const end = (error: OpenDError) => {
    if (ended !== undefined) return;
    ended = error;
    const last = link;
    link = undefined;
    waiting = new Map();
    for (const pending of inFlight.takeAll()) pending.fail(error.code, rawMessage(error), error.cause ?? error);
    last?.close();
    events.ended(error);
  };
  const lose = (why: string, cause: unknown) => end(new OpenDError("OPEND_CONNECTION_LOST", why, { cause }));

  return {
    get inFlight() {
      return inFlight.size;
    },
    get ended() {
      return ended;
    },
    attach(opened) {
      if (ended === undefined) link = opened;
      else opened.close();
    },
    end,

    async request(protocol, c2s, options = {}) {
      if (protocol?.kind !== "request")
        throw invalidArgument("only the descriptor of a request can be asked, such as GetGlobalState");
      const { name, id: protoId, effect } = protocol;
      const { signal, beyondLimit } = options;
      const timeoutMs = options.timeoutMs ?? limits.timeoutMs;
      const refuse = (code: OpenDErrorCode, message: string, init: OpenDErrorInit) =>
        new OpenDError(code, message, { protocol: name, ...init });

      checkPositive("timeoutMs", timeoutMs, name);
      checkSignal(signal, name);
      const bytes = encode(protocol, c2s);
      if (signal?.aborted) throw refuse("OPEND_ABORTED", "aborted before it was sent", { cause: signal.reason });
      if (ended !== undefined) throw refuse(ended.code, rawMessage(ended), { cause: ended });
      if (inFlight.size >= limits.maxInFlight && !beyondLimit)
        throw refuse(
          "OPEND_OVERLOADED",
          `${inFlight.size} requests are under way, which is the limit; await some of them, or raise maxInFlight`,
          { retryable: true },
        );

      const serialNo = nextSerial();
      const message = await new Promise<Incoming>((resolve, reject) => {
        const onAbort = () => inFlight.take(protoId, serialNo)?.fail("OPEND_ABORTED", "aborted", signal?.reason);
        const pending: Pending = {
          protoId,
          serialNo,
          deadline: clock.now() + timeoutMs,
          sent: false,
          answer(answer) {
            signal?.removeEventListener("abort", onAbort);
            resolve(answer);
          },
          fail(code, text, cause) {
            signal?.removeEventListener("abort", onAbort);
            waiting.delete(pending);
            const outcome = pending.sent ? "unknown" : "not-sent";
            const isOnPurpose = code === "OPEND_ABORTED" || code === "OPEND_CLOSED";
            const retryable = !isOnPurpose && (effect === "read" || !pending.sent);
            reject(refuse(code, text, { serialNo, outcome, retryable, cause }));
          },
          expire: () => pending.fail("OPEND_TIMEOUT", `no reply within ${timeoutMs} ms`),
        };
        signal?.addEventListener("abort", onAbort);
        inFlight.add(pending);
        send(pending, bytes);
      });
      return readReply(protocol, message);
    },

    data(bytes) {
      if (ended !== undefined) return;
      try {
        wire.receive(bytes, receive);
      } catch (error) {
        lose(`the stream cannot be read on: ${error instanceof Error ? error.message : error}`, error);
      }
    },
    drain() {
      writable = true;
      const frames = waiting;
      waiting = new Map();
      for (const [pending, bytes] of frames) if (inFlight.has(pending)) send(pending, bytes);
    },
    closed(cause) {
      link = undefined;
      lose(cause === undefined ? "OpenD closed the connection" : `the connection broke: ${cause.message}`, cause);
    },
  };
}
