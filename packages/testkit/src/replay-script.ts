import type { CleanProblem } from "./clean.ts";
import { type FieldTest, fieldTest, mapFields, type Scalar } from "./redact.ts";

/** How closely a replay keeps to its recording. */
export type ReplayMode = "strict" | "lenient";

/** A request, of the recording or of a client. */
export interface ReplayRequest {
  /** Whether it has no place in the order, and need not be made. */
  readonly isFree: boolean;
  /** Strict order is kept within a lane: one connection of OpenD's, or the whole of HTTP. */
  readonly lane: number;
  /** What kind of request it is: the protocol's name, or method and path. Its outermost fields are in a place of that name. */
  readonly label: string;
  /** What it asks, as JSON. */
  readonly content: unknown;
}

/** A request of the recording. */
export interface Exchange extends ReplayRequest {
  /** Its line in the recording. */
  readonly line: number;
}

/** What a request is answered with; a text tells why it does not fit. */
export type Match<E> = { readonly exchange: E; readonly isFirst: boolean } | string;

/** Of a request's content, in texts for people. */
const MAX_SHOWN_CHARACTERS = 500;

/** Finds what the recording has to a request, and knows which of its requests nobody has made. */
export class ReplayScript<E extends Exchange> {
  readonly #mode: ReplayMode;
  readonly #exchanges: readonly E[];
  readonly #isRedacted: FieldTest;
  /** The recording's stand-ins: a client that repeats one means what it stands for. */
  readonly #standIns = new Set<Scalar>();
  /** Per lane, those that have a place in its order, and how many of them are used. */
  readonly #lanes = new Map<number, { readonly exchanges: E[]; used: number }>();
  readonly #byLabel = new Map<string, E[]>();
  readonly #used = new Set<E>();
  readonly #mismatches: string[] = [];

  /** @param messages Every message of the recording with the place of its outermost fields, to know the stand-ins. */
  constructor(
    mode: ReplayMode,
    exchanges: readonly E[],
    redacted: readonly string[],
    messages: Iterable<readonly [scope: string, message: unknown]>,
  ) {
    this.#mode = mode;
    this.#exchanges = exchanges;
    this.#isRedacted = fieldTest(redacted);
    for (const exchange of exchanges) {
      const { lane, label, isFree } = exchange;
      const ordered = this.#lanes.get(lane) ?? { exchanges: [], used: 0 };
      const alike = this.#byLabel.get(label) ?? [];
      if (!isFree) ordered.exchanges.push(exchange);
      alike.push(exchange);
      this.#lanes.set(lane, ordered);
      this.#byLabel.set(label, alike);
    }
    for (const [scope, message] of messages)
      mapFields(message, scope, this.#isRedacted, (value) => {
        this.#standIns.add(value);
        return value;
      });
  }

  /** What `assertClean` tells: requests that did not fit and, where order counts, those that nobody has made. */
  get problems(): readonly CleanProblem[] {
    const unused = this.#mode === "strict" ? this.unused : [];
    return [
      ...this.#mismatches.map((message) => ({ kind: "replay-mismatch" as const, message })),
      ...unused.map((each) => ({ kind: "replay-unused" as const, message: `nobody has asked ${each}` })),
    ];
  }

  /** The recording's requests that nobody has made, in order. */
  get unused(): readonly string[] {
    return this.#exchanges.filter((each) => !each.isFree && !this.#used.has(each)).map((each) => this.#tell(each));
  }

  /** What a request is answered with; undefined when that is left to the fake. */
  take(request: ReplayRequest): Match<E> | undefined {
    return this.#mode === "strict" && !request.isFree ? this.#takeNext(request) : this.#takeLike(request);
  }

  /** The next exchange of the lane, if the request is its. */
  #takeNext(request: ReplayRequest): Match<E> {
    const lane = this.#lanes.get(request.lane);
    const next = lane?.exchanges[lane.used];
    if (lane !== undefined && next !== undefined && this.#fits(next, request)) {
      lane.used++;
      this.#used.add(next);
      return { exchange: next, isFirst: true };
    }
    const expected = next === undefined ? "no more requests" : this.#tell(next);
    const problem = `expected ${expected}; got ${this.#tell(request)}`;
    this.#mismatches.push(problem);
    return problem;
  }

  /** The first exchange like the request that was not used, or else the last one; undefined when there is none. */
  #takeLike(request: ReplayRequest): Exclude<Match<E>, string> | undefined {
    const alike = (this.#byLabel.get(request.label) ?? []).filter((each) => this.#fits(each, request));
    const fresh = alike.find((each) => !this.#used.has(each));
    const exchange = fresh ?? alike.at(-1);
    if (exchange === undefined) return undefined;
    this.#used.add(exchange);
    return { exchange, isFirst: fresh !== undefined };
  }

  #fits(recorded: E, { label, content }: ReplayRequest): boolean {
    return recorded.label === label && this.#isSame(recorded.content, content, [label, ""], false);
  }

  /** Whether two values are the same, but for a client's own secrets in place of stand-ins. */
  #isSame(recorded: unknown, given: unknown, [scope, parent]: readonly [string, string], isInside: boolean): boolean {
    if (Array.isArray(recorded) && Array.isArray(given))
      return (
        recorded.length === given.length &&
        recorded.every((item, index) => this.#isSame(item, given[index], [scope, parent], isInside))
      );
    if (isRecord(recorded) && isRecord(given)) {
      const keys = new Set([...Object.keys(recorded), ...Object.keys(given)]);
      return [...keys].every((key) => {
        const [a, b] = [recorded[key], given[key]];
        return (
          (isNone(a) && isNone(b)) ||
          this.#isSame(a, b, [scope, key], isInside || this.#isRedacted(key, [scope, parent]))
        );
      });
    }
    return (
      recorded === given || (isInside && !isNone(recorded) && !isNone(given) && !this.#standIns.has(given as Scalar))
    );
  }

  /** A request for people. What is redacted in recordings is not told of clients either. */
  #tell({ label, content, ...rest }: ReplayRequest & { readonly line?: number }): string {
    const text = JSON.stringify(
      mapFields(content, label, this.#isRedacted, () => "…"),
      (_, value) => (typeof value === "bigint" ? String(value) : value),
    );
    const shown = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
    return `${label} ${shown}${rest.line === undefined ? "" : ` (line ${rest.line})`}`;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Absent, or a list without items, which are the same on the wire. */
const isNone = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
