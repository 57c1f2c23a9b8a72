import {
  type Clock,
  formatSymbol,
  type PushProtocol,
  type QotGetSubInfoC2S,
  type QotGetSubInfoS2C,
  type QotRegQotPushC2S,
  type QotRegQotPushS2C,
  type QotSubC2S,
  type QotSubS2C,
  QotUpdateBasicQot,
  type Security,
  SubType,
  type Timer,
} from "@tickwire/session";
import type { OpenDFaults } from "./faults.ts";
import { feed } from "./feeds.ts";
import type { Instrument, Market } from "./market.ts";
import { basicQot } from "./quotes.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import { type Registration, type Subscription, Subscriptions, type Unit } from "./subscriptions.ts";
import type { Texts } from "./texts.ts";

export interface QuoteServiceInit {
  readonly clock: Clock;
  readonly market: Market;
  readonly texts: Texts;
  /** Units of subscription that there are. */
  readonly quota: number;
  readonly intervalMs: number;
  /** Whether an early unsubscribe is refused. */
  readonly holds: boolean;
  readonly faults: OpenDFaults;
  /** Sends pushes to a connection, all in one chunk, or drops them when that is gone. */
  readonly push: <S2C>(connID: bigint, protocol: PushProtocol<S2C>, ...contents: S2C[]) => void;
  /** Told when the number of units in use has changed. */
  readonly quotaUsed: (units: number) => void;
}

const subTypeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(SubType)
    .filter(([, type]) => type !== SubType.None)
    .map(([name, type]) => [type, name]),
);

/** Subscriptions (3001, 3002, 3003), and the pushes that follow from them. */
export class QuoteService {
  readonly #init: QuoteServiceInit;
  readonly #subscriptions: Subscriptions;
  /** Runs while anything is pushed. */
  #timer: Timer | undefined;
  /** What was told last of the units in use. */
  #usedQuota = 0;

  constructor(init: QuoteServiceInit) {
    this.#init = init;
    this.#subscriptions = new Subscriptions(init.clock, { holds: init.holds });
  }

  /** 3001, all of the request or nothing of it. Cancelling what is not subscribed succeeds. */
  subscribe(connID: bigint, c2s: QotSubC2S): ReplyInit<QotSubS2C> {
    if (c2s.isUnsubAll === true) return this.#cancel(connID, this.#subscriptions.of(connID));
    const refusal = this.#refusalOf(c2s);
    if (refusal !== undefined) return refuse(refusal);
    const { texts, quota } = this.#init;
    const units = unitsOf(c2s);
    if (!c2s.isSubOrUnSub) return this.#cancel(connID, units);
    if (this.#subscriptions.usedWith(units) > quota) return refuse(texts.quota(this.#subscriptions.usedQuota, quota));
    const registration = { isPushed: c2s.isRegOrUnRegPush, rehabTypes: c2s.regPushRehabTypeList };
    this.#subscriptions.add(connID, units, registration);
    this.#registered(connID, units, registration, c2s.isFirstPush);
    return succeed();
  }

  /** 3002: all of the request or nothing of it. */
  register(connID: bigint, c2s: QotRegQotPushC2S): ReplyInit<QotRegQotPushS2C> {
    const refusal = this.#refusalOf(c2s);
    if (refusal !== undefined) return refuse(refusal);
    const units = unitsOf(c2s);
    const missing = units.find((unit) => !this.#subscriptions.has(connID, unit));
    if (missing !== undefined) return refuse(this.#notSubscribed(missing));
    const registration = { isPushed: c2s.isRegOrUnReg, rehabTypes: c2s.rehabTypeList };
    this.#subscriptions.register(connID, units, registration);
    this.#registered(connID, units, registration, c2s.isFirstPush);
    return succeed();
  }

  /** 3003. */
  subInfo(connID: bigint, { isReqAllConn }: QotGetSubInfoC2S): ReplyInit<QotGetSubInfoS2C> {
    const connections = isReqAllConn === true ? this.#subscriptions.connections() : [connID];
    const totalUsedQuota = this.#subscriptions.usedQuota;
    return succeed({
      connSubInfoList: connections.map((id) => this.#subscriptions.info(id, id === connID)),
      totalUsedQuota,
      remainQuota: Math.max(0, this.#init.quota - totalUsedQuota),
    });
  }

  /** The security, if the connection is subscribed to this kind of its data; else why there is none to be had. */
  subscribed(connID: bigint, unit: Unit): Instrument | string {
    const instrument = this.#init.market.find(unit.security);
    if (instrument === undefined) return this.#init.texts.unknownSecurity(formatSymbol(unit.security));
    return this.#subscriptions.has(connID, unit) ? instrument : this.#notSubscribed(unit);
  }

  /** A connection has ended. */
  drop(connID: bigint): void {
    this.#subscriptions.drop(connID);
    this.#changed();
  }

  #refusalOf(c2s: { readonly securityList: readonly Security[]; readonly subTypeList: readonly SubType[] }) {
    const { market, texts } = this.#init;
    const unknown = c2s.securityList.find((security) => market.find(security) === undefined);
    if (unknown !== undefined) return texts.unknownSecurity(formatSymbol(unknown));
    const unknownType = c2s.subTypeList.find((type) => !subTypeNames.has(type));
    return unknownType === undefined ? undefined : texts.unknownSubType(unknownType);
  }

  #notSubscribed({ security, subType }: Unit): string {
    return this.#init.texts.notSubscribed(formatSymbol(security), subTypeNames.get(subType) ?? String(subType));
  }

  #cancel(connID: bigint, units: readonly Unit[]): ReplyInit<QotSubS2C> {
    const pushed = this.#subscriptions.pick(connID, units).filter(({ isPushed }) => isPushed);
    if (!this.#subscriptions.remove(connID, units)) return refuse(this.#init.texts.tooEarly);
    if (pushed.length > 0 && this.#init.faults.takeKind("late-push", QotUpdateBasicQot.name))
      queueMicrotask(() => this.#push(connID, pushed, true));
    this.#changed();
    return succeed();
  }

  #registered(connID: bigint, units: readonly Unit[], { isPushed }: Registration, isFirstPush?: boolean): void {
    // In a microtask, so that the reply goes first.
    if (isPushed === true && isFirstPush !== false)
      queueMicrotask(() => this.#push(connID, this.#subscriptions.pick(connID, units), true));
    this.#changed();
  }

  #changed(): void {
    const isNeeded = this.#subscriptions
      .connections()
      .some((connID) => this.#subscriptions.of(connID).some(({ isPushed }) => isPushed));
    if (isNeeded) this.#timer ??= this.#init.clock.startTimer(() => this.#tick(), this.#init.intervalMs);
    else {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    const { usedQuota } = this.#subscriptions;
    if (usedQuota === this.#usedQuota) return;
    this.#usedQuota = usedQuota;
    queueMicrotask(() => this.#init.quotaUsed(usedQuota));
  }

  #tick(): void {
    this.#timer = this.#init.clock.startTimer(() => this.#tick(), this.#init.intervalMs);
    for (const connID of this.#subscriptions.connections())
      this.#push(
        connID,
        this.#subscriptions.of(connID).filter(({ isPushed }) => isPushed),
        false,
      );
  }

  /** Tells a connection what is new of subscriptions; at first, how it is. While a market is closed there is nothing new. */
  #push(connID: bigint, subscriptions: readonly Subscription[], isFirst: boolean): void {
    const unixMs = this.#init.clock.unixMs();
    const quoted: Instrument[] = [];
    for (const subscription of subscriptions) {
      const instrument = this.#init.market.find(subscription.security)!;
      const { path } = instrument.tape;
      const until = instrument.at(unixMs);
      const before = isFirst ? undefined : instrument.at(subscription.toldUnixMs);
      if (before !== undefined && path.slotNumber(before) === path.slotNumber(until)) continue;
      if (!isFirst) subscription.toldUnixMs = unixMs;
      if (subscription.subType === SubType.Basic) quoted.push(instrument);
      else feed(subscription, { instrument, until, before }, (protocol, s2c) => this.#init.push(connID, protocol, s2c));
    }
    if (quoted.length > 0) this.#pushQuotes(connID, quoted, unixMs);
  }

  /** By the fault `burst` the pushes of the time before come along, as if they had piled up. */
  #pushQuotes(connID: bigint, instruments: readonly Instrument[], unixMs: number): void {
    const { faults, intervalMs, push } = this.#init;
    const contents = [];
    for (let more = (faults.takeKind("burst", QotUpdateBasicQot.name)?.count ?? 1) - 1; more >= 0; more--) {
      const agoMs = more * intervalMs;
      contents.push({ basicQotList: instruments.map((each) => basicQot(each, each.at(unixMs - agoMs))) });
    }
    push(connID, QotUpdateBasicQot, ...contents);
  }
}

function unitsOf(c2s: {
  readonly securityList: readonly Security[];
  readonly subTypeList: readonly SubType[];
}): Unit[] {
  return c2s.securityList.flatMap((security) => c2s.subTypeList.map((subType) => ({ security, subType })));
}
