import type { Dice } from "./dice.ts";
import type { Owner, SimTime } from "./sim-time.ts";

/** The session that is simulated: the real one, or one with a planted bug. */
export type SessionModule = typeof import("@tickwire/session");

/** How often things happened, by name. */
export type Counts = Record<string, number>;

/** Events that a report shows. */
const KEPT_EVENTS = 40;

/** What all parts of a simulated world share. */
export class World {
  readonly time: SimTime;
  readonly dice: Dice;
  /** Of the network, on the client's computer: asleep when that is. */
  readonly nearNetwork: Owner;
  /** Of the gateway and the network on its side. */
  readonly farSide: Owner;
  /** Of the applications. */
  readonly appSide: Owner;
  readonly faults: Counts = {};
  readonly outcomes: Counts = {};
  /** False while the world is left in peace, so that everything may come to rest. */
  isFaulty = true;
  /** The first invariant that broke. */
  broken: { readonly invariant: string; readonly detail: string } | undefined;
  /** When the computer woke up last. */
  wokenAt = Number.NEGATIVE_INFINITY;
  #number = 0;
  /** The last events, oldest first, in a ring. */
  readonly #events: string[] = [];
  #eventCount = 0;

  constructor(time: SimTime, dice: Dice) {
    this.time = time;
    this.dice = dice;
    this.nearNetwork = time.owner("network");
    this.farSide = time.owner("gateway", false);
    this.appSide = time.owner("applications");
  }

  /** A number that nothing else in this world has. */
  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  /** Notes an event in words. */
  note(text: string): void {
    this.#events[this.#eventCount++ % KEPT_EVENTS] = `${this.time.now.toFixed(0).padStart(8)} ms  ${text}`;
  }

  get events(): readonly string[] {
    const start = this.#eventCount % KEPT_EVENTS;
    return this.#eventCount < KEPT_EVENTS
      ? this.#events
      : [...this.#events.slice(start), ...this.#events.slice(0, start)];
  }

  fault(name: string, detail = ""): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
    this.note(`fault: ${name} ${detail}`);
  }

  outcome(name: string): void {
    this.outcomes[name] = (this.outcomes[name] ?? 0) + 1;
  }

  /** An invariant is broken. Not thrown, because it may be found in the middle of what catches errors. */
  fail(invariant: string, detail: string): void {
    if (this.broken !== undefined) return;
    this.broken = { invariant, detail };
    this.note(`BROKEN: ${invariant}: ${detail}`);
  }
}
