import { MAX_KEPT } from "./history.ts";
import type { LongPortOperation } from "./longport-operations.ts";

/** A request that the fake received, whatever it answered. Without headers: those hold secrets. */
export interface LongPortRequest {
  /** What it asks for; undefined for an unknown path or method. */
  readonly operation: LongPortOperation | undefined;
  /** Upper-case. */
  readonly method: string;
  /** Percent-encoded, as sent, without the query. */
  readonly path: string;
  /** The query's parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * The JSON of its body, in which a whole number beyond 2^53 is a `bigint`; a text when it is no JSON; undefined when the
   * body is empty.
   */
  readonly body: unknown;
  /** When it came, in milliseconds of the fake's clock. */
  readonly atMs: number;
}

/** The requests that a fake LongPort has received, in order; the newest 10,000. A browser's preflights are not among them. */
export class LongPortRequestHistory {
  #requests: LongPortRequest[] = [];

  /** All of them, oldest first. */
  get all(): readonly LongPortRequest[] {
    return [...this.#requests];
  }

  /** The requests for one operation. */
  of(operation: LongPortOperation): readonly LongPortRequest[] {
    return this.#requests.filter((request) => request.operation === operation);
  }

  /** Forgets all, for example between two steps of a test. */
  clear(): void {
    this.#requests = [];
  }

  /** @internal */
  add(request: LongPortRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > MAX_KEPT) this.#requests.shift();
  }
}
