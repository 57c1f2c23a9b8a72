import type { ClockName } from "./clock.ts";

/** How much is measured. */
export interface Plan {
  /**
   * What the engine compiles, and when, is not the same in each process, and one process keeps what it has: so several
   * are asked.
   */
  readonly processes: number;
  /** Of each process. */
  readonly rounds: number;
  readonly turnMs: number;
  readonly warmUpMs: number;
}

const FULL: Plan = { processes: 3, rounds: 9, turnMs: 20, warmUpMs: 120 };
const QUICK: Plan = { processes: 1, rounds: 9, turnMs: 10, warmUpMs: 100 };

export function plan(options: {
  readonly quick: boolean;
  readonly rounds?: number | undefined;
  readonly processes?: number | undefined;
}): Plan {
  const usual = options.quick ? QUICK : FULL;
  return { ...usual, rounds: options.rounds ?? usual.rounds, processes: options.processes ?? usual.processes };
}

/** The settings of results, for people. */
export function describePlan(results: Omit<Plan, "warmUpMs"> & { readonly clock: ClockName }): string {
  const { rounds, turnMs, processes, clock } = results;
  return `${rounds} rounds of ${turnMs} ms in ${processes} process${processes === 1 ? "" : "es"}, ${clock} time`;
}
