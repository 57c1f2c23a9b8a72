import { type Clock, type ConnSubInfo, formatSymbol, RehabType, type Security, type SubType } from "@tickwire/session";

/** How long a subscription lasts at least, in milliseconds [vendor's rule]. */
const HOLD_MS = 60_000;

/** One unit of quota: a security with a type of data. */
export interface Unit {
  readonly security: Security;
  readonly subType: SubType;
}

/** A unit that a connection has. */
export interface Subscription extends Unit {
  /** When it began, in the clock's milliseconds. */
  readonly sinceMs: number;
  /** Whether the connection gets its pushes. */
  isPushed: boolean;
  /** Of K-lines: the price adjustments that are pushed. */
  rehabTypes: readonly RehabType[];
  /** Up to when the connection has been told, in Unix milliseconds. */
  toldUnixMs: number;
}

/** What a request says of pushes: whether there shall be any, undefined to leave that as it is, and of which K-lines. */
export interface Registration {
  readonly isPushed: boolean | undefined;
  /** Empty: those forward. */
  readonly rehabTypes: readonly RehabType[];
}

/** What every connection is subscribed to, and the quota that it takes together. */
export class Subscriptions {
  readonly #clock: Clock;
  readonly #holds: boolean;
  /** Per connection, by key. */
  readonly #byConnection = new Map<bigint, Map<string, Subscription>>();
  /** With the hold: units that a closed connection left behind, and when they become free. */
  readonly #leftBehind = new Map<string, number>();

  constructor(clock: Clock, options: { readonly holds: boolean }) {
    this.#clock = clock;
    this.#holds = options.holds;
  }

  /** Units in use. A unit that several connections have counts once [vendor's rule]. */
  get usedQuota(): number {
    return this.#usedKeys().size;
  }

  /** How many units would be in use with these as well. */
  usedWith(units: readonly Unit[]): number {
    const keys = this.#usedKeys();
    for (const unit of units) keys.add(keyOf(unit));
    return keys.size;
  }

  /** Gives a connection units; those that it has already keep their age. */
  add(connID: bigint, units: readonly Unit[], registration: Registration): void {
    const own = this.#byConnection.get(connID) ?? new Map<string, Subscription>();
    this.#byConnection.set(connID, own);
    const sinceMs = this.#clock.now();
    for (const unit of units) {
      if (own.has(keyOf(unit))) continue;
      own.set(keyOf(unit), { ...unit, sinceMs, isPushed: false, rehabTypes: [], toldUnixMs: this.#clock.unixMs() });
    }
    this.register(connID, units, registration);
  }

  /** Changes what is pushed of units that a connection has. */
  register(connID: bigint, units: readonly Unit[], { isPushed, rehabTypes }: Registration): void {
    if (isPushed === undefined) return;
    for (const subscription of this.pick(connID, units)) {
      if (!subscription.isPushed) subscription.toldUnixMs = this.#clock.unixMs();
      subscription.isPushed = isPushed;
      subscription.rehabTypes = rehabTypes.length === 0 ? [RehabType.Forward] : [...new Set(rehabTypes)];
    }
  }

  /** Those of the units that a connection has. */
  pick(connID: bigint, units: readonly Unit[]): readonly Subscription[] {
    const own = this.#byConnection.get(connID);
    return units.flatMap((unit) => own?.get(keyOf(unit)) ?? []);
  }

  /** Ends those of the units that the connection has. False, with nothing changed, when one has not lasted long enough. */
  remove(connID: bigint, units: readonly Unit[]): boolean {
    const own = this.#byConnection.get(connID);
    if (own === undefined) return true;
    const keys = units.map(keyOf).filter((key) => own.has(key));
    if (this.#holds && keys.some((key) => this.#clock.now() - own.get(key)!.sinceMs < HOLD_MS)) return false;
    for (const key of keys) own.delete(key);
    if (own.size === 0) this.#byConnection.delete(connID);
    return true;
  }

  /** A connection has ended, and its subscriptions with it. */
  drop(connID: bigint): void {
    if (this.#holds)
      for (const [key, { sinceMs }] of this.#byConnection.get(connID) ?? [])
        this.#leftBehind.set(key, Math.max(sinceMs + HOLD_MS, this.#leftBehind.get(key) ?? 0));
    this.#byConnection.delete(connID);
  }

  /** What a connection is subscribed to. */
  of(connID: bigint): readonly Subscription[] {
    return [...(this.#byConnection.get(connID)?.values() ?? [])];
  }

  has(connID: bigint, unit: Unit): boolean {
    return this.#byConnection.get(connID)?.has(keyOf(unit)) ?? false;
  }

  /** The connections that are subscribed to anything. */
  connections(): readonly bigint[] {
    return [...this.#byConnection.keys()];
  }

  /** A connection's subscriptions as GetSubInfo (3003) tells them, by type. */
  info(connID: bigint, isOwnConnData: boolean): ConnSubInfo {
    const byType = new Map<SubType, Security[]>();
    const own = this.of(connID);
    for (const { subType, security } of own) byType.set(subType, [...(byType.get(subType) ?? []), security]);
    return {
      subInfoList: [...byType].map(([subType, securityList]) => ({ subType, securityList })),
      usedQuota: own.length,
      isOwnConnData,
    };
  }

  #usedKeys(): Set<string> {
    for (const [key, freeAtMs] of this.#leftBehind) if (freeAtMs <= this.#clock.now()) this.#leftBehind.delete(key);
    const keys = new Set(this.#leftBehind.keys());
    for (const own of this.#byConnection.values()) for (const key of own.keys()) keys.add(key);
    return keys;
  }
}

/** Tells units apart. */
export function keyOf({ security, subType }: Unit): string {
  return `${formatSymbol(security)} ${subType}`;
}
