import type { RetType } from "../gen/opend/Common.ts";
import type { Security } from "../gen/opend/Qot_Common.ts";
import type { Reader, Writer } from "../wire/index.ts";

/** The `Response` message that every reply and push is wrapped in. */
export interface Response<S2C> {
  /** 0 (`RetType.Succeed`) or why the gateway refused. */
  retType: RetType;
  /** Text for people, in the language that the gateway is set to. */
  retMsg?: string | undefined;
  /** For the vendor's own logs; its values are not documented. */
  errCode?: number | undefined;
  s2c?: S2C | undefined;
}

/** What a repetition of a request may do: nothing new, change the account's data, or change what this connection gets. */
export type Effect = "read" | "write" | "subscribe";

/** The gateway answers at most `requests` of a protocol in any `windowMs` milliseconds; the rest it refuses. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
  /** Whether each trading account, or each user, has a limit of its own; absent: nothing is known to have one. */
  readonly per?: "account" | "user";
  /** Name of the limit, when several protocols share it. */
  readonly bucket?: string;
  /** Least time between two requests, in milliseconds. */
  readonly minGapMs?: number;
  /** Whether a request with this content counts; absent where all do. */
  readonly when?: (c2s: never) => boolean;
}

interface Protocol<S2C> {
  /** Protocol id, as in the frame header. */
  readonly id: number;
  /** The vendor's package name, for example `Qot_GetUserSecurity`. */
  readonly name: string;
  /**
   * The oldest version whose schema has it, as OpenD tells its own in `serverVer`: major * 100 + minor, 1009 for 10.9. Known
   * from the vendor's npm clients; absent for what 6.5, the oldest that was looked at, has already.
   */
  readonly since?: number;
  /** Reads the content of a reply or push; `decodeResponse` calls it. */
  readonly decodeS2C: (r: Reader, end: number) => S2C;
  /** True when the messages come without their envelopes, `Request { c2s }` and `Response { s2c }`. */
  readonly flat?: boolean;
}

/** The descriptor of a protocol that the client asks and the gateway answers. */
export interface RequestProtocol<C2S, S2C> extends Protocol<S2C> {
  readonly kind: "request";
  readonly effect?: Effect;
  readonly limit?: RateLimit;
  /** True when c2s has a required `packetID`, which guards against replays. The client fills it in. */
  readonly needsPacketId?: boolean;
  /** Writes the content of a request; `encodeRequest` calls it. */
  readonly encodeC2S: (w: Writer, c2s: C2S) => void;
}

/** The descriptor of a protocol that the gateway sends unasked. */
export interface PushProtocol<S2C> extends Protocol<S2C> {
  readonly kind: "push";
  /**
   * Melts messages, oldest first, into the fewest that hold the newest states, in the order of their last change. Absent
   * where every message counts, such as ticks and orders. (A method, like `select`, so that the descriptor of any push
   * is a `PushProtocol<unknown>`.)
   */
  conflate?(messages: readonly S2C[]): readonly S2C[];
  /** The part of a message that is about wanted securities; undefined for none. Absent for pushes that name no security. */
  select?(message: S2C, isWanted: (security: Security) => boolean): S2C | undefined;
}

/** A message as one writes it: repeated fields may be left out, here and in every message below. */
export type MessageInit<T> = T extends string | number | bigint | boolean | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly MessageInit<Item>[]
    : T extends object
      ? Flat<
          { readonly [K in keyof T as T[K] extends readonly unknown[] ? never : K]: MessageInit<T[K]> } & {
            readonly [K in keyof T as T[K] extends readonly unknown[] ? K : never]?: MessageInit<T[K]>;
          }
        >
      : T;

/**
 * The content of a request as one gives it to a client, which fills in `packetID` with the connection's id and the frame's
 * number. Who encodes it without a client must give one: `encodeRequest` throws where it is missing.
 */
export type WithoutPacketId<C2S extends { packetID: unknown }> = Flat<
  Omit<C2S, "packetID"> & { packetID?: C2S["packetID"] | undefined }
>;

/** One object type of an intersection, for error messages that people can read. */
type Flat<T> = { [K in keyof T]: T[K] };

/** Both directions of one message. */
export interface MessageCodec {
  // biome-ignore lint/suspicious/noExplicitAny: the registry holds messages of every type
  readonly encode: (w: Writer, message: any) => void;
  readonly decode: (r: Reader, end: number) => object;
}

/** One protocol of the registry, with the codecs of the gateway's side. */
export interface ProtocolCodec {
  readonly protocol: RequestProtocol<never, unknown> | PushProtocol<unknown>;
  /** Where the descriptor is exported: `core` from the package's root, any other from the subpath of that name. */
  readonly area: string;
  /** Absent for pushes. */
  readonly decodeRequest?: (r: Reader, end: number) => { c2s?: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: the registry holds messages of every type
  readonly encodeResponse: (w: Writer, response: any) => void;
}
