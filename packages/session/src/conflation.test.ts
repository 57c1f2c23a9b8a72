import { Notify, QotUpdateBasicQot } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { mergerOf, selectorOf } from "./conflation.ts";
import { pricesOf, quote, quotes } from "./testing/harness.ts";

describe("melting", () => {
  const merge = mergerOf(QotUpdateBasicQot)!;

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
    expect(mergerOf(Notify)).toBeUndefined();
  });
});

describe("selecting", () => {
  const select = selectorOf(QotUpdateBasicQot, new Set(["HK.00700", "HK.00005"]));

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

  test("gives every push of a protocol that carries no states", () => {
    const message = { type: 1 };
    expect(selectorOf(Notify, new Set())(message)).toBe(message);
  });
});
