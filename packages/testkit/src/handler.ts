import type { ProtocolCodec } from "@tickwire/codec/registry";
import type { Dialect, RequestProtocol } from "@tickwire/session";
import { disposable } from "@tickwire/session/parts";
import { type CleanProblem, counted } from "./clean.ts";
import { completeContent, type Known, type PartialMessage } from "./partial-message.ts";
import { type ReplyInit, succeed } from "./reply.ts";

/** A request that a handler shall answer. */
export interface HandlerCall<C2S, S2C> {
  readonly c2s: C2S;
  /** The connection that it came on. */
  readonly connID: bigint;
  readonly dialect: Dialect;
  /** What the fake, or a replay, would have answered. Calling it has its effects: a watchlist changes, a subscription begins. */
  builtIn(): ReplyInit<S2C>;
}

/**
 * What a handler answers: the content of a success, or a whole reply, told apart by its `retType`. Any part of the content may
 * be left out: what the wire requires is then 0, 0n, "", false or no bytes, and a message that is made in the same way.
 */
export type HandlerResult<S2C> =
  | (PartialMessage<S2C> & { readonly retType?: undefined })
  | ReplyInit<S2C, PartialMessage<S2C>>;

/** A {@link HandlerResult}, at once or later. A promise that never settles is a request that is never answered. */
export type HandlerReply<S2C> = HandlerResult<S2C> | Promise<HandlerResult<S2C>>;

/** Answers requests of one protocol. `Reply` is what it gives, of which no field may be unknown to the protocol. */
export type Handler<C2S, S2C, Reply extends HandlerReply<S2C> = HandlerReply<S2C>> = (
  call: HandlerCall<C2S, S2C>,
) => Reply & KnownReply<Reply, S2C>;

type KnownReply<Reply, S2C> = unknown extends S2C
  ? unknown
  : Reply extends Promise<infer Result>
    ? Promise<KnownReply<Result, S2C>>
    : Reply extends { readonly retType: unknown }
      ? Known<Reply, ReplyInit<S2C>>
      : Known<Reply, S2C>;

/** The whole reply that a handler's result is. @throws {TickwireError} `TESTKIT_FIELD` */
export function toReply(protocol: ProtocolCodec["protocol"], result: HandlerResult<unknown>): ReplyInit<unknown> {
  const isReply = typeof result === "object" && result !== null && "retType" in result;
  const reply = isReply ? (result as ReplyInit<unknown>) : succeed(result);
  return { ...reply, s2c: completeContent(protocol, reply.s2c) };
}

/** A request among those of other protocols. */
export type AnyCall = HandlerCall<unknown, unknown>;
/** A handler among those of other protocols. */
export type AnyHandler = (call: AnyCall) => HandlerReply<unknown>;

interface Entry {
  readonly protocol: Pick<RequestProtocol<never, unknown>, "id" | "name">;
  readonly handler: AnyHandler;
}

/** The handlers of a fake: for one request each, in their order, before those that last, of which the latest counts. */
export class Handlers {
  #once: Entry[] = [];
  #lasting: Entry[] = [];

  once(protocol: Entry["protocol"], handler: AnyHandler): Disposable {
    // An object of its own, so that a handler that was given twice is there twice.
    const entry = { protocol, handler };
    this.#once.push(entry);
    return disposable(() => {
      this.#once = this.#once.filter((each) => each !== entry);
    });
  }

  on(protocol: Entry["protocol"], handler: AnyHandler): Disposable {
    const entry = { protocol, handler };
    this.#lasting.push(entry);
    return disposable(() => {
      this.#lasting = this.#lasting.filter((each) => each !== entry);
    });
  }

  /** The handler that the next request of this protocol is for. */
  take(protoId: number): AnyHandler | undefined {
    const first = this.#once.find(({ protocol }) => protocol.id === protoId);
    if (first === undefined) return this.#lasting.findLast(({ protocol }) => protocol.id === protoId)?.handler;
    this.#once = this.#once.filter((each) => each !== first);
    return first.handler;
  }

  /** Those for one request that have not met theirs. */
  get problems(): CleanProblem[] {
    const counts = new Map<string, number>();
    for (const { protocol } of this.#once) counts.set(protocol.name, (counts.get(protocol.name) ?? 0) + 1);
    return [...counts].flatMap(([name, count]) =>
      counted(
        "unused-handler",
        count,
        `handler of ${name} for one request (once) was never asked`,
        `handlers of ${name} for one request each (once) were never asked`,
      ),
    );
  }
}
