import type { LongPortOperation } from "./longport-operations.ts";
import { PlannedFaults } from "./planned-faults.ts";

/**
 * What goes wrong:
 *
 * - `rate-limit-envelope`: HTTP 429 with an envelope, code 429002; official clients do not repeat it.
 * - `rate-limit-plain`: HTTP 429 with a plain text; official clients repeat it.
 * - `error-envelope`: HTTP 500 with an envelope, code 500000.
 * - `error-plain`: HTTP 502 with a plain text, as from a proxy.
 * - `refuse-in-200`: HTTP 200 with an envelope of code 701006.
 * - `expired-token`: HTTP 401 with code 401003.
 * - `skewed-clock`: the server's clock is off by `skewMs`, so that it refuses honest timestamps (403201). Its `Date` header
 *   tells the server's time; a request that follows it is let in, as long as the fault lasts.
 * - `no-id`, `no-data`: a success whose data lacks the id (`{}`), or is null.
 * - `not-json`: HTTP 200 with a web page, as from a hotel's login page.
 * - `cut-body`: the connection breaks in the middle of the answer's body.
 * - `network-error`: the connection breaks before any answer.
 * - `slow`: no answer until the client gives up, or until `delayMs` have passed on the fake's clock.
 */
export type LongPortFaultKind = (typeof longPortFaultKinds)[number];

/** All kinds of faults, for tables of tests. */
export const longPortFaultKinds = [
  "rate-limit-envelope",
  "rate-limit-plain",
  "error-envelope",
  "error-plain",
  "refuse-in-200",
  "expired-token",
  "skewed-clock",
  "no-id",
  "no-data",
  "not-json",
  "cut-body",
  "network-error",
  "slow",
] as const;

/** A fault that a test plans. Plain data. */
export interface LongPortFault {
  readonly kind: LongPortFaultKind;
  /** Which requests it meets. Default: those of every operation. */
  readonly operation?: LongPortOperation;
  /** Which requests it meets, by method. Default: those of every method. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** How many requests it meets, 1 to `Infinity`. Default 1. */
  readonly times?: number;
  /**
   * Whether the request has its effect nevertheless: the client cannot tell. Default false. Of no meaning for `no-id`,
   * `no-data` and `cut-body` (it always has) and for `skewed-clock`.
   */
  readonly applied?: boolean;
  /** HTTP status instead of the kind's own: for the two of `rate-limit`, the two of `error`, and `not-json`. */
  readonly status?: number;
  /** Code instead of the kind's own: for `rate-limit-envelope`, `error-envelope` and `refuse-in-200`. */
  readonly code?: number;
  /** Message instead of the kind's own: for the same. */
  readonly message?: string;
  /** Seconds for a `Retry-After` header of the two of `rate-limit`. Default: no such header. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: milliseconds until the answer comes. Default: it never does. */
  readonly delayMs?: number;
  /** For `skewed-clock`: milliseconds that the server's clock is ahead, negative behind. Default an hour ahead. */
  readonly skewMs?: number;
}

/** The faults that are planned for requests over HTTP. */
export class LongPortFaults extends PlannedFaults<LongPortFault> {
  /** @internal */
  constructor() {
    super(longPortFaultKinds);
  }

  /** @internal The fault that meets a request, counted as met. */
  take(operation: LongPortOperation, method: string): LongPortFault | undefined {
    return this.takeFirst(
      (fault) => (fault.operation ?? operation) === operation && (fault.method ?? method).toUpperCase() === method,
    );
  }
}
