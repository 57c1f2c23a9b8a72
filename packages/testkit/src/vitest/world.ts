import type { Clock } from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";
import { assertNone, type CleanProblem, clockProblems } from "../clean.ts";
import { VirtualClock } from "../virtual-clock.ts";

/** What one test has: its time, and what is to be closed and looked at when it is over. */
export class World {
  readonly clock: Clock;
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #fakes: Fake[] = [];

  constructor(time: "virtual" | "real") {
    this.clock = time === "virtual" ? new VirtualClock() : systemClock;
  }

  /** Takes what is closed after the test: the latest first. */
  closes<T extends { close(): void | Promise<void> }>(value: T): T {
    this.#closers.unshift(() => value.close());
    return value;
  }

  /** Takes a fake, which is asked for problems when all is closed. */
  checks<T extends Fake>(fake: T): T {
    this.#fakes.push(fake);
    return fake;
  }

  /**
   * Closes all, and only then throws: vitest ends no further fixture after one that throws.
   * @throws {NotCleanError} With what the test has left behind.
   */
  async end(): Promise<void> {
    try {
      for (const close of this.#closers) await close();
      // The ends are under way to the fakes.
      if (this.clock instanceof VirtualClock) await this.clock.advance(0);
      assertNone([...this.#fakes.flatMap(({ problems }) => problems), ...clockProblems(this.clock)]);
    } finally {
      for (const fake of this.#fakes) fake.close?.();
    }
  }
}

interface Fake {
  readonly problems: readonly CleanProblem[];
  close?(): void;
}
