import { formatSymbol, type Security, type SubType } from "@tickwire/codec";
import { type Alarm, createAlarm, NEVER } from "./alarm.ts";
import { batchesOf, halves } from "./batches.ts";
import type { InternalCallOptions } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { OpenDError } from "./errors.ts";

type SecurityKey = Pick<Security, "market" | "code">;

/** Securities and the kinds of data that are wanted of each. */
export interface Subjects {
  readonly securities: readonly SecurityKey[];
  readonly subTypes: readonly SubType[];
}

/** What a Qot_Sub (3001) asks. */
export interface SubC2S {
  readonly securityList: readonly SecurityKey[];
  readonly subTypeList: readonly SubType[];
  readonly isSubOrUnSub: boolean;
  readonly isRegOrUnRegPush: boolean;
}

/** A security with a kind of data: what OpenD counts as one subscription. */
export interface SubscriptionUnit {
  readonly security: SecurityKey;
  readonly subType: SubType;
}

/** What came of subscribing again after a lost connection. */
export interface Resubscribed {
  readonly restored: readonly SubscriptionUnit[];
  /** What OpenD refused, and why; it is tried again after the next lost connection. */
  readonly failed: readonly (SubscriptionUnit & { readonly error: OpenDError })[];
}

/** How a Qot_Sub ended, and on which connection it went out last; undefined when it never did. */
export interface SubEnd {
  readonly on: object | undefined;
  readonly error: OpenDError | undefined;
}

export interface SubscriptionsInit {
  readonly clock: Clock;
  /** Sends a Qot_Sub. Never rejects. */
  readonly send: (c2s: SubC2S, options: InternalCallOptions) => Promise<SubEnd>;
  /** Subscribing again has ended. */
  readonly resubscribed: (result: Resubscribed) => void;
  /** Takes what went wrong where nobody waits for it. */
  readonly warn: (error: unknown) => void;
}

/** OpenD refuses to end a younger subscription; with a margin for the way there, in milliseconds. */
const HOLD_MS = 60_500;
/** When to try again what failed and nobody waits for, in milliseconds. */
const RETRY_MS = 10_000;
/** For what is meant for one connection only. */
const onlyNow: InternalCallOptions = { whileDown: "reject", beyondLimit: true };

interface Unit extends SubscriptionUnit {
  readonly symbol: string;
  /** Streams that want it. */
  wanted: number;
  /** Requests under way that are about it. */
  pending: number;
  /** Times that it was asked for. */
  asked: number;
  /** OpenD has confirmed it at least once, so it is subscribed again after a lost connection. */
  isConfirmed: boolean;
  /** OpenD refused it on this connection. */
  isRefused: boolean;
  /** Since when this connection has it, or may have it, by `Clock.now()`. */
  since: number | undefined;
  /** This connection has it for certain. */
  isThere: boolean;
  /** When something may be tried with it next. */
  tryAt: number;
}

/**
 * What the streams want, counted per unit, and what the connection has. OpenD knows only one subscription of each unit,
 * whatever the number of streams that want it. What nobody wants any more is given up when OpenD lets it go, a minute after
 * it began. After a lost connection, only what is wanted is subscribed again.
 */
export class Subscriptions {
  readonly #units = new Map<string, Unit>();
  readonly #init: SubscriptionsInit;
  readonly #alarm: Alarm;
  /** The connection that there is. What a reply says counts only if it came on this one. */
  #current: object | undefined;
  /** The connection on which all that is wanted is being subscribed again. */
  #restoring: object | undefined;

  constructor(init: SubscriptionsInit) {
    this.#init = init;
    this.#alarm = createAlarm(init.clock, () => this.#work());
  }

  /**
   * A stream wants them, until `remove`, also when this rejects. Asks also for what is subscribed already: OpenD then pushes
   * the current state first, to this stream too.
   */
  async add(subjects: Subjects, options: InternalCallOptions): Promise<void> {
    const units = this.#unitsOf(subjects);
    for (const unit of units) unit.wanted += 1;
    const error = await this.#send(units, true, options);
    for (const unit of units) unit.isConfirmed ||= error === undefined;
    // Also after a failure: its stream may have ended before.
    this.#work();
    if (error !== undefined) throw error;
  }

  /** A stream does not want them any more. */
  remove(subjects: Subjects): void {
    for (const unit of this.#unitsOf(subjects)) unit.wanted -= 1;
    this.#work();
  }

  /** The connection is gone, and what it had with it. */
  lost(): void {
    this.#current = undefined;
    for (const unit of this.#units.values()) Object.assign(unit, { since: undefined, isThere: false });
    this.#work();
  }

  /** There is a connection, and nothing is subscribed on it. Resolves when all that is wanted was asked for. */
  async ready(connection: object): Promise<void> {
    this.#current = connection;
    for (const unit of this.#units.values()) Object.assign(unit, { tryAt: 0, isRefused: false });
    await this.#restore();
    this.#work();
  }

  /** Leaves no timer. */
  close(): void {
    this.#current = undefined;
    this.#units.clear();
    this.#alarm.set(NEVER);
  }

  /** Does what is due with units that nobody is busy with, and sets the timer for what is due next. */
  #work(): void {
    const now = this.#init.clock.now();
    let nextAt = NEVER;
    const isDue = (at: number) => {
      if (at > now) nextAt = Math.min(nextAt, at);
      return at <= now;
    };
    const left: Unit[] = [];
    let isMissing = false;
    for (const [key, unit] of this.#units) {
      const { wanted, pending, since, tryAt } = unit;
      if (pending > 0) continue;
      if (wanted > 0) isMissing ||= this.#isMissing(unit) && isDue(tryAt);
      else if (since === undefined) this.#units.delete(key);
      else if (isDue(Math.max(since + HOLD_MS, tryAt))) left.push(unit);
    }
    for (const batch of batchesOf(left)) void this.#unsubscribe(batch);
    // One that runs looks again at its end.
    if (isMissing && this.#restoring !== this.#current) void this.#restore().then(() => this.#work());
    this.#alarm.set(nextAt);
  }

  /** Wanted, and not on this connection for certain. */
  #isMissing({ wanted, pending, isConfirmed, isRefused, isThere }: Unit): boolean {
    const isIdle = pending === 0 && !isRefused && !isThere;
    return this.#current !== undefined && wanted > 0 && isConfirmed && isIdle;
  }

  /** Subscribes to what is missing, batch by batch, and tells what came of it, if the connection is there until the end. */
  async #restore(): Promise<void> {
    const { clock } = this.#init;
    const connection = this.#current;
    const restored: Unit[] = [];
    const failed: (SubscriptionUnit & { error: OpenDError })[] = [];
    const isMissing = (unit: Unit) => this.#isMissing(unit);
    const due = [...this.#units.values()].filter((unit) => isMissing(unit) && unit.tryAt <= clock.now());
    const batches = batchesOf(due);
    if (batches.length === 0) return;
    this.#restoring = connection;
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const units = batch.filter(isMissing);
      // Streams may have ended, or come, while the batches before were sent.
      if (units.length < batch.length) {
        batches.unshift(...batchesOf(units));
        continue;
      }
      const error = await this.#send(batch, true, onlyNow);
      if (connection !== this.#current) return;
      if (error === undefined) restored.push(...units);
      else if (error.outcome !== "rejected") for (const unit of units) unit.tryAt = clock.now() + RETRY_MS;
      // One security that OpenD does not know any more must not cost the others theirs.
      else if (units.length > 1) batches.unshift(...halves(units));
      else
        for (const unit of units) {
          unit.isRefused = true;
          failed.push({ ...unitOf(unit), error });
        }
    }
    this.#restoring = undefined;
    if (restored.length > 0 || failed.length > 0) this.#init.resubscribed({ restored: restored.map(unitOf), failed });
  }

  /** Nobody waits for it. What OpenD refuses is tried again later. */
  async #unsubscribe(units: readonly Unit[]): Promise<void> {
    const { clock, warn } = this.#init;
    const error = await this.#send(units, false, onlyNow);
    if (error !== undefined) {
      for (const unit of units) unit.tryAt = clock.now() + RETRY_MS;
      if (error.outcome === "rejected" && error.reason !== "unsubscribe-too-early") warn(error);
    }
    this.#work();
  }

  /** Sends a Qot_Sub and notes what the connection has after it. */
  async #send(
    units: readonly Unit[],
    isSubscribing: boolean,
    options: InternalCallOptions,
  ): Promise<OpenDError | undefined> {
    for (const unit of units) {
      unit.pending += 1;
      if (isSubscribing) unit.asked += 1;
    }
    const asked = units.map((unit) => unit.asked);
    const { on, error } = await this.#init.send(
      {
        securityList: [...new Map(units.map((unit) => [unit.symbol, unit.security])).values()],
        subTypeList: [...new Set(units.map(({ subType }) => subType))],
        isSubOrUnSub: isSubscribing,
        isRegOrUnRegPush: isSubscribing,
      },
      options,
    );
    const isHere = on !== undefined && on === this.#current;
    const now = this.#init.clock.now();
    for (const [i, unit] of units.entries()) {
      unit.pending -= 1;
      if (!isHere) continue;
      // What OpenD may have done counts as done when it subscribes, so that it is given up later.
      if (isSubscribing && (error === undefined || error.outcome === "unknown")) unit.since ??= now;
      if (error === undefined) unit.isThere = isSubscribing || unit.asked !== asked[i];
      // What was asked for behind its end may have begun anew, whichever reply comes first.
      if (!isSubscribing && error === undefined) unit.since = unit.asked === asked[i] ? undefined : now;
    }
    return error;
  }

  /** Units of the subjects, new ones where there are none. */
  #unitsOf({ securities, subTypes }: Subjects): Unit[] {
    return subTypes.flatMap((subType) =>
      securities.map((security) => {
        const symbol = formatSymbol(security);
        const key = `${symbol} ${subType}`;
        let unit = this.#units.get(key);
        if (unit === undefined) {
          unit = {
            symbol,
            security,
            subType,
            wanted: 0,
            pending: 0,
            asked: 0,
            isConfirmed: false,
            isRefused: false,
            since: undefined,
            isThere: false,
            tryAt: 0,
          };
          this.#units.set(key, unit);
        }
        return unit;
      }),
    );
  }
}

const unitOf = ({ security, subType }: Unit): SubscriptionUnit => ({ security, subType });
