import { describe, expect, expectTypeOf, test } from "vitest";
import {
  GroupType,
  type InitConnectS2C,
  type PacketID,
  QotGetUserSecurity,
  type QotGetUserSecurityC2S,
  type QotGetUserSecurityRequest,
  type QotGetUserSecurityS2C,
  QotMarket,
  QotSub,
  type QotSubC2S,
  QotUpdateBasicQot,
  type Security,
  type SecurityStaticBasic,
  type SecurityStaticInfo,
  type WarrantStaticExData,
} from "../gen/core.ts";
import { TrdModifyOrder, type TrdPlaceOrder, type TrdPlaceOrderC2S } from "../gen/trade.ts";
import { type contentOf, encodeRequest } from "./envelope.ts";
import type { MessageInit, RequestProtocol, WithoutPacketId } from "./protocol.ts";

describe("the types of messages", () => {
  test("required fields are there, optional ones may be undefined", () => {
    const required = { basic: {} as SecurityStaticBasic } satisfies SecurityStaticInfo;
    expectTypeOf<SecurityStaticInfo["basic"]>().toEqualTypeOf<SecurityStaticBasic>();
    expectTypeOf<SecurityStaticInfo["warrantExData"]>().toEqualTypeOf<WarrantStaticExData | undefined>();
    expectTypeOf<QotGetUserSecurityRequest["c2s"]>().toEqualTypeOf<QotGetUserSecurityC2S>();
    expectTypeOf<QotSubC2S["isSubOrUnSub"]>().toEqualTypeOf<boolean>();
    expectTypeOf<QotSubC2S["isFirstPush"]>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<QotSubC2S["securityList"]>().toEqualTypeOf<Security[]>();
    // @ts-expect-error A required message is missing.
    const incomplete: SecurityStaticInfo = {};
    expect([Object.keys(required), Object.keys(incomplete)]).toEqual([["basic"], []]);
  });

  test("64-bit integers are bigint", () => {
    expectTypeOf<InitConnectS2C["connID"]>().toEqualTypeOf<bigint>();
    // @ts-expect-error A number is not exact.
    const connId: InitConnectS2C["connID"] = 1;
    expect(typeof connId).toBe("number");
  });

  test("enums are open: known members, and numbers of a newer gateway", () => {
    const markets: QotMarket[] = [QotMarket.HK_Security, 1, 99_999];
    expectTypeOf<Security["market"]>().toEqualTypeOf<QotMarket>();
    // @ts-expect-error A member's name is not its value.
    const wrong: QotMarket = "HK_Security";
    expect([...markets, wrong]).toHaveLength(4);
  });
});

describe("the types of protocols", () => {
  test("a request takes and gives the messages of its protocol", () => {
    type Content = ReturnType<typeof contentOf<QotGetUserSecurityS2C>>;
    expectTypeOf<Content>().toEqualTypeOf<QotGetUserSecurityS2C>();
    // @ts-expect-error groupName is required.
    expect(() => encodeRequest(QotGetUserSecurity, {})).toThrow("c2s.groupName");
    // @ts-expect-error An unknown field is a mistake.
    expect(encodeRequest(QotGetUserSecurity, { groupName: "HK", grupName: "" })).toHaveLength(6);
    // @ts-expect-error A push cannot be asked for.
    expect(() => encodeRequest(QotUpdateBasicQot, {})).toThrow(TypeError);
  });

  test("the packet id may be left out of what a client is given, and is required by the encoder", () => {
    type Content = typeof TrdPlaceOrder extends RequestProtocol<infer C2S, unknown> ? C2S : never;
    expectTypeOf<Content>().toEqualTypeOf<WithoutPacketId<TrdPlaceOrderC2S>>();
    expectTypeOf<Content["packetID"]>().toEqualTypeOf<PacketID | undefined>();
    expectTypeOf<Content["code"]>().toEqualTypeOf<string>();
    const order = { header: { trdEnv: 0, accID: 1n, trdMarket: 1 }, orderID: 1n, modifyOrderOp: 2 };
    expect(() => encodeRequest(TrdModifyOrder, order)).toThrow("c2s.packetID");
    expect(encodeRequest(TrdModifyOrder, { packetID: { connID: 1n, serialNo: 2 }, ...order })).toHaveLength(20);
    // @ts-expect-error All else is required as before.
    expect(() => encodeRequest(TrdModifyOrder, { packetID: { connID: 1n, serialNo: 2 } })).toThrow("c2s.header");
    // @ts-expect-error When it is given it must be whole.
    expect(() => encodeRequest(TrdModifyOrder, { packetID: { connID: 1n }, ...order })).toThrow("packetID.serialNo");
  });

  test("lists may be left out of what a user writes, at every depth, and may be readonly", () => {
    const securityList = [{ market: QotMarket.HK_Security, code: "00700" }] as const;
    expect(encodeRequest(QotSub, { securityList, isSubOrUnSub: true })).toHaveLength(15);
    expectTypeOf<MessageInit<Security>["market"]>().toEqualTypeOf<QotMarket>();
    expectTypeOf<MessageInit<Security>["code"]>().toEqualTypeOf<string>();
    const misspelt = encodeRequest(QotSub, {
      isSubOrUnSub: true,
      // @ts-expect-error An unknown field is a mistake inside a list as well.
      securityList: [{ market: 1, code: "", cod: "" }],
    });
    expect(misspelt).toHaveLength(10);
    const nested: MessageInit<{ inner: { list: number[]; bytes: Uint8Array } }> = {
      inner: { bytes: new Uint8Array(1) },
    };
    expect(nested.inner.list).toBe(undefined);
  });

  test("enum constants are plain numbers", () => {
    expect(GroupType).toStrictEqual({ Unknown: 0, Custom: 1, System: 2, All: 3 });
    expectTypeOf(GroupType.All).toEqualTypeOf<3>();
  });
});
