import {
  type Clock,
  formatSymbol,
  type QotGetBasicQotC2S,
  type QotGetBasicQotS2C,
  type QotGetSubInfoC2S,
  type QotGetSubInfoS2C,
  type QotSubC2S,
  type QotSubS2C,
  type QotUpdateBasicQotS2C,
  type Security,
  SubType,
  type Timer,
} from "@tickwire/session";
import type { OpenDFaults } from "./faults.ts";
import type { Quotes } from "./quotes.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import { keyOf, Subscriptions, type Unit } from "./subscriptions.ts";
import type { Texts } from "./texts.ts";

export interface QuoteServiceInit {
  readonly clock: Clock;
  readonly quotes: Quotes;
  readonly texts: Texts;
  /** Units of subscription that there are. */
  readonly quota: number;
  readonly intervalMs: number;
  /** Whether an early unsubscribe is refused. */
  readonly holds: boolean;
  readonly faults: OpenDFaults;
  /** Sends quotes to a connection, all in one chunk, or drops them when it is gone. */
  readonly push: (connID: bigint, ...contents: QotUpdateBasicQotS2C[]) => void;
}

const subTypes: ReadonlySet<number> = new Set(Object.values(SubType).filter((type) => type !== SubType.None));

/** Subscriptions and basic quotes: 3001, 3003, 3004, and the pushes 3005 that follow from them. */
export class QuoteService {
  readonly #init: QuoteServiceInit;
  readonly #subscriptions: Subscriptions;
  /** Runs while anybody is subscribed to basic quotes. */
  #timer: Timer | undefined;

  constructor(init: QuoteServiceInit) {
    this.#init = init;
    this.#subscriptions = new Subscriptions(init.clock, { holds: init.holds });
  }

  /** 3001, all of the request or nothing of it. Cancelling what is not subscribed succeeds. */
  subscribe(connID: bigint, c2s: QotSubC2S): ReplyInit<QotSubS2C> {
    if (c2s.isUnsubAll === true) return this.#cancel(connID, this.#subscriptions.of(connID));
    const { quotes, texts, quota } = this.#init;
    const unknown = c2s.securityList.find((security) => !quotes.has(security));
    if (unknown !== undefined) return refuse(texts.unknownSecurity(formatSymbol(unknown)));
    const unknownType = c2s.subTypeList.find((type) => !subTypes.has(type));
    if (unknownType !== undefined) return refuse(texts.unknownSubType(unknownType));
    const units = c2s.securityList.flatMap((security) => c2s.subTypeList.map((subType) => ({ security, subType })));
    if (!c2s.isSubOrUnSub) return this.#cancel(connID, units);
    if (this.#subscriptions.usedWith(units) > quota) return refuse(texts.quota(this.#subscriptions.usedQuota, quota));
    this.#subscriptions.add(connID, units, c2s.isRegOrUnRegPush);
    this.#runTimer();
    if (c2s.isRegOrUnRegPush === true && c2s.isFirstPush !== false) {
      const basics = units.filter(({ subType }) => subType === SubType.Basic);
      // In a microtask, so that the reply goes first.
      queueMicrotask(() => this.#push(connID, basics));
    }
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

  /** 3004: refused unless the connection is subscribed to the basic quotes of every security. */
  basicQuotes(connID: bigint, { securityList }: QotGetBasicQotC2S): ReplyInit<QotGetBasicQotS2C> {
    const { quotes, texts } = this.#init;
    for (const security of securityList) {
      const symbol = formatSymbol(security);
      if (!quotes.has(security)) return refuse(texts.unknownSecurity(symbol));
      if (!this.#subscriptions.has(connID, { security, subType: SubType.Basic }))
        return refuse(texts.notSubscribed(symbol));
    }
    return succeed({ basicQotList: this.#quotesOf(securityList) });
  }

  /** A connection has ended. */
  drop(connID: bigint): void {
    this.#subscriptions.drop(connID);
    this.#runTimer();
  }

  #cancel(connID: bigint, units: readonly Unit[]): ReplyInit<QotSubS2C> {
    const cancelled = new Set(units.map(keyOf));
    const pushed = this.#basics(connID).filter((unit) => unit.isPushed && cancelled.has(keyOf(unit)));
    if (!this.#subscriptions.remove(connID, units)) return refuse(this.#init.texts.tooEarly);
    this.#runTimer();
    if (pushed.length > 0 && this.#init.faults.takeKind("late-push")) queueMicrotask(() => this.#push(connID, pushed));
    return succeed();
  }

  #basics(connID: bigint): readonly (Unit & { readonly isPushed: boolean })[] {
    return this.#subscriptions.of(connID).filter(({ subType }) => subType === SubType.Basic);
  }

  #runTimer(): void {
    const isNeeded = this.#subscriptions.connections().some((connID) => this.#basics(connID).length > 0);
    if (isNeeded) this.#timer ??= this.#init.clock.startTimer(() => this.#tick(), this.#init.intervalMs);
    else {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #tick(): void {
    this.#timer = undefined;
    const { clock, quotes } = this.#init;
    const connections = this.#subscriptions.connections();
    const moved = new Map<string, Security>();
    for (const connID of connections)
      for (const { security } of this.#basics(connID)) moved.set(formatSymbol(security), security);
    for (const security of moved.values()) quotes.move(security, clock.unixMs());
    this.#runTimer();
    for (const connID of connections)
      this.#push(
        connID,
        this.#basics(connID).filter(({ isPushed }) => isPushed),
      );
  }

  #push(connID: bigint, units: readonly Unit[]): void {
    if (units.length === 0) return;
    const { clock, faults, quotes, push } = this.#init;
    const securities = units.map(({ security }) => security);
    const contents = [{ basicQotList: this.#quotesOf(securities) }];
    for (let more = (faults.takeKind("burst")?.count ?? 1) - 1; more > 0; more--) {
      for (const security of securities) quotes.move(security, clock.unixMs());
      contents.push({ basicQotList: this.#quotesOf(securities) });
    }
    push(connID, ...contents);
  }

  #quotesOf(securities: readonly Security[]): QotUpdateBasicQotS2C["basicQotList"] {
    return securities.flatMap((security) => this.#init.quotes.basicQot(security) ?? []);
  }
}
