import { describe, expect, test } from "vitest";
import { ModifyUserSecurityOp, QotModifyUserSecurity, QotSub, RetType, SubType } from "../gen/core.ts";
import { encodeC2S as encodeInitConnect } from "../gen/opend/InitConnect.wire.ts";
import { encodeSecurityStaticInfo } from "../gen/opend/Qot_Common.wire.ts";
import { encodeRequest as encodeGroupRequest, encodeResponse } from "../gen/opend/Qot_GetUserSecurityGroup.wire.ts";
import { encodeC2S as encodeSub } from "../gen/opend/Qot_Sub.wire.ts";
import { messages } from "../gen/registry.ts";
import { TechnicalUnusual } from "../gen/research.ts";
import { fromHex, toHex } from "../testing/bytes.ts";
import { codecError, encode } from "../testing/codec.ts";
import { encodeMessage, encodeRequest } from "./envelope.ts";

const security = { market: 1, code: "00700" };
const subscription = { securityList: [], subTypeList: [], isSubOrUnSub: false, regPushRehabTypeList: [] };

describe("a required field is always written", () => {
  test("isSubOrUnSub = false, which unsubscribes", () => {
    expect(toHex(encode(encodeSub, subscription))).toBe("1800");
  });

  test("groupType = 0", () => {
    expect(toHex(encode(encodeGroupRequest, { c2s: { groupType: 0 } }))).toBe("0a020800");
  });

  test("retType = -400, the schema's default, and retType = 0", () => {
    expect(toHex(encode(encodeResponse, { retType: RetType.Unknown }))).toBe("08f0fcffffffffffffff01");
    expect(toHex(encode(encodeResponse, { retType: RetType.Succeed }))).toBe("0800");
  });

  test("an empty text, 0n and 0.0", () => {
    const written = (name: string, message: object) => {
      const codec = messages.get(name);
      if (codec === undefined) throw new Error(`no ${name}`);
      return toHex(encode(codec.encode, message));
    };
    expect(written("Qot_Common.Security", { market: 0, code: "" })).toBe("08001200");
    expect(written("Common.PacketID", { connID: 0n, serialNo: 0 })).toBe("08001000");
    expect(written("Qot_Common.FutureStaticExData", { lastTradeTime: "", isMainContract: false })).toBe("0a001800");
    expect(written("Qot_Common.OrderBookDetail", { orderID: 0n, volume: 0n })).toBe("08001000");
    expect(written("Trd_Common.AccCashInfo", {})).toBe("");
  });
});

describe("an optional field", () => {
  test("is left out when absent, be it by its key, undefined or null", () => {
    expect(toHex(encode(encodeSub, { ...subscription, isFirstPush: undefined, header: undefined }))).toBe("1800");
    expect(toHex(encode(encodeSub, { ...subscription, isFirstPush: null as never }))).toBe("1800");
  });

  test("is written when it is there, also as false, 0 or empty", () => {
    const bytes = encode(encodeSub, { ...subscription, isRegOrUnRegPush: false, session: 0, header: {} });
    expect(toHex(bytes)).toBe("1800200050 00 a20600".replaceAll(" ", ""));
  });
});

describe("repeated fields", () => {
  test("scalars are written one by one, as proto2 does", () => {
    expect(toHex(encode(encodeSub, { ...subscription, subTypeList: [SubType.Basic, SubType.OrderBook] }))).toBe(
      "100110021800",
    );
  });

  test("may be left out of what a user writes", () => {
    expect(toHex(encodeRequest(QotSub, { isSubOrUnSub: true }))).toBe("0a021801");
  });
});

test("fields are written in the order of their numbers, the request behind the reserved bytes", () => {
  const c2s = { op: ModifyUserSecurityOp.Add, securityList: [security], groupName: "港" };
  const body = "0a12 0a03e6b8af 1001 1a09 0801 12053030373030";
  expect(encodeRequest(QotModifyUserSecurity, c2s)).toEqual(fromHex(body));
  expect(encodeRequest(QotModifyUserSecurity, c2s, 44)).toEqual(fromHex(`${"00".repeat(44)} ${body}`));
});

describe("errors name the message and the field", () => {
  test("a missing required field deep inside", () => {
    const securityList = [security, security, { market: 1 }];
    const c2s = { groupName: "HK", op: 1, securityList } as never;
    const error = codecError("CODEC_MISSING_REQUIRED", () => encodeRequest(QotModifyUserSecurity, c2s));
    expect(error.messageType).toBe("Qot_ModifyUserSecurity.Request");
    expect(error.paths).toEqual(["c2s.securityList[2].code"]);
    expect(error.message).toBe(
      "[CODEC_MISSING_REQUIRED] Qot_ModifyUserSecurity.Request: c2s.securityList[2].code: required, but missing",
    );
  });

  test.each([
    ["a missing request", undefined, "c2s"],
    ["a request that is a list", [], "c2s"],
    ["a request that is a text", "x", "c2s"],
    ["a list that is none", { isSubOrUnSub: true, securityList: {} }, "c2s.securityList"],
    ["a list that is a text", { isSubOrUnSub: true, subTypeList: "12" }, "c2s.subTypeList"],
    ["a hole in a list", { isSubOrUnSub: true, securityList: [security, undefined] }, "c2s.securityList[1]"],
    ["a text in a list of numbers", { isSubOrUnSub: true, subTypeList: [1, "2"] }, "c2s.subTypeList[1]"],
    ["a text for a boolean", { isSubOrUnSub: "false" }, "c2s.isSubOrUnSub"],
    ["a bigint for an int32", { isSubOrUnSub: true, session: 1n }, "c2s.session"],
    ["a fraction for an int32", { isSubOrUnSub: true, session: 1.5 }, "c2s.session"],
    ["a field behind a list", { isSubOrUnSub: true, securityList: [security], header: 1 }, "c2s.header"],
  ])("%s", (_name, c2s, path) => {
    let error: unknown;
    try {
      encodeRequest(QotSub, c2s as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: "CodecError", messageType: "Qot_Sub.Request", paths: [path] });
  });

  test("a number for a 64-bit field, which must be a bigint", () => {
    const basic = { security, id: 54047868453564, lotSize: 100, secType: 3, name: "Tencent", listTime: "2004-06-16" };
    const error = codecError("CODEC_INVALID_VALUE", () =>
      encode(encodeSecurityStaticInfo, { basic: basic as never, warrantExData: undefined }),
    );
    expect(error.paths).toEqual(["basic.id"]);
    expect(error.message).toContain("must be a bigint");
  });

  test("never with the text of a value", () => {
    const init = { clientVer: "hunter2", clientID: "hunter2" } as never;
    const error = codecError("CODEC_INVALID_VALUE", () => encode(encodeInitConnect, init));
    expect(error.paths).toEqual(["clientVer"]);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("hunter2");
  });
});

describe("messages that share a buffer", () => {
  const encodeGroups = (groupName: string) =>
    encodeMessage(encodeResponse, { retType: 0, s2c: { groupList: [{ groupName, groupType: 1 }] } }, 44);

  test("do not touch each other", () => {
    const names = Array.from({ length: 2000 }, (_, i) => `group ${i} ${"x".repeat((i * 37) % 700)}`);
    const written = names.map(encodeGroups);
    const copies = names.map((groupName) =>
      encode(encodeResponse, { retType: 0, s2c: { groupList: [{ groupName, groupType: 1 }] } }),
    );
    for (const [i, bytes] of written.entries()) {
      expect(toHex(bytes.subarray(44))).toBe(toHex(copies[i] as Uint8Array));
      expect(bytes.subarray(0, 44)).toEqual(new Uint8Array(44));
    }
  });

  test("do not make it grow without end", () => {
    for (let i = 0; i < 3000; i++) expect(encodeGroups("x".repeat(i % 9000)).buffer.byteLength).toBeLessThan(100_000);
  });

  test("are not lost when one fails, or encodes another on its way", () => {
    const before = encodeRequest(QotSub, { isSubOrUnSub: true });
    codecError("CODEC_INVALID_VALUE", () => encodeRequest(QotSub, { isSubOrUnSub: 1 as never }));
    let inner: Uint8Array | undefined;
    const tricky = {
      get isSubOrUnSub() {
        inner = encodeRequest(QotModifyUserSecurity, { groupName: "HK", op: 1 });
        return false;
      },
    };
    expect(toHex(encodeRequest(QotSub, tricky))).toBe("0a021800");
    expect(toHex(inner ?? new Uint8Array(0))).toBe("0a060a02484b1001");
    expect(toHex(before)).toBe("0a021801");
  });
});

test("a flat request says where it is wrong", () => {
  const error = codecError("CODEC_MISSING_REQUIRED", () => encodeRequest(TechnicalUnusual, null as never));
  expect([error.messageType, error.paths]).toEqual(["TechnicalUnusual.Request", ["c2s"]]);
  expect(toHex(encodeRequest(TechnicalUnusual, { stock_symbol: "HK" }))).toBe("0a02484b");
});
