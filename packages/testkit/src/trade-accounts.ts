import {
  type TrdAcc,
  TrdCategory,
  TrdEnv,
  type TrdGetAccListC2S,
  type TrdGetAccListS2C,
  type TrdHeader,
  TrdMarket,
  type TrdSubAccPushC2S,
  type TrdSubAccPushS2C,
  type TrdUnlockTradeC2S,
  type TrdUnlockTradeS2C,
  TrdUpdateOrder,
  TrdUpdateOrderFill,
} from "@tickwire/codec/trade";
import { type MessageInit, md5Hex, type PushProtocol } from "@tickwire/session";
import type { Fixture } from "./fixture.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import type { Texts } from "./texts.ts";
import type { FixtureAccount } from "./trade-fixture.ts";

/** The trading accounts, and which connections want their pushes. Nothing that a client sends changes an account. */
export class TradeAccounts {
  readonly #accounts: readonly FixtureAccount[];
  readonly #passwordMd5: string | undefined;
  readonly #texts: Texts;
  /** Per connection, the accounts whose pushes it wants. */
  readonly #subscribed = new Map<bigint, ReadonlySet<bigint>>();

  constructor({ accounts = [], gateway }: Fixture, texts: Texts) {
    this.#accounts = accounts;
    this.#passwordMd5 = gateway.tradePassword === undefined ? undefined : md5Hex(gateway.tradePassword);
    this.#texts = texts;
  }

  /** 2001: the accounts of a category, universal ones only if asked for. */
  list({ trdCategory = TrdCategory.Unknown, needGeneralSecAccount }: TrdGetAccListC2S): ReplyInit<TrdGetAccListS2C> {
    const asked = this.#accounts.filter(
      (account) =>
        (trdCategory === TrdCategory.Unknown || trdCategory === categoryOf(account)) &&
        (needGeneralSecAccount === true || !account.isUniversal),
    );
    return succeed({ accList: asked.map(listed) });
  }

  /** 2005. The fake's accounts are read-only, so it only checks the password and the broker. */
  unlock({ unlock, pwdMD5 = "", securityFirm = 0 }: TrdUnlockTradeC2S): ReplyInit<TrdUnlockTradeS2C> {
    const real = this.#accounts.filter(({ trdEnv }) => trdEnv === TrdEnv.Real);
    const isKept = real.some((account) => (account.securityFirm ?? securityFirm) === securityFirm);
    if (securityFirm !== 0 && !isKept) return refuse(this.#texts.securityFirm);
    if (!unlock) return succeed();
    if (pwdMD5 === "") return refuse(this.#texts.missing("pwdMD5"));
    const isRight = this.#passwordMd5 === undefined || this.#passwordMd5 === pwdMD5;
    return isRight ? succeed() : refuse(this.#texts.wrongPassword);
  }

  /** 2008: replaces the list of accounts whose pushes a connection gets. */
  subscribe(connID: bigint, { accIDList }: TrdSubAccPushC2S): ReplyInit<TrdSubAccPushS2C> {
    const unknown = accIDList.find((accID) => !this.#accounts.some((account) => account.accID === accID));
    if (unknown !== undefined) return refuse(this.#texts.unknownAccount(unknown));
    this.#subscribed.set(connID, new Set(accIDList));
    return succeed();
  }

  /** Whether a push is for a connection: one of orders or fills only when it has asked for their account. */
  lets(connID: bigint, { id }: PushProtocol<unknown>, s2c: unknown): boolean {
    if (id !== TrdUpdateOrder.id && id !== TrdUpdateOrderFill.id) return true;
    const accID = (s2c as { readonly header?: Partial<TrdHeader> }).header?.accID;
    return accID === undefined || this.#subscribed.get(connID)?.has(accID) === true;
  }

  /** A connection has ended. */
  drop(connID: bigint): void {
    this.#subscribed.delete(connID);
  }

  /** The account that a request is for, or why there is none. */
  of({ accID, trdEnv, trdMarket }: TrdHeader): FixtureAccount | string {
    const account = this.#accounts.find((each) => each.accID === accID);
    if (account === undefined) return this.#texts.unknownAccount(accID);
    if (account.trdEnv !== trdEnv) return this.#texts.wrongTrdEnv(accID, trdEnv);
    if (!account.trdMarketAuthList.includes(trdMarket)) return this.#texts.wrongTrdMarket(accID, trdMarket);
    return account;
  }
}

const futures: ReadonlySet<TrdMarket> = new Set([
  TrdMarket.Futures,
  TrdMarket.Futures_Simulate_HK,
  TrdMarket.Futures_Simulate_US,
  TrdMarket.Futures_Simulate_SG,
  TrdMarket.Futures_Simulate_JP,
]);

function categoryOf({ trdMarketAuthList }: FixtureAccount): TrdCategory {
  if (trdMarketAuthList.includes(TrdMarket.Crypto)) return TrdCategory.Crypto;
  return trdMarketAuthList.some((market) => futures.has(market)) ? TrdCategory.Future : TrdCategory.Security;
}

function listed(account: FixtureAccount): MessageInit<TrdAcc> {
  const { trdEnv, accID, trdMarketAuthList, accType, cardNum, uniCardNum, securityFirm, simAccType } = account;
  const { accStatus, accRole } = account;
  return {
    trdEnv,
    accID,
    trdMarketAuthList,
    accType,
    cardNum,
    uniCardNum,
    securityFirm,
    simAccType,
    accStatus,
    accRole,
  };
}
