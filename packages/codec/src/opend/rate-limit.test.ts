import { describe, expect, test } from "vitest";
import { GetGlobalState, QotGetUserSecurity } from "../gen/core.ts";
import { QotGetReference, QotRequestHistoryKL, ReferenceType } from "../gen/quote.ts";
import { protocols } from "../gen/registry.ts";
import {
  TrdGetComboMaxTrdQtys,
  TrdGetFunds,
  TrdGetMaxTrdQtys,
  TrdGetOrderList,
  TrdGetPositionList,
  TrdPlaceComboOrder,
  TrdPlaceOrder,
  TrdUnlockTrade,
} from "../gen/trade.ts";
import { limitKey } from "./rate-limit.ts";

const header = { trdEnv: 1, accID: 281756457888592994n, trdMarket: 1 };

describe("the key of a limit", () => {
  test("is the protocol's name, and undefined without a limit", () => {
    expect(limitKey(QotGetUserSecurity, { groupName: "HK" })).toBe("Qot_GetUserSecurity");
    expect(limitKey(TrdUnlockTrade, { unlock: true })).toBe("Trd_UnlockTrade");
    expect(limitKey(GetGlobalState, { userID: 1n })).toBe(undefined);
  });

  test("has the account, exactly, and its environment, but not the market", () => {
    expect(limitKey(TrdPlaceOrder, { header })).toBe("Trd_PlaceOrder 1 281756457888592994");
    expect(limitKey(TrdPlaceOrder, { header: { ...header, trdMarket: 2 } })).toBe(limitKey(TrdPlaceOrder, { header }));
    expect(limitKey(TrdPlaceOrder, { header: { ...header, accID: 281756457888592995n } })).toMatch(/995$/);
    expect(limitKey(TrdPlaceOrder, { header: { ...header, trdEnv: 0 } })).toBe("Trd_PlaceOrder 0 281756457888592994");
  });

  test("is the same for protocols that share a bucket", () => {
    expect(limitKey(TrdPlaceComboOrder, { header })).toBe(limitKey(TrdPlaceOrder, { header }));
    expect(limitKey(TrdGetComboMaxTrdQtys, { header })).toBe(limitKey(TrdGetMaxTrdQtys, { header }));
  });
});

describe("requests that do not count have none:", () => {
  test.each([TrdGetFunds, TrdGetPositionList, TrdGetOrderList])("$name out of the cache", (protocol) => {
    expect(limitKey(protocol, { header, refreshCache: true })).toMatch(/^Trd_Get\w+ 1 \d+$/);
    expect(limitKey(protocol, { header, refreshCache: false })).toBe(undefined);
    expect(limitKey(protocol, { header })).toBe(undefined);
  });

  test("a further page", () => {
    expect(limitKey(QotRequestHistoryKL, {})).toBe("Qot_RequestHistoryKL");
    expect(limitKey(QotRequestHistoryKL, { nextReqKey: new Uint8Array() })).toBe("Qot_RequestHistoryKL");
    expect(limitKey(QotRequestHistoryKL, { nextReqKey: new Uint8Array(1) })).toBe(undefined);
  });

  test("warrants", () => {
    expect(limitKey(QotGetReference, { referenceType: ReferenceType.Future })).toBe("Qot_GetReference");
    expect(limitKey(QotGetReference, { referenceType: ReferenceType.Warrant })).toBe(undefined);
  });
});

test("every protocol with a limit has a key of its own, or that of its bucket", () => {
  const limited = [...protocols.values()].flatMap(({ protocol }) =>
    protocol.kind === "request" && protocol.limit !== undefined ? [protocol] : [],
  );
  const keys = limited.map((protocol) =>
    limitKey(protocol, { header, refreshCache: true, referenceType: ReferenceType.Future }),
  );
  expect(keys).not.toContain(undefined);
  expect(limited.length - new Set(keys).size).toBe(2);
});
