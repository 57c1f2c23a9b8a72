import { OpenDError } from "@tickwire/session";
import type { Gateway } from "./gateway.ts";
import type { CountedSignal } from "./signals.ts";
import type { World } from "./world.ts";

/** Something that was asked, and what is known of its end. */
export interface Entry<T = unknown> {
  readonly name: string;
  /** What its content has that nobody else's has; undefined where several may ask the same. */
  readonly id: string | undefined;
  /** By the world's time. */
  readonly deadline: number;
  readonly isWrite: boolean;
  /** Nothing stands in its way. */
  readonly mustSucceed?: boolean;
  readonly signal: CountedSignal | undefined;
  /** What is wrong with its reply; undefined for nothing. */
  readonly problem: (value: T) => string | undefined;
}

/** Everything that an application has asked: each must end by its deadline, and as the gateway's witness saw it. */
export class Ledger {
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #damagedReplies: ReadonlySet<number>;
  readonly #open = new Set<Entry<never>>();
  /** Signals of what has settled since the last step. */
  #released = new Set<CountedSignal>();
  /** By signal, what has not settled. */
  readonly #bySignal = new Map<CountedSignal, number>();
  /** Writes that are said never to have left, which stays so. */
  readonly #unsent = new Set<string>();

  constructor(world: World, gateway: Gateway, damagedReplies: ReadonlySet<number>) {
    this.#world = world;
    this.#gateway = gateway;
    this.#damagedReplies = damagedReplies;
  }

  /** What has not settled. */
  get open(): number {
    return this.#open.size;
  }

  /** @returns The value, or undefined when it failed. */
  async track<T>(entry: Entry<T>, promise: Promise<T>): Promise<T | undefined> {
    this.#open.add(entry);
    const { signal } = entry;
    if (signal !== undefined) this.#bySignal.set(signal, (this.#bySignal.get(signal) ?? 0) + 1);
    try {
      const value = await promise;
      this.#settled(entry, "fulfilled");
      const problem = entry.problem(value);
      if (problem !== undefined) this.#world.fail("replies reach their requests", `${entry.name}: ${problem}`);
      if (entry.isWrite && !this.#gateway.done.has(entry.id as string))
        this.#world.fail("replies are true", `${entry.name} succeeded and was not done`);
      return value;
    } catch (error) {
      this.#failed(entry, error);
      return undefined;
    }
  }

  /** Looks at what should have settled by now. */
  check(): void {
    const { now } = this.#world.time;
    for (const entry of this.#open)
      if (entry.deadline <= now)
        this.#world.fail("everything settles by its deadline", `${entry.name} was due at ${entry.deadline} ms`);
    for (const signal of this.#released)
      if (!this.#bySignal.has(signal) && signal.listeners !== 0)
        this.#world.fail("no listener is left", `${signal.listeners} on a signal whose requests have settled`);
    this.#released.clear();
  }

  /** Looks at the counts of the gateway: slower, so now and then. */
  checkArrivals(): void {
    for (const id of this.#unsent)
      if (this.#gateway.arrivals.has(id)) this.#world.fail("outcomes are true", `${id} was "not-sent" and came`);
  }

  #settled(entry: Entry<never>, how: string): void {
    this.#open.delete(entry);
    this.#world.outcome(how);
    this.#world.note(`${entry.name}: ${how}`);
    const { signal } = entry;
    if (signal !== undefined) {
      const left = (this.#bySignal.get(signal) ?? 0) - 1;
      if (left > 0) this.#bySignal.set(signal, left);
      else this.#bySignal.delete(signal);
      this.#released.add(signal);
    }
  }

  #failed(entry: Entry<never>, error: unknown): void {
    if (!(error instanceof OpenDError)) {
      this.#settled(entry, "an error that is none of ours");
      this.#world.fail("errors are typed", `${entry.name}: ${error}`);
      return;
    }
    const { code, outcome, serialNo, message } = error;
    this.#settled(entry, code);
    this.#world.outcome(outcome);
    if (code === "OPEND_BAD_REPLY" && !this.#damagedReplies.has(serialNo as number))
      this.#world.fail("good replies can be read", `${entry.name}: ${message}`);
    if (entry.mustSucceed) this.#world.fail("everything works at rest", `${entry.name}: ${message}`);
    if (!entry.isWrite) return;
    const id = entry.id as string;
    if (outcome === "not-sent") this.#unsent.add(id);
    if (outcome === "rejected" && !this.#gateway.refused.has(id))
      this.#world.fail("outcomes are true", `${entry.name} was "rejected", and the gateway did not refuse it`);
  }
}
