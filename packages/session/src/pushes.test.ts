import {
  Notify,
  type PushProtocol,
  parseSymbol,
  QotMarket,
  QotUpdateBasicQot,
  type QotUpdateBasicQotS2C,
} from "@tickwire/codec";
import { QotUpdateBroker, QotUpdateKL, QotUpdateOrderBook, QotUpdateTicker } from "@tickwire/codec/quote";
import { describe, expect, test } from "vitest";
import { pricesOf, quote, quotes } from "./testing/harness.ts";
import { isOneOf } from "./wanted.ts";

describe("melting", () => {
  const conflate = QotUpdateBasicQot.conflate!;
  const merge = (...messages: QotUpdateBasicQotS2C[]) => {
    const [merged, ...rest] = conflate(messages);
    expect(rest).toEqual([]);
    return merged!;
  };

  test("keeps the newest state of each security, in the order of their last change", () => {
    const older = quotes({ "00005": 60, "00700": 400, "09988": 80 });
    const newer = quotes({ "03690": 120, "00700": 401 });
    expect(pricesOf(merge(older, newer))).toBe("00005=60 09988=80 03690=120 00700=401");
  });

  test("leaves both messages as they were", () => {
    const older = quotes({ "00700": 400 });
    const newer = quotes({ "00700": 401, "00005": 60 });
    merge(older, newer);
    expect(pricesOf(older)).toBe("00700=400");
    expect(pricesOf(newer)).toBe("00700=401 00005=60");
  });

  test("takes the same code of two markets for two securities", () => {
    const us = { ...quote("00700", 9), security: { market: 11, code: "00700" } };
    const merged = merge(quotes({ "00700": 400 }), { basicQotList: [us] });
    expect(merged.basicQotList.map(({ curPrice }) => curPrice)).toEqual([400, 9]);
  });

  test("a message that has one security twice counts the later one", () => {
    const merged = merge(quotes({}), { basicQotList: [quote("00700", 400), quote("00700", 402)] });
    expect(pricesOf(merged)).toBe("00700=402");
  });

  test("is not possible for pushes that carry no states", () => {
    expect(Notify.conflate).toBeUndefined();
  });
});

describe("melting pushes that are one state each", () => {
  const conflate = QotUpdateOrderBook.conflate!;
  const book = (code: string, orderBookType: number, time: string) => ({
    security: { market: 1, code },
    orderBookType,
    svrRecvTimeBid: time,
    orderBookAskList: [],
    orderBookBidList: [],
  });

  test("keeps the newest of each, in the order of their last change", () => {
    const books = [book("a", 0, "1"), book("b", 0, "2"), book("a", 1, "3"), book("a", 0, "4")];
    expect(conflate(books)).toEqual([books[1], books[2], books[3]]);
  });
});

describe("melting pushes with a list about one thing", () => {
  const conflate = QotUpdateKL.conflate!;
  const bars = (code: string, klType: number, closes: Record<string, number>) => ({
    rehabType: 1,
    klType,
    security: { market: 1, code },
    klList: Object.entries(closes).map(([time, closePrice]) => ({ time, isBlank: false, closePrice })),
  });

  test("replaces the items of the same time, and only within the same security and type", () => {
    const messages = [bars("a", 1, { "9:30": 1 }), bars("a", 2, { "9:30": 5 }), bars("a", 1, { "9:30": 2, "9:31": 3 })];
    expect(conflate(messages)).toEqual([messages[1], bars("a", 1, { "9:30": 2, "9:31": 3 })]);
    expect(conflate([bars("a", 1, { "9:30": 1, "9:31": 2 }), bars("a", 1, { "9:31": 3 })])).toEqual([
      bars("a", 1, { "9:30": 1, "9:31": 3 }),
    ]);
  });
});

/** As a client selects. */
const selectorOf = <S2C>(protocol: PushProtocol<S2C>, wanted: readonly string[]) => {
  const isWanted = isOneOf(wanted.map(parseSymbol));
  return (message: S2C) => (protocol.select === undefined ? message : protocol.select(message, isWanted));
};

test("melting takes each item once, however many messages", () => {
  let read = 0;
  const count = <T extends object>(item: T) =>
    new Proxy(item, {
      get(target, name) {
        if (name === "security") read += 1;
        return Reflect.get(target, name);
      },
    });
  const messages = Array.from({ length: 500 }, (_, i) => ({ basicQotList: [count(quote(String(i), i))] }));
  expect(QotUpdateBasicQot.conflate?.(messages)[0]?.basicQotList).toHaveLength(500);
  expect(read).toBe(500);
});

describe("selecting", () => {
  const select = selectorOf(QotUpdateBasicQot, ["HK.00700", "HK.00005"]);

  test("gives the message itself when all of it is wanted", () => {
    const message = quotes({ "00700": 400, "00005": 60 });
    expect(select(message)).toBe(message);
  });

  test("gives the wanted part, in its order, and leaves the message as it was", () => {
    const message = quotes({ "09988": 80, "00005": 60, "03690": 120, "00700": 400 });
    expect(pricesOf(select(message)!)).toBe("00005=60 00700=400");
    expect(message.basicQotList).toHaveLength(4);
  });

  test("gives nothing when none of it is wanted", () => {
    expect(select(quotes({ "09988": 80 }))).toBeUndefined();
    expect(select(quotes({}))).toBeUndefined();
  });

  test("takes markets of one prefix for the same, and no others", () => {
    const of = (market: number) =>
      select({ basicQotList: [{ ...quote("00700", 1), security: { market, code: "00700" } }] });
    expect(of(QotMarket.HK_Future)?.basicQotList).toHaveLength(1);
    expect(of(QotMarket.US_Security)).toBeUndefined();
  });

  test("gives every push of a protocol that carries no states", () => {
    const message = { type: 1 };
    expect(selectorOf(Notify, [])(message)).toBe(message);
  });

  test("takes pushes about one security by that security, whether they are states or not", () => {
    const ticks = (code: string) => ({ security: { market: 1, code }, tickerList: [] });
    const wantedTicks = selectorOf(QotUpdateTicker, ["HK.00700"]);
    const message = ticks("00700");
    expect(wantedTicks(message)).toBe(message);
    expect(wantedTicks(ticks("00005"))).toBeUndefined();
    const brokers = (code: string) => ({ security: { market: 1, code }, brokerAskList: [], brokerBidList: [] });
    expect(selectorOf(QotUpdateBroker, ["HK.00700"])(brokers("00005"))).toBeUndefined();
  });
});
