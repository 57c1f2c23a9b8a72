import { PushQuoteData } from "@tickwire/codec/longport";
import { PlannedFaults } from "./planned-faults.ts";

/**
 * What goes wrong on the quote socket:
 *
 * - `refuse-connection`: the WebSocket is not opened (HTTP 503).
 * - `hang-connection`: the WebSocket is neither opened nor refused.
 * - `reject`: a response whose status is not 0, with an error.
 * - `slow`: the response or push is kept back until `delayMs` have passed on the fake's clock; without, it is lost.
 * - `drop`: the connection breaks in its place, without a farewell (close code 1006).
 * - `close`: the server says in its place why it ends the connection, and ends it in an orderly way.
 * - `expire-session`: the same with the reason 5 (session expired), and the session cannot be taken up any more.
 * - `silence`: from then on nothing comes on this connection, no pings either; it stays open, as with a dead peer.
 * - `gzip`: the body travels compressed, however small it is.
 * - `duplicate`: it comes twice.
 */
export type LongPortSocketFaultKind = (typeof longPortSocketFaultKinds)[number];

/** All kinds of faults of the quote socket, for tables of tests. */
export const longPortSocketFaultKinds = [
  "refuse-connection",
  "hang-connection",
  "reject",
  "slow",
  "drop",
  "close",
  "expire-session",
  "silence",
  "gzip",
  "duplicate",
] as const;

/** A fault that a test plans. Plain data. */
export interface LongPortSocketFault {
  readonly kind: LongPortSocketFaultKind;
  /**
   * Which messages it meets, by the number of their command: responses, or with 101 (`PushQuoteData.code`) pushes of quotes.
   * Default: the response to any request; for `gzip` and `duplicate` any push of quotes. `reject` never meets pushes, and
   * `refuse-connection` and `hang-connection` meet new connections, whatever is here.
   */
  readonly command?: number;
  /** How many it meets, 1 to `Infinity`. Default 1. */
  readonly times?: number;
  /**
   * Whether the request has its effect nevertheless: the client cannot tell. Default false. Of no meaning for pushes, and for
   * `gzip` and `duplicate`, with which it always has.
   */
  readonly applied?: boolean;
  /** For `slow`: milliseconds until it comes. Default: it never does. */
  readonly delayMs?: number;
  /** For `reject`: the status of the response, `PacketStatus`. Default 7, an error of the server. */
  readonly status?: number;
  /** For `reject` the number of the error, default 301602; for `close` that of the reason, 0 to 6, default 2, a shutdown. */
  readonly code?: number;
  /** For `reject` and `close`: the words instead of the fake's own. */
  readonly message?: string;
}

/** The faults that are planned for the quote socket. */
export class LongPortSocketFaults extends PlannedFaults<LongPortSocketFault> {
  /** @internal */
  constructor() {
    super(longPortSocketFaultKinds);
  }

  /** @internal What a packet has no room for. */
  protected override problemOf({ status = 1, code = 0 }: LongPortSocketFault): string | undefined {
    if (!(Number.isInteger(status) && status >= 1 && status <= 255)) return `status is ${status}: expected 1 to 255`;
    return Number.isInteger(code) && code >= 0 ? undefined : `code is ${code}: expected a whole number from 0`;
  }

  /** @internal The fault that meets a new connection, counted as met. */
  takeConnection(): LongPortSocketFaultKind | undefined {
    return this.takeFirst(({ kind }) => meetsConnections(kind))?.kind;
  }

  /** @internal The fault that meets the response to a request, or a push; counted as met. */
  takeMessage(type: "response" | "push", command: number): LongPortSocketFault | undefined {
    return this.takeFirst(({ kind, command: wanted }) => {
      if (meetsConnections(kind) || (kind === "reject" && type === "push")) return false;
      if (wanted !== undefined) return wanted === command;
      const meetsPushes = kind === "gzip" || kind === "duplicate";
      return meetsPushes ? command === PushQuoteData.code : type === "response";
    });
  }
}

const meetsConnections = (kind: LongPortSocketFaultKind): boolean =>
  kind === "refuse-connection" || kind === "hang-connection";
