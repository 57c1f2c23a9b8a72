import { type DiffOptions, diff, type Plan, patient, type Side, type Source, type Step } from "./diff.ts";
import { asWatchlistError, WatchlistError } from "./errors.ts";
import type { CallOptions } from "./types.ts";

/** What became of one security. */
export interface ItemResult {
  readonly symbol: string;
  readonly action: "add" | "remove";
  /**
   * - `done`: the broker says that it did it.
   * - `refused`: the broker refused this one; running again will meet the same.
   * - `unknown`: the reply was lost; it may be done.
   * - `not-done`: the run stopped before it.
   */
  readonly result: "done" | "refused" | "unknown" | "not-done";
  /** Why, for `refused` and `unknown`. */
  readonly error?: WatchlistError;
}

/** How a sync went. */
export interface SyncResult {
  readonly plan: Plan;
  /** True when every step of the plan is done, and no security was refused. */
  readonly isComplete: boolean;
  /** Each security that the plan adds or removes, in the order of the plan. */
  readonly items: readonly ItemResult[];
  /** Why it stopped before the end of the plan; running it again does the rest. */
  readonly stoppedBy?: WatchlistError;
}

/** Options of {@link sync}. */
export interface SyncOptions extends DiffOptions {
  /** True to plan and do nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Is shown the plan before anything is done; nothing is done when it gives false. */
  readonly approve?: ((plan: Plan) => boolean | Promise<boolean>) | undefined;
  /** Is told after each step that was done. */
  readonly onStep?: ((step: Step) => void) | undefined;
  /** Stops before the next step; a step that has begun is finished, so that its outcome is known. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings the securities of a group into another one, also of another broker: makes a plan, shows it, and does it step by step.
 *
 * It looks at both sides anew each time. So when it was stopped half-way, for whatever reason, running it again does what is
 * missing and repeats nothing. Additions come first: at no moment has the target lost what it will have in the end. Does the
 * broker refuse several securities together, they are tried in halves, until those that it does not want are found.
 * @throws {WatchlistError} When it could not make the plan. What happens after that is in the result.
 */
export async function sync(from: Source, to: Side, options: SyncOptions = {}): Promise<SyncResult> {
  const plan = await diff(from, to, options);
  const run = new Run(plan, to, options);
  if (options.dryRun === true) return run.result();
  if (options.approve !== undefined && !(await options.approve(plan))) return run.result();
  await run.all();
  return run.result();
}

class Run {
  readonly #plan: Plan;
  readonly #to: Side;
  readonly #options: SyncOptions;
  readonly #callOptions: CallOptions;
  readonly #results = new Map<string, Omit<ItemResult, "symbol" | "action">>();
  #group: string;
  #stepsDone = 0;
  #stoppedBy: WatchlistError | undefined;

  constructor(plan: Plan, to: Side, options: SyncOptions) {
    this.#plan = plan;
    this.#to = to;
    this.#options = options;
    // Without the signal: a change that is given up half-way leaves its outcome open.
    this.#callOptions = patient(options);
    this.#group = plan.group;
  }

  async all(): Promise<void> {
    for (const step of this.#plan.steps) {
      await this.#do(step);
      if (this.#stoppedBy !== undefined) return;
      this.#stepsDone += 1;
      this.#options.onStep?.(step);
    }
  }

  result(): SyncResult {
    const { steps } = this.#plan;
    const items = steps.flatMap(({ kind, symbols }) =>
      isAboutItems(kind)
        ? symbols.map(
            (symbol): ItemResult => ({
              symbol,
              action: kind,
              ...(this.#results.get(symbol) ?? { result: "not-done" }),
            }),
          )
        : [],
    );
    const isComplete = this.#stepsDone === steps.length && items.every(({ result }) => result === "done");
    const stoppedBy = this.#stoppedBy;
    return { plan: this.#plan, isComplete, items, ...(stoppedBy !== undefined && { stoppedBy }) };
  }

  async #do({ kind, symbols }: Step): Promise<void> {
    const { signal } = this.#options;
    if (signal?.aborted) {
      this.#stoppedBy = new WatchlistError("WATCHLIST_ABORTED", "stopped between two steps", { cause: signal.reason });
      return;
    }
    try {
      await this.#request(kind, symbols);
      if (isAboutItems(kind)) for (const symbol of symbols) this.#results.set(symbol, { result: "done" });
    } catch (reason) {
      await this.#failed({ kind, symbols }, asWatchlistError(reason));
    }
  }

  async #request(kind: Step["kind"], symbols: readonly string[]): Promise<void> {
    const { watchlist } = this.#to;
    const options = this.#callOptions;
    if (kind === "create") this.#group = (await watchlist.create(this.#group, options)).id;
    else await watchlist[kind](this.#group, kind === "reorder" ? this.#present(symbols) : symbols, options);
  }

  /** What is there in the end, in this order: what was not taken is missing, what was not given up stands behind. */
  #present(ordered: readonly string[]): string[] {
    const refused = [...this.#results].flatMap(([symbol, { result }]) => (result === "refused" ? symbol : []));
    return [
      ...ordered.filter((symbol) => !refused.includes(symbol)),
      ...refused.filter((symbol) => !ordered.includes(symbol)),
    ];
  }

  async #failed({ kind, symbols }: Step, error: WatchlistError): Promise<void> {
    if (error.code !== "WATCHLIST_REFUSED" || !isAboutItems(kind)) {
      this.#stoppedBy = error;
      if (error.outcome === "unknown" && isAboutItems(kind))
        for (const symbol of symbols) this.#results.set(symbol, { result: "unknown", error });
      return;
    }
    if (symbols.length === 1) {
      this.#results.set(symbols[0] as string, { result: "refused", error });
      return;
    }
    const middle = Math.ceil(symbols.length / 2);
    await this.#do({ kind, symbols: symbols.slice(0, middle) });
    if (this.#stoppedBy === undefined) await this.#do({ kind, symbols: symbols.slice(middle) });
  }
}

const isAboutItems = (kind: Step["kind"]): kind is ItemResult["action"] => kind === "add" || kind === "remove";
