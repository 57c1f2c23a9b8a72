import { OrderStatus, PositionSide, TrdSide } from "@tickwire/codec/trade";
import { type Clock, parseSymbol } from "@tickwire/session";
import { FixtureError } from "./errors.ts";
import type { Fixture, Language } from "./fixture.ts";
import type { Market } from "./market.ts";
import type { FixtureAccount, FixtureOrder, FixturePosition } from "./trade-fixture.ts";
import { type Tradable, tradableOf } from "./trade-markets.ts";

/** An account, and what is needed to tell of it. */
export interface AccountView {
  readonly account: FixtureAccount;
  readonly book: TradeBook;
  readonly language: Language;
}

/** A position at the price of now. Amounts are in the currency of what is held. */
export interface Holding {
  readonly position: FixturePosition;
  readonly tradable: Tradable;
  readonly price: number;
  /** Shares or contracts, negative for a short position. */
  readonly signedQty: number;
  /** What the holding is worth; negative for a short position, 0 for futures. */
  readonly value: number;
  /** What it adds to the assets: its value, but of futures what they have won. */
  readonly asset: number;
  /** What it would cost at the price of now, of futures too; negative for a short position. */
  readonly exposure: number;
  /** Of what is still held, by the average cost. */
  readonly unrealizedPL: number;
  readonly canSellQty: number;
}

/** What can be traded, and what the accounts hold of it at the prices of now. */
export class TradeBook {
  readonly #tradables: ReadonlyMap<string, Tradable>;
  readonly #market: Market;
  readonly #clock: Clock;

  constructor(fixture: Fixture, market: Market, clock: Clock) {
    this.#market = market;
    this.#clock = clock;
    this.#tradables = new Map(
      fixture.securities.flatMap((security) => {
        const tradable = tradableOf(security);
        return tradable === undefined ? [] : [[security.symbol, tradable] as const];
      }),
    );
  }

  /** Undefined for what is unknown, or cannot be traded. */
  find(symbol: string): Tradable | undefined {
    return this.#tradables.get(symbol);
  }

  /** @throws {FixtureError} When the fixture's accounts have something that its securities have not. */
  tradable(symbol: string): Tradable {
    const tradable = this.find(symbol);
    if (tradable !== undefined) return tradable;
    throw new FixtureError([{ path: "accounts", problem: `${symbol} is none of the securities that can be traded` }]);
  }

  /** All of a code; markets may share one. */
  ofCode(code: string): readonly Tradable[] {
    return [...this.#tradables.values()].filter((tradable) => tradable.code === code);
  }

  /** The price of now and the one at which the day before ended. */
  quote({ security }: Tradable): { readonly curPrice: number; readonly lastClosePrice: number } {
    // What can be traded is a security of the fixture, and so of the market.
    const instrument = this.#market.find(parseSymbol(security.symbol))!;
    const moment = instrument.at(this.#clock.unixMs());
    return { curPrice: instrument.tape.today(moment).close, lastClosePrice: instrument.tape.lastClose(moment) };
  }

  holdings(account: FixtureAccount): readonly Holding[] {
    return account.positions.map((position) => {
      const tradable = this.tradable(position.symbol);
      const price = this.quote(tradable).curPrice;
      const isLong = position.positionSide !== PositionSide.Short;
      const signedQty = isLong ? position.qty : -position.qty;
      const exposure = signedQty * price * tradable.multiplier;
      const isFuture = tradable.kind === "future";
      const unrealizedPL = (price - position.averageCostPrice) * signedQty * tradable.multiplier;
      const closing = account.orders.filter((order) => order.symbol === position.symbol && isBuy(order) !== isLong);
      return {
        position,
        tradable,
        price,
        signedQty,
        exposure,
        value: isFuture ? 0 : exposure,
        asset: isFuture ? unrealizedPL : exposure,
        unrealizedPL,
        canSellQty:
          position.canSellQty ?? Math.max(0, position.qty - closing.reduce((sum, order) => sum + workingQty(order), 0)),
      };
    });
  }
}

const working: ReadonlySet<number> = new Set([
  OrderStatus.WaitingSubmit,
  OrderStatus.Submitting,
  OrderStatus.Submitted,
  OrderStatus.Filled_Part,
  OrderStatus.Cancelling_Part,
  OrderStatus.Cancelling_All,
]);

/** How much of an order may still be filled. */
export function workingQty({ orderStatus, qty, fills }: FixtureOrder): number {
  return working.has(orderStatus) ? qty - filledQty({ fills }) : 0;
}

export function filledQty({ fills }: Pick<FixtureOrder, "fills">): number {
  return fills.reduce((sum, { qty }) => sum + qty, 0);
}

export function isBuy({ trdSide }: Pick<FixtureOrder, "trdSide">): boolean {
  return trdSide === TrdSide.Buy || trdSide === TrdSide.BuyBack;
}
