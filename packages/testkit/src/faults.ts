import { InitConnect, InitWebSocket } from "@tickwire/codec";
import type { Dialect } from "@tickwire/session";
import { problemOfFault } from "./fault-schema.ts";
import { PlannedFaults } from "./planned-faults.ts";

/**
 * What goes wrong:
 *
 * - `refuse`: a new connection is closed as soon as it comes, as by an OpenD that is just starting.
 * - `drop`: the connection ends: before the request is read, in place of its reply, or within it.
 * - `stall`: from then on nothing comes on this connection, which stays open.
 * - `fragment`: it comes in small chunks.
 * - `corrupt`: it comes damaged.
 * - `reject`: the request is refused with a `retType`.
 * - `rate-limit`: the request is refused as one over its documented limit, with OpenD's words for it.
 * - `duplicate`: it comes twice.
 * - `reorder`: it comes after the next message of this connection.
 * - `late`: it comes later, or never.
 * - `burst`: the next push of quotes becomes many, all in one chunk.
 * - `late-push`: quotes that were just unsubscribed come once more.
 * - `wrong-key`: a login is treated as one with a wrong key.
 * - `limits`: as long as it is planned, the documented request limits are enforced.
 * - `upstream-lost`: as long as it is planned, the gateway is not logged in to its servers.
 */
export type OpenDFaultKind = (typeof openDFaultKinds)[number];

/** All kinds of faults, for tables of tests. */
export const openDFaultKinds = [
  "refuse",
  "drop",
  "stall",
  "fragment",
  "corrupt",
  "reject",
  "rate-limit",
  "duplicate",
  "reorder",
  "late",
  "burst",
  "late-push",
  "wrong-key",
  "limits",
  "upstream-lost",
] as const;

/** What every fault has. */
interface Counted {
  /** How much it meets, 1 to `Infinity`. Default 1; for `limits` and `upstream-lost`, which last until then, no end. */
  readonly times?: number;
}

/** A fault of requests and their replies, or of pushes. */
interface OfMessages extends Counted {
  /**
   * Which messages it meets, by the protocol's name or id: replies, or pushes where the protocol is one of pushes. Default:
   * the reply to any request, logins and heartbeats included.
   */
  readonly protocol?: string | number;
}

/** A place within a frame, as it is sent. */
interface Cut {
  /** For `at: "frame"`: how many bytes of the frame still come, its header of 44 bytes included. Default: half of it. */
  readonly afterBytes?: number;
}

/** A fault that a test plans. Plain data, told apart by `kind`: {@link OpenDFaultKind} says what each is. */
export type OpenDFault =
  | (Counted & { readonly kind: "refuse" })
  | (OfMessages &
      Cut & {
        readonly kind: "drop";
        /**
         * When: at the `request`, which then has no effect; in place of the `reply`, or in the middle of its `frame`, where the
         * request has had its effect. Default `"reply"`.
         */
        readonly at?: "request" | "reply" | "frame";
        /** Whether it breaks, as by a reset, which may also take what was sent just before. Default: it ends in an orderly way. */
        readonly broken?: boolean;
      })
  | (OfMessages &
      Cut & {
        readonly kind: "stall";
        /** From when on: in place of the `reply`, or in the middle of its `frame`. Default `"reply"`. */
        readonly at?: "reply" | "frame";
        /** Milliseconds of the fake's clock after which all that was held back comes, in order. Default: it never does. */
        readonly forMs?: number;
      })
  | (OfMessages & {
      readonly kind: "fragment";
      /** Bytes of a chunk. Default 1. */
      readonly chunkBytes?: number;
    })
  | (OfMessages & {
      readonly kind: "corrupt";
      /**
       * What is damaged: the sign at the frame's beginning, its length (3 bytes more than there are), the checksum, or the body's
       * first byte. WebSocket frames have neither length nor checksum, so `length` and `sha1` meet TCP connections only.
       */
      readonly part: CorruptPart;
    })
  | (OfMessages & {
      readonly kind: "reject";
      /** Default -1, the usual refusal; not 0. -100, -200 and -400 say that OpenD does not know whether it was done. */
      readonly retType?: number;
      /** The reason, for people. Default: words of the fake's own. */
      readonly retMsg?: string;
      /** For the vendor's logs. Default 0. */
      readonly errCode?: number;
      /** Whether the request has its effect nevertheless. Default false. */
      readonly applied?: boolean;
    })
  | (OfMessages & { readonly kind: "rate-limit" })
  | (OfMessages & { readonly kind: "duplicate" })
  | (OfMessages & { readonly kind: "reorder" })
  | (OfMessages & {
      readonly kind: "late";
      /** Milliseconds of the fake's clock until it comes. Default: it never does. */
      readonly delayMs?: number;
    })
  | (Counted & {
      readonly kind: "burst";
      /** How many pushes come, 2 to 100,000. */
      readonly count: number;
    })
  | (Counted & { readonly kind: "late-push" })
  | (Counted & {
      readonly kind: "wrong-key";
      /** What a wrong key gets. `refuse`: over WebSocket an error, over TCP the end of the connection. Default `"refuse"`. */
      readonly answer?: "refuse" | "silence";
    })
  | (Counted & { readonly kind: "limits" })
  | (Counted & {
      readonly kind: "upstream-lost";
      /** Milliseconds of the fake's clock until the gateway is logged in again. Default: as long as it is planned. */
      readonly forMs?: number;
      /** An event (`GtwEventType`) that tells why, such as 7, a login from elsewhere. Default: none is pushed. */
      readonly event?: number;
    });

/** What of a frame is damaged. */
export type CorruptPart = "magic" | "length" | "sha1" | "body";

/** The fault of one kind. */
export type OpenDFaultOf<Kind extends OpenDFaultKind> = Extract<OpenDFault, { readonly kind: Kind }>;

/** Kinds that meet replies, or pushes by their protocol. */
const ofMessages = ["drop", "stall", "fragment", "corrupt", "duplicate", "reorder", "late"] as const;
/** Kinds that meet requests only. */
const ofRequests = ["reject", "rate-limit"] as const;

/** A fault that meets a reply or a push on its way. */
export type MessageFault = OpenDFaultOf<(typeof ofMessages)[number]>;
/** A fault that meets a request. */
export type RequestFault = MessageFault | OpenDFaultOf<(typeof ofRequests)[number] | "wrong-key">;

/** A protocol, as faults look at it. */
interface Met {
  readonly id: number;
  readonly name: string;
  readonly limit?: unknown;
}

/** The faults that are planned for a fake OpenD. */
export class OpenDFaults extends PlannedFaults<OpenDFault> {
  readonly #log: (line: string) => void;
  readonly #onChange: () => void;

  /** @internal @param onChange Called when other faults are planned than before. */
  constructor(log: (line: string) => void, onChange: () => void) {
    super(openDFaultKinds);
    this.#log = log;
    this.#onChange = onChange;
  }

  /** @internal */
  protected override problemOf(fault: OpenDFault): string | undefined {
    return problemOfFault(fault);
  }

  /** @internal */
  protected override lasts({ kind }: OpenDFault): boolean {
    return kind === "limits" || kind === "upstream-lost";
  }

  /** @internal */
  protected override changed(): void {
    this.#onChange();
  }

  /** @internal The fault of this kind that is planned first, and so lasts. */
  lasting<Kind extends "limits" | "upstream-lost">(kind: Kind): OpenDFaultOf<Kind> | undefined {
    return this.planned.find((fault): fault is OpenDFaultOf<Kind> => fault.kind === kind);
  }

  /** @internal The first fault of a kind, counted as met. @param what What it meets, for the log. */
  takeKind<Kind extends OpenDFaultKind>(kind: Kind, what: string): OpenDFaultOf<Kind> | undefined {
    return this.#take(what, (fault) => fault.kind === kind) as OpenDFaultOf<Kind> | undefined;
  }

  /** @internal The fault that meets a request, counted as met. A request meets one at most. */
  takeRequest(protocol: Met, dialect: Dialect): RequestFault | undefined {
    const isLogin = protocol.id === InitConnect.id || protocol.id === InitWebSocket.id;
    return this.#take(protocol.name, (fault) => {
      if (fault.kind === "wrong-key") return isLogin;
      if (!isOneOf([...ofMessages, ...ofRequests], fault) || !fitsDialect(fault, dialect)) return false;
      if (fault.kind === "rate-limit" && protocol.limit === undefined) return false;
      return fault.protocol === undefined || isNamed(fault, protocol);
    }) as RequestFault | undefined;
  }

  /** @internal The fault that meets a push, counted as met. */
  takePush(protocol: Met, dialect: Dialect): MessageFault | undefined {
    return this.#take(
      protocol.name,
      (fault) => isOneOf(ofMessages, fault) && fitsDialect(fault, dialect) && isNamed(fault, protocol),
    ) as MessageFault | undefined;
  }

  #take(what: string, isMet: (fault: OpenDFault) => boolean): OpenDFault | undefined {
    const fault = this.takeFirst(isMet);
    if (fault !== undefined) this.#log(`${what}: the planned fault ${fault.kind}`);
    return fault;
  }
}

function isOneOf<Kind extends OpenDFaultKind>(kinds: readonly Kind[], fault: OpenDFault): fault is OpenDFaultOf<Kind> {
  return (kinds as readonly OpenDFaultKind[]).includes(fault.kind);
}

const isNamed = ({ protocol }: OfMessages, { id, name }: Met): boolean => protocol === id || protocol === name;

const fitsDialect = (fault: OpenDFault, dialect: Dialect): boolean =>
  dialect === "tcp" || fault.kind !== "corrupt" || fault.part === "magic" || fault.part === "body";
