import type { Proto3Init, PushQuote, SubTypeList } from "@tickwire/codec/longport";
import { SubType } from "@tickwire/codec/longport";
import type { Clock, Timer } from "@tickwire/session";
import type { LongPortPrices } from "./longport-prices.ts";

/** What the feed needs. */
export interface LongPortQuoteFeedInit<Subscriber> {
  readonly clock: Clock;
  readonly prices: LongPortPrices;
  readonly intervalMs: number;
  push(subscriber: Subscriber, quote: Proto3Init<PushQuote>): void;
}

/** Who is subscribed to what, and the pushes of quotes that follow from it. Other types than quotes send nothing. */
export class LongPortQuoteFeed<Subscriber> {
  readonly #init: LongPortQuoteFeedInit<Subscriber>;
  /** By subscriber, by symbol. */
  readonly #subscriptions = new Map<Subscriber, Map<string, Set<SubType>>>();
  /** Runs while anybody is subscribed to quotes. */
  #timer: Timer | undefined;

  constructor(init: LongPortQuoteFeedInit<Subscriber>) {
    this.#init = init;
  }

  /** How many symbols would be subscribed, by whomever, with these too. */
  countWith(symbols: readonly string[]): number {
    const all = [...this.#subscriptions.values()].flatMap((bySymbol) => [...bySymbol.keys()]);
    return new Set([...all, ...symbols]).size;
  }

  subscribe(subscriber: Subscriber, symbols: readonly string[], types: readonly SubType[]): void {
    const bySymbol = this.#subscriptions.get(subscriber) ?? new Map<string, Set<SubType>>();
    this.#subscriptions.set(subscriber, bySymbol);
    for (const symbol of symbols) bySymbol.set(symbol, new Set([...(bySymbol.get(symbol) ?? []), ...types]));
    this.#runTimer();
  }

  /** What is not subscribed stays so. */
  unsubscribe(subscriber: Subscriber, symbols: readonly string[], types: readonly SubType[]): void {
    const bySymbol = this.#subscriptions.get(subscriber);
    for (const symbol of symbols) {
      const left = new Set([...(bySymbol?.get(symbol) ?? [])].filter((type) => !types.includes(type)));
      if (left.size > 0) bySymbol?.set(symbol, left);
      else bySymbol?.delete(symbol);
    }
    this.#runTimer();
  }

  /** What a subscriber is subscribed to, in the order in which it asked. */
  of(subscriber: Subscriber): SubTypeList[] {
    const bySymbol = this.#subscriptions.get(subscriber) ?? new Map<string, Set<SubType>>();
    return [...bySymbol].map(([symbol, types]) => ({ symbol, subType: [...types] }));
  }

  /** Sends the whole state of securities. */
  pushWhole(subscriber: Subscriber, symbols: readonly string[]): void {
    for (const symbol of symbols) this.#init.push(subscriber, this.#init.prices.whole(symbol));
  }

  /** A subscriber is gone. */
  drop(subscriber: Subscriber): void {
    this.#subscriptions.delete(subscriber);
    this.#runTimer();
  }

  /** The subscribers of quotes, by symbol. */
  #watched(): Map<string, Subscriber[]> {
    const watched = new Map<string, Subscriber[]>();
    for (const [subscriber, bySymbol] of this.#subscriptions)
      for (const [symbol, types] of bySymbol)
        if (types.has(SubType.QUOTE)) watched.set(symbol, [...(watched.get(symbol) ?? []), subscriber]);
    return watched;
  }

  #runTimer(): void {
    if (this.#watched().size > 0)
      this.#timer ??= this.#init.clock.startTimer(() => this.#tick(), this.#init.intervalMs);
    else {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #tick(): void {
    this.#timer = undefined;
    this.#runTimer();
    for (const [symbol, subscribers] of this.#watched()) {
      const quote = this.#init.prices.move(symbol);
      for (const subscriber of subscribers) this.#init.push(subscriber, quote);
    }
  }
}
