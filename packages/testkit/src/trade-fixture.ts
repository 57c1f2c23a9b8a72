import type {
  Currency,
  OrderFillStatus,
  OrderStatus,
  OrderType,
  PositionSide,
  SecurityFirm,
  SimAccType,
  TimeInForce,
  TrdAccRole,
  TrdAccStatus,
  TrdAccType,
  TrdEnv,
  TrdMarket,
  TrdSide,
} from "@tickwire/codec/trade";

/** A trading account and what is in it. In JSON its enums are names (`"Filled_All"`) or numbers, its 64-bit ids texts. */
export interface FixtureAccount {
  readonly accID: bigint;
  readonly trdEnv: TrdEnv;
  /** Markets in which it may trade. Its positions and orders are of these. */
  readonly trdMarketAuthList: readonly TrdMarket[];
  /** Default a margin account. */
  readonly accType: TrdAccType;
  /** Whether it is a universal account, which GetAccList (2001) tells only to those that ask for them. Default false. */
  readonly isUniversal: boolean;
  readonly cardNum?: string | undefined;
  readonly uniCardNum?: string | undefined;
  /** The broker that keeps a real account. */
  readonly securityFirm?: SecurityFirm | undefined;
  /** For paper trading only. */
  readonly simAccType?: SimAccType | undefined;
  readonly accStatus: TrdAccStatus;
  readonly accRole: TrdAccRole;
  /** Of the amounts of GetFunds (2101), unless it asks for another. */
  readonly currency: Currency;
  /** One entry per currency; negative is money that is owed. */
  readonly cash: readonly FixtureCash[];
  readonly positions: readonly FixturePosition[];
  /** What 2201 and 2211 list: the orders of the day and those that are still working, with their fills. */
  readonly orders: readonly FixtureOrder[];
  /** What 2221 and 2222 list: the orders of days before. */
  readonly pastOrders: readonly FixtureOrder[];
  /** What 2226 lists. */
  readonly cashFlows: readonly FixtureCashFlow[];
}

/** Money in one currency. */
export interface FixtureCash {
  readonly currency: Currency;
  readonly amount: number;
}

/** A position. Its price, value and profit follow from the quote. */
export interface FixturePosition {
  readonly positionID: bigint;
  /** One of the fixture's securities. */
  readonly symbol: string;
  /** Default long. */
  readonly positionSide: PositionSide;
  /** Shares or contracts; positive for a short position, too. */
  readonly qty: number;
  /** How much of it can be closed. Default: what no working order closes already. */
  readonly canSellQty?: number | undefined;
  /** What one share or contract unit was paid for, or sold for, in the market's currency. */
  readonly averageCostPrice: number;
  /** What was earned by the part that is closed already, in the market's currency. Default 0. */
  readonly realizedPL: number;
}

/** An order with its fills. Times are `yyyy-MM-dd HH:mm:ss` in the market's time. */
export interface FixtureOrder {
  readonly orderID: bigint;
  /** Default: `orderID` in decimal. */
  readonly orderIDEx: string;
  /** One of the fixture's securities. */
  readonly symbol: string;
  readonly trdSide: TrdSide;
  /** Default an ordinary one. */
  readonly orderType: OrderType;
  readonly orderStatus: OrderStatus;
  readonly qty: number;
  /** Absent for market orders. */
  readonly price?: number | undefined;
  readonly createTime: string;
  /** Default: the last fill's time, or `createTime`. */
  readonly updateTime: string;
  /** Default for the day. */
  readonly timeInForce: TimeInForce;
  readonly remark?: string | undefined;
  readonly lastErrMsg?: string | undefined;
  /** Price that triggers it. */
  readonly auxPrice?: number | undefined;
  readonly fillOutsideRTH?: boolean | undefined;
  readonly fills: readonly FixtureFill[];
}

/** One execution of an order. */
export interface FixtureFill {
  readonly fillID: bigint;
  /** Default: `fillID` in decimal. */
  readonly fillIDEx: string;
  readonly qty: number;
  readonly price: number;
  /** `yyyy-MM-dd HH:mm:ss` in the market's time. */
  readonly createTime: string;
  /** Default OK. */
  readonly status: OrderFillStatus;
  /** Hong Kong stocks only. */
  readonly counterBrokerID?: number | undefined;
  readonly counterBrokerName?: string | undefined;
}

/** Money that came in or went out. */
export interface FixtureCashFlow {
  readonly cashFlowID: bigint;
  /** `yyyy-MM-dd`, as the next. */
  readonly clearingDate: string;
  readonly settlementDate: string;
  readonly currency: Currency;
  /** What it was, in words. */
  readonly cashFlowType: string;
  /** Negative for what went out. */
  readonly amount: number;
  readonly remark: string;
}
