import {
  type BasicQot,
  type GetGlobalStateS2C,
  type MessageInit,
  ProgramStatusType,
  QotMarketState,
  type Security,
  type SecurityStaticInfo,
  SecurityStatus,
  SecurityType,
} from "@tickwire/session";

/** The state, with the asker's number as an address. */
export function globalState(userID: bigint, connID: bigint): MessageInit<GetGlobalStateS2C> {
  return {
    marketHK: QotMarketState.Morning,
    marketUS: QotMarketState.Morning,
    marketSH: QotMarketState.Morning,
    marketSZ: QotMarketState.Morning,
    marketHKFuture: QotMarketState.Morning,
    qotLogined: true,
    trdLogined: true,
    serverVer: 1011,
    serverBuildNo: 1,
    time: 0n,
    programStatus: { type: ProgramStatusType.Ready },
    qotSvrIpAddr: `${userID}`,
    connID,
  };
}

/** A security that has the name of the group that was asked for. */
export function securityNamed(name: string): MessageInit<SecurityStaticInfo> {
  return {
    basic: {
      security: { market: 1, code: "00700" },
      id: 1n,
      lotSize: 100,
      secType: SecurityType.Eqty,
      name,
      listTime: "2004-06-16",
    },
  };
}

/** A quote of the security that was asked for. */
export function basicQuote(security: Security): MessageInit<BasicQot> {
  return {
    security,
    isSuspended: false,
    listTime: "2004-06-16",
    priceSpread: 0.2,
    updateTime: "",
    highPrice: 1,
    openPrice: 1,
    lowPrice: 1,
    curPrice: 1,
    lastClosePrice: 1,
    volume: 0n,
    turnover: 0,
    turnoverRate: 0,
    amplitude: 0,
    secStatus: SecurityStatus.Normal,
  };
}
