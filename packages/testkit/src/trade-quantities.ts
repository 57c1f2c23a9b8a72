import type { MessageInit } from "@tickwire/codec";
import { type MaxTrdQtys, PositionSide, TrdAccType } from "@tickwire/codec/trade";
import type { TradeBook } from "./trade-book.ts";
import type { FixtureAccount } from "./trade-fixture.ts";
import { fundsOf } from "./trade-funds.ts";
import { marginTerms } from "./trade-margin.ts";
import type { Tradable } from "./trade-markets.ts";

/**
 * 2111: how much of a tradable an account can buy and sell at a price, in whole lots.
 * @param changing - The order that is to be changed: what it takes is free again.
 */
export function maxQuantities(
  account: FixtureAccount,
  book: TradeBook,
  tradable: Tradable,
  price: number,
  changing?: bigint,
): MessageInit<MaxTrdQtys> {
  const { currency, kind, multiplier, lot } = tradable;
  const funds = fundsOf(account, book, currency, changing);
  const isMargin = account.accType !== TrdAccType.Cash;
  const each = price * multiplier;
  const { imLongRatio, imShortRatio, isShortPermit } = marginTerms(tradable);
  const [longIM, shortIM] = [(each * imLongRatio) / 100, (each * imShortRatio) / 100];
  const lots = (amount: number, ofEach: number) => Math.floor(amount / ofEach / lot) * lot;
  const available = funds.availableFunds ?? 0;
  const held = book.holdings(account).filter(({ position }) => position.symbol === tradable.security.symbol);
  const closable = (side: PositionSide) =>
    held.reduce((sum, { position, canSellQty }) => sum + (position.positionSide === side ? canSellQty : 0), 0);
  const maxPositionSell = closable(PositionSide.Long);
  const maxBuyBack = closable(PositionSide.Short);
  if (kind === "future") return { maxCashBuy: 0, maxPositionSell, longRequiredIM: longIM, shortRequiredIM: shortIM };
  const maxCashBuy = lots(funds.netCashPower ?? 0, each);
  return {
    maxCashBuy,
    maxCashAndMarginBuy: isMargin ? Math.max(maxCashBuy, lots(available, longIM)) : maxCashBuy,
    maxPositionSell,
    maxSellShort: isMargin && isShortPermit ? lots(available, shortIM) : 0,
    maxBuyBack,
    ...(kind === "option" && { longRequiredIM: longIM, shortRequiredIM: shortIM }),
  };
}
