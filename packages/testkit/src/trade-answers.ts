import { formatSymbol, type MessageInit, type RequestProtocol } from "@tickwire/codec";
import {
  TrdCashFlowDirection,
  TrdFlowSummary,
  TrdGetAccList,
  TrdGetFunds,
  TrdGetHistoryOrderFillList,
  TrdGetHistoryOrderList,
  TrdGetMarginRatio,
  TrdGetMaxTrdQtys,
  TrdGetOrderFillList,
  TrdGetOrderList,
  TrdGetPositionList,
  type TrdHeader,
  TrdSubAccPush,
  TrdUnlockTrade,
} from "@tickwire/codec/trade";
import type { Answer } from "./built-ins.ts";
import type { Language } from "./fixture.ts";
import { type ReplyInit, refuse, succeed } from "./reply.ts";
import type { Texts } from "./texts.ts";
import type { TradeAccounts } from "./trade-accounts.ts";
import type { TradeBook } from "./trade-book.ts";
import { timeProblem } from "./trade-filter.ts";
import type { FixtureAccount, FixtureCashFlow } from "./trade-fixture.ts";
import { fundsOf } from "./trade-funds.ts";
import { marginTerms } from "./trade-margin.ts";
import { isCurrency } from "./trade-money.ts";
import { fillList, orderList } from "./trade-orders.ts";
import { positionList } from "./trade-positions.ts";
import { maxQuantities } from "./trade-quantities.ts";

/** Securities that one request of margin ratios takes at most. */
const MAX_MARGIN_SECURITIES = 100;

/** What the answers of the trade protocols draw on. */
export interface TradeState {
  readonly accounts: TradeAccounts;
  readonly book: TradeBook;
  readonly language: Language;
  readonly texts: Texts;
}

interface HasHeader {
  readonly header: TrdHeader;
}

/** The built-in answers of the trade protocols: all that reads. */
export function answerTrades(answer: Answer, { accounts, book, language, texts }: TradeState): void {
  answer(TrdGetAccList, (c2s) => accounts.list(c2s));
  answer(TrdUnlockTrade, (c2s) => accounts.unlock(c2s));
  answer(TrdSubAccPush, (c2s, connID) => accounts.subscribe(connID, c2s));

  /** Answers what is asked about an account: by a content, to which the header is added, or by a refusal. */
  const read = <C2S extends HasHeader, S2C extends HasHeader>(
    protocol: RequestProtocol<C2S, S2C>,
    contentOf: (c2s: C2S, account: FixtureAccount) => MessageInit<Omit<S2C, "header">> | string,
  ): void =>
    answer(protocol, (c2s): ReplyInit<S2C> => {
      const account = accounts.of(c2s.header);
      if (typeof account === "string") return refuse(account);
      const content = contentOf(c2s, account);
      if (typeof content === "string") return refuse(content);
      return succeed({ ...(content as object), header: c2s.header } as MessageInit<S2C>);
    });

  read(TrdGetFunds, ({ currency }, account) => {
    const wanted = currency === undefined || currency === 0 ? account.currency : currency;
    return isCurrency(wanted) ? { funds: fundsOf(account, book, wanted) } : texts.unknownCurrency(wanted);
  });
  read(TrdGetPositionList, (c2s, account) => ({ positionList: positionList({ account, book, language }, c2s) }));

  read(TrdGetOrderList, ({ filterConditions: filter, filterStatusList }, account) => {
    const problem = timeProblem(filter ?? {}, texts, false);
    return problem ?? { orderList: orderList({ account, book, language }, account.orders, filter, filterStatusList) };
  });
  read(TrdGetOrderFillList, ({ filterConditions: filter }, account) => {
    const problem = timeProblem(filter ?? {}, texts, false);
    return problem ?? { orderFillList: fillList({ account, book, language }, account.orders, filter) };
  });
  read(TrdGetHistoryOrderList, ({ filterConditions: filter, filterStatusList }, account) => {
    const problem = timeProblem(filter, texts, true);
    return (
      problem ?? { orderList: orderList({ account, book, language }, account.pastOrders, filter, filterStatusList) }
    );
  });
  read(TrdGetHistoryOrderFillList, ({ filterConditions: filter }, account) => {
    const problem = timeProblem(filter, texts, true);
    return problem ?? { orderFillList: fillList({ account, book, language }, account.pastOrders, filter) };
  });

  read(TrdGetMaxTrdQtys, ({ header, code, price, secMarket = 0, orderID, orderIDEx }, account) => {
    const tradable = book
      .ofCode(code)
      .find((each) => (secMarket === 0 ? each.trdMarkets.includes(header.trdMarket) : each.secMarket === secMarket));
    if (tradable === undefined) return texts.unknownSecurity(code);
    if (!(price > 0)) return texts.wrongPrice(price);
    const changing = account.orders.find((order) => order.orderID === orderID || order.orderIDEx === orderIDEx);
    return { maxTrdQtys: maxQuantities(account, book, tradable, price, changing?.orderID) };
  });
  read(TrdGetMarginRatio, ({ securityList }) => {
    if (securityList.length > MAX_MARGIN_SECURITIES) return texts.tooMany("securityList", MAX_MARGIN_SECURITIES);
    const tradables = securityList.map((security) => book.find(formatSymbol(security)));
    const unknown = tradables.indexOf(undefined);
    if (unknown >= 0) return texts.unknownSecurity(formatSymbol(securityList[unknown]!));
    return {
      marginRatioInfoList: securityList.map((security, i) => ({ security, ...marginTerms(tradables[i]!) })),
    };
  });
  read(TrdFlowSummary, ({ clearingDate, cashFlowDirection = 0 }, account) => {
    if (clearingDate === "") return texts.missing("clearingDate");
    const ofDay = account.cashFlows.filter((flow) => flow.clearingDate === clearingDate);
    const asked = ofDay.filter((flow) => cashFlowDirection === 0 || directionOf(flow) === cashFlowDirection);
    return {
      flowSummaryInfoList: asked.map(({ amount, remark, ...flow }) => ({
        ...flow,
        cashFlowDirection: directionOf({ amount }),
        cashFlowAmount: amount,
        cashFlowRemark: remark,
      })),
    };
  });
}

function directionOf({ amount }: Pick<FixtureCashFlow, "amount">): TrdCashFlowDirection {
  return amount < 0 ? TrdCashFlowDirection.Out : TrdCashFlowDirection.In;
}
