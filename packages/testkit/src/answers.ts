import { type Clock, RetType } from "@tickwire/session";
import type { BuiltIn } from "./built-ins.ts";
import type { CleanProblem } from "./clean.ts";
import type { Connection, DecodedRequest } from "./connection.ts";
import type { OpenDFaults, RequestFault } from "./faults.ts";
import { type AnyCall, type HandlerResult, Handlers, toReply } from "./handler.ts";
import { Mishaps } from "./mishaps.ts";
import { RateLimits } from "./rate-limits.ts";
import { isPromise, type ReplyInit, refuse } from "./reply.ts";
import type { Texts } from "./texts.ts";
import type { Upstream } from "./upstream.ts";

export interface AnswersInit {
  readonly clock: Clock;
  readonly texts: Texts;
  readonly faults: OpenDFaults;
  readonly upstream: Upstream;
  readonly builtIns: ReadonlyMap<number, BuiltIn>;
  /** What a recording has to a request: its answer, that there was none, or nothing, so that the fake answers itself. */
  readonly replayed: (protocol: DecodedRequest["protocol"], call: AnyCall) => ReplyInit<unknown> | "none" | undefined;
  /** Whether requests over a documented limit are refused, also without the fault `limits`. */
  readonly enforceLimits: boolean;
  /** Whether requests that nothing answers are a problem. */
  readonly tellsUnhandled: boolean;
  readonly log: (line: string) => void;
}

/** Who answers a request: a limit or a fault that refuses it, a handler, a recording, or the fake itself. */
export class Answers {
  readonly handlers: Handlers = new Handlers();
  readonly #init: AnswersInit;
  readonly #limits: RateLimits;
  readonly #mishaps = new Mishaps();

  constructor(init: AnswersInit) {
    this.#init = init;
    this.#limits = new RateLimits(init.clock);
  }

  get problems(): readonly CleanProblem[] {
    return [...this.#mishaps.problems, ...this.handlers.problems];
  }

  /** Counts a request against its limit; the text of the refusal when it is over it. */
  overLimit(request: DecodedRequest): string | undefined {
    const { enforceLimits, faults } = this.#init;
    const isEnforced = enforceLimits || faults.lasting("limits") !== undefined;
    if (!isEnforced || this.#limits.admit(request)) return undefined;
    faults.takeKind("limits", request.protocol.name);
    return this.#rateLimited(request);
  }

  /** The answer to a request that is within its limit. */
  answer(
    connection: Connection,
    request: DecodedRequest,
    fault: RequestFault | undefined,
  ): ReplyInit<unknown> | Promise<ReplyInit<unknown>> {
    const { texts, upstream } = this.#init;
    if (fault?.kind === "rate-limit") return refuse(this.#rateLimited(request));
    if (upstream.refuses(request.protocol)) return refuse(texts.upstreamLost(request.protocol.name));
    if (fault?.kind !== "reject") return this.#handle(connection, request);
    const { retType = RetType.Failed, retMsg = texts.rejected, errCode = 0, applied = false } = fault;
    const refusal = { retType, retMsg, errCode };
    const answer = applied ? this.#handle(connection, request) : refusal;
    return isPromise(answer) ? answer.then(() => refusal) : refusal;
  }

  /** A request of a protocol that the registry does not know. */
  unknown(protoId: number): void {
    this.#init.log(`protocol id ${protoId} is not known to the fake; it was refused`);
    this.#unhandled(protoId, undefined);
  }

  /** A handler has thrown, or its reply cannot be encoded. */
  failed(protocol: string, problem: string): void {
    this.#init.log(`the handler of ${protocol} failed: ${problem}`);
    this.#mishaps.failed(protocol, problem);
  }

  #handle(
    { connID, dialect }: Connection,
    { protocol, c2s }: DecodedRequest,
  ): ReplyInit<unknown> | Promise<ReplyInit<unknown>> {
    const { builtIns, texts, replayed, log } = this.#init;
    const own = (): ReplyInit<unknown> => {
      const answer = builtIns.get(protocol.id);
      if (answer !== undefined) return answer(c2s, connID);
      log(`${protocol.name} (${protocol.id}) has neither a handler nor a built-in answer; it was refused`);
      this.#unhandled(protocol.id, c2s);
      return refuse(texts.noAnswer(protocol.id));
    };
    const call = { c2s, connID, dialect, builtIn: own };
    const handler = this.handlers.take(protocol.id);
    if (handler === undefined) {
      const answer = replayed(protocol, call) ?? own();
      // As it was recorded: the client waits for an answer that does not come.
      return answer === "none" ? new Promise<never>(() => undefined) : answer;
    }
    const builtIn = () => {
      const answer = replayed(protocol, call) ?? own();
      return answer === "none" ? refuse(texts.noAnswer(protocol.id)) : answer;
    };
    const finish = (result: HandlerResult<unknown>) => toReply(protocol, result);
    const result = handler({ ...call, builtIn });
    return isPromise(result) ? result.then(finish) : finish(result);
  }

  #rateLimited({ protocol: { name, limit } }: DecodedRequest): string {
    return this.#init.texts.rateLimit(name, limit?.requests ?? 0, (limit?.windowMs ?? 0) / 1000);
  }

  #unhandled(protoId: number, c2s: unknown): void {
    if (this.#init.tellsUnhandled) this.#mishaps.unhandled(protoId, c2s);
  }
}
