import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InitConnect, QotGetUserSecurity, QotSub } from "../gen/core.ts";
import { decodeProgramStatus } from "../gen/opend/Common.wire.ts";
import { decodeS2C as decodeInitConnect } from "../gen/opend/InitConnect.wire.ts";
import { decodeSecurity, decodeSecurityStaticInfo } from "../gen/opend/Qot_Common.wire.ts";
import { decodeRequest as decodeModify } from "../gen/opend/Qot_ModifyUserSecurity.wire.ts";
import { decodeC2S as decodeSub, decodeRequest as decodeSubRequest } from "../gen/opend/Qot_Sub.wire.ts";
import { decodeTrdFilterConditions } from "../gen/opend/Trd_Common.wire.ts";
import { concat, fromHex } from "../testing/bytes.ts";
import { codecError, decode } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import {
  fixed32Field,
  fixed64Field,
  float64,
  groupField,
  lengthField,
  stringField,
  tag,
  varint,
  varintField,
} from "../testing/wire.ts";
import { contentOf, decodeResponse } from "./envelope.ts";

const securityBytes = (market: number, code: string) => concat(varintField(1, market), stringField(2, code));

/** The fields of a SecurityStaticBasic, each by itself. */
const basicFields = [
  lengthField(1, securityBytes(1, "00700")),
  varintField(2, 54047868453564n),
  varintField(3, 100),
  varintField(4, 3),
  stringField(5, "腾讯控股"),
  stringField(6, "2004-06-16"),
  varintField(7, 0),
  fixed64Field(8, float64(1087315200)),
];
const basic = {
  security: { market: 1, code: "00700" },
  id: 54047868453564n,
  lotSize: 100,
  secType: 3,
  name: "腾讯控股",
  listTime: "2004-06-16",
  delisting: false,
  listTimestamp: 1087315200,
  exchType: undefined,
};
const absent = { warrantExData: undefined, optionExData: undefined, futureExData: undefined };

const unknownFields: readonly (readonly [string, Uint8Array])[] = [
  ["varint", varintField(900, 2n ** 64n - 1n)],
  ["fixed64", fixed64Field(900)],
  ["length-delimited", stringField(900, "later")],
  ["group", groupField(900, varintField(1, 1), groupField(2, stringField(3, "x")))],
  ["fixed32", fixed32Field(900)],
];

describe("fields", () => {
  test("absent optional fields are undefined, absent lists empty", () => {
    expect(decode(decodeSub, varintField(3, 0))).toStrictEqual({
      securityList: [],
      subTypeList: [],
      isSubOrUnSub: false,
      isRegOrUnRegPush: undefined,
      regPushRehabTypeList: [],
      isFirstPush: undefined,
      isUnsubAll: undefined,
      isSubOrderBookDetail: undefined,
      extendedTime: undefined,
      session: undefined,
      header: undefined,
    });
  });

  test("in any order, with unknown fields of every wire type in between", () => {
    const fields = [...basicFields, ...unknownFields.map(([, bytes]) => bytes)];
    forAll(fc.shuffledSubarray(fields, { minLength: fields.length }), (shuffled) => {
      const bytes = lengthField(1, ...shuffled);
      expect(decode(decodeSecurityStaticInfo, bytes)).toStrictEqual({ basic, ...absent });
    });
  });

  test.each(unknownFields)("an unknown %s, cut short, is refused", (_name, unknown) => {
    for (let length = 1; length < unknown.length; length++) {
      const bytes = concat(securityBytes(1, "00700"), unknown.subarray(0, length));
      const error = codecError("CODEC_MALFORMED", () => decode(decodeSecurity, bytes));
      // Not the known field before it.
      expect([error.messageType, error.paths]).toEqual(["Qot_Common.Security", []]);
    }
  });

  test("the last one of several scalars wins", () => {
    const bytes = concat(securityBytes(1, "00700"), varintField(1, 11), stringField(2, "AAPL"), stringField(2, "FUTU"));
    expect(decode(decodeSecurity, bytes)).toEqual({ market: 11, code: "FUTU" });
  });

  test("64-bit integers are exact", () => {
    const bytes = concat(
      varintField(1, 1011),
      varintField(2, 2n ** 64n - 1n),
      varintField(3, 6826789498578847020n),
      stringField(4, "0123456789ABCDEF"),
      varintField(5, 10),
    );
    expect(decode(decodeInitConnect, bytes)).toMatchObject({
      loginUserID: 2n ** 64n - 1n,
      connID: 6826789498578847020n,
    });
    const negative = lengthField(1, ...basicFields.slice(0, 1), varintField(2, -1), ...basicFields.slice(2));
    expect(decode(decodeSecurityStaticInfo, negative).basic.id).toBe(-1n);
  });

  test("enum numbers that this version does not know survive", () => {
    expect(decode(decodeProgramStatus, varintField(1, 77)).type).toBe(77);
    expect(decode(decodeProgramStatus, varintField(1, -1)).type).toBe(-1);
    expect(decode(decodeSecurity, securityBytes(12345, "X")).market).toBe(12345);
  });
});

describe("repeated scalars", () => {
  test("unpacked, packed, and both mixed", () => {
    const packed = lengthField(2, varint(4), varint(5), varint(-1));
    const bytes = concat(varintField(2, 1), packed, lengthField(2), varintField(2, 2), varintField(3, 1));
    expect(decode(decodeSub, bytes).subTypeList).toEqual([1, 4, 5, -1, 2]);
  });

  test("64-bit ones", () => {
    const ids = [0n, 2n ** 64n - 1n, 2n ** 32n];
    expect(decode(decodeTrdFilterConditions, lengthField(2, ...ids.map(varint))).idList).toEqual(ids);
    expect(decode(decodeTrdFilterConditions, concat(...ids.map((id) => varintField(2, id)))).idList).toEqual(ids);
  });

  test("packed ones that are cut inside a value are refused", () => {
    const bytes = concat(lengthField(2, fromHex("0180")), varintField(3, 1));
    expect(codecError("CODEC_MALFORMED", () => decode(decodeSub, bytes)).paths).toEqual(["subTypeList"]);
  });
});

describe("a singular message that comes several times", () => {
  test("is merged: later scalars win, lists are joined", () => {
    const first = concat(varintField(2, 1), varintField(3, 1), lengthField(100));
    const second = concat(varintField(2, 4), varintField(3, 0), varintField(10, 2));
    const { c2s } = decode(decodeSubRequest, concat(lengthField(1, first), lengthField(1, second)));
    expect(c2s).toMatchObject({ subTypeList: [1, 4], isSubOrUnSub: false, session: 2 });
  });

  test("may have its required fields in different occurrences, at any depth", () => {
    // basic in eight occurrences, and its security in two of them.
    const security = [varintField(1, 1), stringField(2, "00700")].map((field) => lengthField(1, field));
    const occurrences = [...security, ...basicFields.slice(1)].map((field) => lengthField(1, field));
    const bytes = concat(...occurrences.flatMap((occurrence) => [varintField(901, 1), occurrence]));
    expect(decode(decodeSecurityStaticInfo, bytes)).toStrictEqual({ basic, ...absent });
  });

  test("still must have them all together", () => {
    const bytes = concat(lengthField(1, ...basicFields.slice(2)), lengthField(1, lengthField(1, varintField(1, 1))));
    const error = codecError("CODEC_MISSING_REQUIRED", () => decode(decodeSecurityStaticInfo, bytes));
    expect(error.paths).toEqual(["basic.security.code"]);
  });

  test("must be whole in each occurrence", () => {
    const field = stringField(2, "00700");
    const parts = [concat(varintField(1, 1), field.subarray(0, 4)), field.subarray(4)];
    const bytes = lengthField(1, ...parts.map((part) => lengthField(1, part)), ...basicFields.slice(1));
    const error = codecError("CODEC_MALFORMED", () => decode(decodeSecurityStaticInfo, bytes));
    expect(error.paths).toEqual(["basic.security"]);
  });
});

describe("refused, with the path", () => {
  test("a missing required field deep inside", () => {
    const list = [securityBytes(1, "a"), securityBytes(1, "b"), varintField(1, 1)].map((item) => lengthField(3, item));
    const bytes = lengthField(1, stringField(1, "HK"), varintField(2, 1), ...list);
    const error = codecError("CODEC_MISSING_REQUIRED", () => decode(decodeModify, bytes));
    expect([error.messageType, error.paths]).toEqual(["Qot_ModifyUserSecurity.Request", ["c2s.securityList[2].code"]]);
  });

  test("several missing ones, all of them", () => {
    const body = concat(varintField(1, 0), lengthField(4, varintField(2, 1), varintField(5, 10)));
    const error = codecError("CODEC_MISSING_REQUIRED", () => decodeResponse(InitConnect, body));
    expect(error.paths).toEqual(["s2c.serverVer", "s2c.connID", "s2c.connAESKey"]);
    expect(error.message).toBe(
      "[CODEC_MISSING_REQUIRED] InitConnect.Response: s2c.serverVer, s2c.connID, s2c.connAESKey: required, but missing",
    );
    expect(codecError("CODEC_MISSING_REQUIRED", () => decodeResponse(InitConnect, new Uint8Array(0))).paths).toEqual([
      "retType",
    ]);
  });

  test.each([
    ["market", concat(stringField(1, "1"), stringField(2, "00700"))],
    ["market", concat(fixed32Field(1), stringField(2, "00700"))],
    ["market", concat(groupField(1), stringField(2, "00700"))],
    ["code", concat(varintField(1, 1), varintField(2, 700))],
    ["code", concat(varintField(1, 1), fixed64Field(2))],
    ["code", concat(varintField(1, 1), tag(2, 7))],
  ])("a wrong wire type for %s", (field, bytes) => {
    const error = codecError("CODEC_MALFORMED", () => decode(decodeSecurity, bytes));
    expect([error.messageType, error.paths]).toEqual(["Qot_Common.Security", [field]]);
  });

  test("a nested length that ends behind its parent, though the buffer goes on", () => {
    // The code claims six bytes; the last one belongs to the next field of the outer message.
    const inner = concat(varintField(1, 1), fromHex("12 06 3030373030"));
    const bytes = concat(lengthField(1, lengthField(1, inner)), varintField(3, 1));
    const error = codecError("CODEC_MALFORMED", () => decode(decodeSubRequest, bytes));
    expect([error.messageType, error.paths]).toEqual(["Qot_Sub.Request", ["c2s.securityList[0].code"]]);
  });

  test("every message that is cut short", () => {
    const bytes = lengthField(1, ...basicFields);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decode(decodeSecurityStaticInfo, bytes.subarray(0, length))).toThrow(/CODEC_/);
  });
});

describe("the content of a reply", () => {
  test("may be left out, which is an empty one", () => {
    expect(contentOf(QotGetUserSecurity, decodeResponse(QotGetUserSecurity, varintField(1, 0)))).toEqual({
      staticInfoList: [],
    });
    expect(contentOf(QotSub, { retType: 0 })).toEqual({});
  });

  test("must be there when it has required fields", () => {
    const error = codecError("CODEC_MISSING_REQUIRED", () => contentOf(InitConnect, { retType: 0 }));
    expect([error.messageType, error.paths.length]).toEqual(["InitConnect.S2C", 5]);
  });

  test("comes with the error's text and code when there is one", () => {
    const body = concat(varintField(1, -1), stringField(2, "未知自选股分组"), varintField(3, 0));
    expect(decodeResponse(QotGetUserSecurity, body)).toStrictEqual({
      retType: -1,
      retMsg: "未知自选股分组",
      errCode: 0,
      s2c: undefined,
    });
  });
});
