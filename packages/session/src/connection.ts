import type { RequestProtocol } from "@tickwire/codec";
import { NEVER } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { OpenDError, type OpenDErrorCode, type OpenDErrorInit, rawMessage } from "./errors.ts";
import { type PendingRequest, requestsInFlight } from "./in-flight.ts";
import type { Heard } from "./liveness.ts";
import { readReply, versionHint } from "./reply.ts";
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
  readonly maxInFlight: number;
  readonly events: ConnectionEvents;
}

/** How one request goes out. */
export interface Sending {
  /** Makes the frame, with the wire's spare bytes in front. Called once, with the number that the request has got. */
  readonly encode: (serialNo: number) => Uint8Array;
  readonly timeoutMs: number;
  /** By `Clock.now()`. Default: `timeoutMs` from now. */
  readonly deadline?: number;
  readonly signal?: AbortSignal | undefined;
  /** For heartbeats and the like: a client with much to do must not fall silent. */
  readonly beyondLimit?: boolean | undefined;
  /**
   * Called once when OpenD has counted the request, at the latest: with its reply, or, when it was given up, with the next
   * reply to a later one, since OpenD reads one after the other; or when the connection is over.
   * @param isCounted False when it never left.
   */
  readonly over?: ((isCounted: boolean) => void) | undefined;
}

interface Pending extends PendingRequest {
  /** Requests are sent in the order of these. */
  readonly order: number;
  sent: boolean;
  answer(message: Incoming): void;
  fail(code: OpenDErrorCode, message: string, init?: OpenDErrorInit): void;
  readonly over: Sending["over"];
}

/**
 * One link's life: frames requests, matches replies by (protocol id, serial number), hands pushes on. Each request
 * settles exactly once: by its reply, its deadline, its signal, or the end of the link.
 */
export interface Connection extends LinkEvents, Heard {
  /** Requests under way. */
  readonly inFlight: number;
  /** OpenD's version, major * 100 + minor, once that is known. */
  serverVersion: number | undefined;
  /** Why it is over; undefined while it is not. */
  readonly ended: OpenDError | undefined;
  /** Puts the connection on an open link. */
  attach(link: Link): void;
  /** Ends the connection on purpose, or because its owner found it broken. */
  end(error: OpenDError): void;
  /** Sends a request and gives the content of its reply. Rejects with an {@link OpenDError}, never throws. */
  request<C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, sending: Sending): Promise<S2C>;
}

/** A connection that waits for its link. */
export function createConnection({ clock, wire, events, maxInFlight }: ConnectionOptions): Connection {
  const nextSerial = serialNumbers();
  const inFlight = requestsInFlight<Pending>(clock);
  let link: Link | undefined;
  /** Frames that wait for a slow peer, in their order. A request that settles takes its frame out. */
  let waiting = new Map<Pending, Uint8Array>();
  let writable = true;
  /** Sent requests that were given up, oldest first: OpenD may not have counted them yet. */
  const givenUp: Pending[] = [];
  let order = 0;

  const send = (pending: Pending, bytes: Uint8Array) => {
    if (!writable || link === undefined) {
      waiting.set(pending, bytes);
      return;
    }
    pending.sent = true;
    writable = link.write(wire.frame(bytes, pending.protoId, pending.serialNo));
  };

  /** What was given up before a request that is answered now has been counted too. */
  const settleGivenUp = (before: number) => {
    while (givenUp[0] !== undefined && givenUp[0].order < before) givenUp.shift()?.over?.(true);
  };

  const receive = (message: Incoming) => {
    if (connection.ended !== undefined) return;
    const { protoId, serialNo } = message;
    const pending = serialNo === undefined ? undefined : inFlight.take(protoId, serialNo);
    if (pending === undefined) {
      const late = givenUp.findIndex((one) => one.protoId === protoId && one.serialNo === serialNo);
      if (late < 0) events.push(message);
      else settleGivenUp((givenUp[late] as Pending).order + 1);
    } else {
      if (givenUp.length > 0) settleGivenUp(pending.order);
      pending.answer(message);
    }
  };

  const end = (error: OpenDError) => {
    if (connection.ended !== undefined) return;
    connection.ended = error;
    const last = link;
    link = undefined;
    waiting = new Map();
    const { reason } = error;
    for (const pending of inFlight.takeAll())
      pending.fail(error.code, rawMessage(error), { cause: error.cause ?? error, reason });
    settleGivenUp(NEVER);
    last?.close();
    events.ended(error);
  };
  const lose = (why: string, cause?: unknown) => end(new OpenDError("OPEND_CONNECTION_LOST", why, { cause }));

  const connection: { -readonly [K in keyof Connection]: Connection[K] } = {
    serverVersion: undefined,
    heardAt: 0,
    chunks: 0,
    ended: undefined,
    get inFlight() {
      return inFlight.size;
    },
    attach(opened) {
      if (connection.ended === undefined) link = opened;
      else opened.close();
    },
    end,
    lose,

    async request(protocol, { encode, timeoutMs, deadline = clock.now() + timeoutMs, signal, beyondLimit, over }) {
      const { name, id: protoId, effect } = protocol;
      let serialNo: number;
      let bytes: Uint8Array;
      try {
        const { ended } = connection;
        const refusal = { protocol: name, retryable: true };
        if (ended !== undefined) throw new OpenDError(ended.code, rawMessage(ended), { ...refusal, cause: ended });
        if (inFlight.size >= maxInFlight && !beyondLimit)
          throw new OpenDError(
            "OPEND_OVERLOADED",
            `${inFlight.size} requests are under way, which is the limit; await some of them, or raise maxInFlight`,
            refusal,
          );
        serialNo = nextSerial();
        bytes = encode(serialNo);
      } catch (error) {
        over?.(false);
        throw error;
      }
      const message = await new Promise<Incoming>((resolve, reject) => {
        const onAbort = () =>
          inFlight.take(protoId, serialNo)?.fail("OPEND_ABORTED", "aborted", { cause: signal?.reason });
        const pending: Pending = {
          protoId,
          serialNo,
          order: order++,
          deadline,
          sent: false,
          over,
          answer(answer) {
            signal?.removeEventListener("abort", onAbort);
            over?.(true);
            resolve(answer);
          },
          fail(code, text, init) {
            signal?.removeEventListener("abort", onAbort);
            waiting.delete(pending);
            if (pending.sent && connection.ended === undefined) {
              if (over !== undefined) givenUp.push(pending);
            } else over?.(pending.sent);
            const outcome = pending.sent ? "unknown" : "not-sent";
            const isOnPurpose = code === "OPEND_ABORTED" || code === "OPEND_CLOSED";
            const retryable = !isOnPurpose && (effect === "read" || !pending.sent);
            reject(new OpenDError(code, text, { protocol: name, serialNo, outcome, retryable, ...init }));
          },
          expire: () => {
            const hint = versionHint(protocol, connection.serverVersion);
            const text = `no reply within ${timeoutMs} ms`;
            const reason = hint?.reason;
            pending.fail("OPEND_TIMEOUT", reason === undefined ? text : `${text}. ${hint?.text}`, { reason });
          },
        };
        signal?.addEventListener("abort", onAbort);
        inFlight.add(pending);
        send(pending, bytes);
      });
      return readReply(protocol, message, connection.serverVersion);
    },

    data(bytes) {
      if (connection.ended !== undefined) return;
      connection.heardAt = clock.now();
      connection.chunks += 1;
      try {
        wire.receive(bytes, receive);
      } catch (error) {
        if (error instanceof OpenDError) end(error);
        else lose(`the stream cannot be read on: ${error instanceof Error ? error.message : error}`, error);
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
  return connection;
}
