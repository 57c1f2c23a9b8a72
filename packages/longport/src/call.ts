import type { Outcome } from "@tickwire/codec";
import type { Clock, Timer } from "@tickwire/session/parts";
import { invalidArgument, LongPortError } from "./errors.ts";
import type { CallOptions } from "./options.ts";

/** What a request does at the server. A read may be sent twice, a write may not. */
export type Effect = "read" | "write";

/** @throws {LongPortError} for options that are no object: JavaScript would read nothing from a text, and fail at null. */
export function checkOptions<T extends object>(options: T): T {
  if (typeof options !== "object" || options === null) throw invalidArgument("options must be an object");
  return options;
}

/**
 * Before a {@link Call} is made, because a call that fails half-way would leave its timer behind.
 * @throws {LongPortError}
 */
export function checkCallOptions(options: CallOptions): CallOptions {
  const { signal, timeoutMs } = checkOptions(options);
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs > 0))
    throw invalidArgument("timeoutMs must be a number above 0");
  if (signal !== undefined && !isSignal(signal)) throw invalidArgument("signal must be an AbortSignal");
  return options;
}

/** By what is used of it: it may come from another realm or a polyfill. */
function isSignal(value: unknown): boolean {
  const { addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof addEventListener === "function" && typeof removeEventListener === "function";
}

/** The life of one call: its deadline, its signal, and what the server may have done so far. End it when it has settled. */
export class Call {
  /** What the server may have done so far. */
  outcome: Outcome = "not-sent";
  /** By `Clock.now()`. */
  readonly deadline: number;
  readonly operation: string;
  readonly effect: Effect;
  readonly #timeoutMs: number;
  readonly #controller = new AbortController();
  readonly #stopped: Promise<never>;
  readonly #timer: Timer;
  readonly #userSignal: AbortSignal | undefined;
  #stop: "timeout" | "aborted" | undefined;

  constructor(clock: Clock, operation: string, effect: Effect, timeoutMs: number, { signal }: CallOptions) {
    this.operation = operation;
    this.effect = effect;
    this.#timeoutMs = timeoutMs;
    this.deadline = clock.now() + timeoutMs;
    this.#stopped = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
    // Nobody may be waiting at the moment.
    this.#stopped.catch(() => undefined);
    this.#timer = clock.startTimer(() => {
      this.#end("timeout", new DOMException(`no reply within ${timeoutMs} ms`, "TimeoutError"));
    }, timeoutMs);
    this.#userSignal = signal;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Goes to `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for some part of the call; stops waiting when the call ends first, also where the part takes no notice. */
  async wait<T>(part: Promise<T>): Promise<T> {
    try {
      return await Promise.race([part, this.#stopped]);
    } catch (error) {
      throw this.failure() ?? error;
    }
  }

  /** The error of a call that ran out of time or was given up; undefined for one that was not. */
  failure(): LongPortError | undefined {
    const { operation, outcome } = this;
    if (this.#stop === "aborted")
      return new LongPortError("LONGPORT_ABORTED", `the call was given up${this.doubt()}`, {
        operation,
        outcome,
        cause: this.signal.reason,
      });
    if (this.#stop === undefined) return undefined;
    const what = outcome === "not-sent" ? "it could not be sent" : "no reply";
    return new LongPortError("LONGPORT_TIMEOUT", `${what} within ${this.#timeoutMs} ms${this.doubt()}`, {
      operation,
      outcome,
      retryable: this.isRepeatable(),
    });
  }

  /** @throws {LongPortError} when the call ran out of time or was given up. */
  throwIfStopped(): void {
    const failure = this.failure();
    if (failure !== undefined) throw failure;
  }

  /** True where to make the call again can do no harm. */
  isRepeatable(): boolean {
    return this.effect === "read" || this.outcome !== "unknown";
  }

  /** What to say of a write that may have been done. */
  doubt(): string {
    return this.isRepeatable() ? "" : "; it may have been done all the same, so look before you repeat it";
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    this.#timer.cancel();
    this.#userSignal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#end("aborted", this.#userSignal?.reason);

  #end(stop: "timeout" | "aborted", reason: unknown): void {
    this.#stop ??= stop;
    this.#controller.abort(reason);
  }
}
