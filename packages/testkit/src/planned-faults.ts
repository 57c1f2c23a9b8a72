import { TickwireError } from "@tickwire/session";
import { disposable } from "@tickwire/session/parts";

/** What every planned fault has. */
interface Plannable {
  readonly kind: string;
  readonly times?: number;
}

interface Planned<Fault> {
  readonly fault: Fault;
  left: number;
  hasMet: boolean;
}

/** The faults that are planned. Of several that could meet one and the same thing the one added first counts. */
export class PlannedFaults<Fault extends Plannable> {
  readonly #kinds: readonly string[];
  #planned: readonly Planned<Fault>[] = [];

  /** @internal */
  constructor(kinds: readonly Fault["kind"][]) {
    this.#kinds = kinds;
  }

  /**
   * Plans faults, until each has met its `times` or the result is disposed of.
   * @throws {TickwireError} `TESTKIT_FAULT` for what is no fault.
   */
  add(...faults: readonly Fault[]): Disposable {
    const entries = faults.map((fault) => {
      const { kind, times: left = this.lasts(fault) ? Number.POSITIVE_INFINITY : 1 } = fault;
      if (!this.#kinds.includes(kind))
        throw new TickwireError(
          "TESTKIT_FAULT",
          `${JSON.stringify(kind)} is no fault: the kinds are ${this.#kinds.join(", ")}`,
        );
      if (!(left >= 1)) throw new TickwireError("TESTKIT_FAULT", `times is ${left}: expected 1 or more`);
      const problem = this.problemOf(fault);
      if (problem !== undefined) throw new TickwireError("TESTKIT_FAULT", problem);
      return { fault, left, hasMet: false };
    });
    this.#plan([...this.#planned, ...entries]);
    return disposable(() => this.#plan(this.#planned.filter((each) => !entries.includes(each))));
  }

  /** @internal What else is wrong with a fault. */
  protected problemOf(_fault: Fault): string | undefined {
    return undefined;
  }

  /** @internal Whether a fault is a state, which lasts until it is taken away, unless it tells its `times`. */
  protected lasts(_fault: Fault): boolean {
    return false;
  }

  /** @internal Called when other faults are planned than before. */
  protected changed(): void {}

  /** Those that have not met all of their `times`: none at the end of a test in which all went as planned. */
  get planned(): readonly Fault[] {
    return this.#planned.map(({ fault }) => fault);
  }

  /** @internal Those that have met too little: less than their `times`, or nothing where these have no end. */
  get unmet(): readonly Fault[] {
    const isUnmet = ({ fault, left, hasMet }: Planned<Fault>) =>
      Number.isFinite(left) || !(hasMet || this.lasts(fault));
    return this.#planned.filter(isUnmet).map(({ fault }) => fault);
  }

  /** Forgets all. */
  clear(): void {
    this.#plan([]);
  }

  /** @internal The first fault that `isMet` is true of, counted as met. */
  takeFirst(isMet: (fault: Fault) => boolean): Fault | undefined {
    const entry = this.#planned.find(({ fault }) => isMet(fault));
    if (entry === undefined) return undefined;
    entry.left--;
    entry.hasMet = true;
    if (entry.left <= 0) this.#plan(this.#planned.filter((each) => each !== entry));
    return entry.fault;
  }

  /** @internal Takes a fault out, however often it has met. */
  remove(fault: Fault): void {
    this.#plan(this.#planned.filter((each) => each.fault !== fault));
  }

  #plan(planned: readonly Planned<Fault>[]): void {
    this.#planned = planned;
    this.changed();
  }
}
