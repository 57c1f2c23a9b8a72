import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InitConnect, Notify, QotGetUserSecurity, QotSub, QotUpdateBasicQot } from "./gen/core.ts";
import { TechnicalUnusual } from "./gen/research.ts";
import { toJson } from "./json.ts";
import { fromJson, jsonBodies } from "./json-bodies.ts";
import { decodeResponse, encodeRequest } from "./opend/envelope.ts";
import { fromHex } from "./testing/bytes.ts";
import { codecError, valueOrCodecError } from "./testing/codec.ts";
import { tcpVectors } from "./testing/vectors.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const read = (json: string) => jsonBodies.decode(QotGetUserSecurity.id, "response", utf8(json));
const basic = (fields: string) =>
  `{"retType":0,"s2c":{"staticInfoList":[{"basic":{"security":{"market":1,"code":"A"},"id":1,"lotSize":1,"secType":3,"name":"n","listTime":"",${fields}}}]}}`;
const first = (json: string) => decodeResponse(QotGetUserSecurity, read(json)).s2c?.staticInfoList[0]?.basic;

describe("a request", () => {
  test("is the vendor's, but for spaces, and is read back", () => {
    const vector = tcpVectors.find(({ format }) => format === 1)!;
    const vendors = fromHex(vector.body);
    const protobuf = fromHex("0a020803");
    expect(JSON.parse(text(jsonBodies.encode(3222, "request", protobuf)))).toEqual(JSON.parse(text(vendors)));
    expect(jsonBodies.decode(3222, "request", vendors)).toEqual(protobuf);
  });

  test("keeps false, 0 and 64-bit integers, and leaves out what is absent", () => {
    const body = encodeRequest(QotSub, { isSubOrUnSub: false, securityList: [{ market: 0, code: "" }] });
    expect(text(jsonBodies.encode(QotSub.id, "request", body))).toBe(
      '{"c2s":{"securityList":[{"market":0,"code":""}],"isSubOrUnSub":false}}',
    );
  });

  test("without an envelope has none in JSON either", () => {
    const body = encodeRequest(TechnicalUnusual, { stock_symbol: "HK.00700", indicator_filters: ["KDJ"] });
    const json = text(jsonBodies.encode(TechnicalUnusual.id, "request", body));
    expect(JSON.parse(json)).toEqual({ stock_symbol: "HK.00700", indicator_filters: ["KDJ"] });
    const camelCase = json.replace("stock_symbol", "stockSymbol").replace("indicator_filters", "indicatorFilters");
    expect(jsonBodies.decode(TechnicalUnusual.id, "request", utf8(camelCase))).toEqual(body);
  });
});

describe("a reply", () => {
  test.each(['"id":9007199254740993', '"id":"9007199254740993"', '"id":"9007199254740993","unknown":{"a":[1]}'])(
    "has 64-bit integers as numbers or as texts, exactly: %s",
    (fields) => expect(first(basic(fields))?.id).toBe(9007199254740993n),
  );

  test("has every key, as from protobuf, whether absent, null or empty", () => {
    const { s2c } = decodeResponse(QotGetUserSecurity, read('{"retType":0,"retMsg":null,"s2c":{}}'));
    expect(s2c).toEqual({ staticInfoList: [] });
    expect(first(basic('"delisting":null'))).toMatchObject({ delisting: undefined, lotSize: 1 });
  });

  test("has doubles of any form", () => {
    const value = (json: string) => first(basic(`"listTimestamp":${json}`))?.listTimestamp;
    const forms = ["1552021200", "1.5e3", "-0.1234567890123456789", '"NaN"', '"-Infinity"', "12345678901234567890"];
    expect(forms.map(value)).toEqual([
      1552021200,
      1500,
      -0.12345678901234568,
      Number.NaN,
      -Infinity,
      12345678901234567000,
    ]);
  });

  test("keeps digits inside texts", () => {
    const name = String.raw`n \" 12345678901234567890 \\`;
    expect(first(basic(`"delisting":false`).replace('"n"', `"${name}"`))?.name).toBe('n " 12345678901234567890 \\');
  });

  test("tells required fields that are missing", () => {
    const error = codecError("CODEC_MISSING_REQUIRED", () =>
      fromJson(QotGetUserSecurity, { retType: 0, s2c: { staticInfoList: [{ basic: { name: "n" } }] } }),
    );
    expect(error.paths).toContain("s2c.staticInfoList[0].basic.security");
    expect(codecError("CODEC_MISSING_REQUIRED", () => fromJson(QotGetUserSecurity, {})).paths).toEqual(["retType"]);
  });

  test.each<[fields: string, path: string]>([
    ['"lotSize":"1"', "s2c.staticInfoList[0].basic.lotSize"],
    ['"lotSize":1.5', "s2c.staticInfoList[0].basic.lotSize"],
    ['"id":1.5', "s2c.staticInfoList[0].basic.id"],
    ['"id":"0x1"', "s2c.staticInfoList[0].basic.id"],
    ['"id":"18446744073709551616"', "s2c.staticInfoList[0].basic.id"],
    ['"delisting":0', "s2c.staticInfoList[0].basic.delisting"],
    ['"name":5', "s2c.staticInfoList[0].basic.name"],
    ['"security":[]', "s2c.staticInfoList[0].basic.security"],
    ['"listTimestamp":"soon"', "s2c.staticInfoList[0].basic.listTimestamp"],
  ])("tells where a value is wrong: %s", (fields, path) => {
    const error = codecError("CODEC_INVALID_VALUE", () => read(basic(fields)));
    expect(error.paths).toEqual([path]);
    expect(error.messageType).toBe("Qot_GetUserSecurity.Response");
  });

  test("tells a list that is none", () => {
    const error = codecError("CODEC_INVALID_VALUE", () => read('{"retType":0,"s2c":{"staticInfoList":{}}}'));
    expect(error.paths).toEqual(["s2c.staticInfoList"]);
  });

  test.each(["", "{", "hello", '{"retType":0}x', '"', "[[[[".repeat(10_000)])("that is no JSON is refused", (json) => {
    expect(codecError("CODEC_MALFORMED", () => read(json)).message).toContain("the body is not JSON");
  });

  test.each(["[]", "5", "null", '"text"'])("that is no object is refused: %s", (json) => {
    expect(valueOrCodecError(() => read(json))).toMatchObject({ name: "CodecError" });
  });

  test("of a real enum may have its members by name or by number", () => {
    const notify = (type: unknown) =>
      fromJson(Notify, { retType: 0, s2c: { type: 2, programStatus: { programStatus: { type } } } });
    expect(notify("ProgramStatusType_Ready")).toEqual(notify(10));
    expect(() => notify("ProgramStatusType_Made_Up")).toThrow("must be an integer");
  });

  test("a long list takes no long time, and any text is read or refused", () => {
    const quote = { security: { market: 1, code: "A" } };
    const many = { retType: 0, s2c: { basicQotList: Array.from({ length: 3 }, () => quote) } };
    expect(codecError("CODEC_MISSING_REQUIRED", () => fromJson(QotUpdateBasicQot, many)).paths.length).toBeGreaterThan(
      3,
    );
    fc.assert(fc.property(fc.json(), (json) => void valueOrCodecError(() => read(json))));
  });
});

test("what the schema does not have: no request to write, an error to read", () => {
  expect(jsonBodies.encode(99, "request", new Uint8Array(0))).toBeUndefined();
  expect(jsonBodies.encode(Notify.id, "request", new Uint8Array(0))).toBeUndefined();
  const error = codecError("CODEC_MALFORMED", () => jsonBodies.decode(99, "response", utf8("{}")));
  expect(error.message).toContain("no response of protocol 99");
});

test("fromJson turns round toJson", () => {
  const response = {
    retType: 0,
    retMsg: undefined,
    errCode: undefined,
    s2c: { serverVer: 1, loginUserID: 2n ** 64n - 1n, connID: 0n, connAESKey: "k", keepAliveInterval: 1 },
  };
  expect(fromJson(InitConnect, toJson(response))).toMatchObject(response);
});
