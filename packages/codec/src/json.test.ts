import { describe, expect, test } from "vitest";
import { QotGetUserSecurity } from "./gen/core.ts";
import { protocols } from "./gen/registry.ts";
import { toJson } from "./json.ts";
import { decodeResponse } from "./opend/envelope.ts";
import { encode } from "./testing/codec.ts";

// What the vendor's C++ sample prints for a watchlist, character by character.
const printed = `{
 "retType": 0,
 "retMsg": "",
 "errCode": 0,
 "s2c": {
  "staticInfoList": [
   {
    "basic": {
     "security": {
      "market": 11,
      "code": "FUTU"
     },
     "id": "78103980495165",
     "lotSize": 1,
     "secType": 3,
     "name": "Futu Holdings Limited",
     "listTime": "2019-03-08",
     "delisting": false,
     "listTimestamp": 1552021200
    }
   },
   {
    "basic": {
     "security": {
      "market": 1,
      "code": "00700"
     },
     "id": "54047868453564",
     "lotSize": 100,
     "secType": 3,
     "name": "Tencent",
     "listTime": "2004-06-16",
     "delisting": false,
     "listTimestamp": 1087315200
    }
   }
  ]
 }
}`;

test("a watchlist, from the wire, prints as the vendor's sample does", () => {
  const response = JSON.parse(printed) as { s2c: { staticInfoList: { basic: { id: unknown } }[] } };
  for (const { basic } of response.s2c.staticInfoList) basic.id = BigInt(String(basic.id));
  const codec = protocols.get(QotGetUserSecurity.id);
  if (codec === undefined) throw new Error("not in the registry");
  const decoded = decodeResponse(QotGetUserSecurity, encode(codec.encodeResponse, response));
  expect(JSON.stringify(toJson(decoded), undefined, 1)).toBe(printed);
});

describe("toJson", () => {
  test("64-bit integers become texts, exactly", () => {
    expect(toJson([2n ** 64n - 1n, -(2n ** 63n), 0n])).toEqual(["18446744073709551615", "-9223372036854775808", "0"]);
  });

  test("absent fields are left out, present ones kept, also when false, 0 or empty", () => {
    const message = { a: undefined, b: false, c: 0, d: "", e: [], f: {}, g: null };
    expect(JSON.stringify(toJson(message))).toBe('{"b":false,"c":0,"d":"","e":[],"f":{},"g":null}');
  });

  test("numbers that JSON does not know become texts", () => {
    expect(toJson({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY, d: 0.1 })).toEqual({
      a: "NaN",
      b: "Infinity",
      c: "-Infinity",
      d: 0.1,
    });
  });

  test("bytes become base64, at every length of the last group", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = new Uint8Array(length).map((_, i) => i * 37 + 251);
      expect(toJson({ bytes })).toEqual({ bytes: btoa(String.fromCharCode(...bytes)) });
    }
  });

  test("the input is left as it is", () => {
    const message = Object.freeze({ list: Object.freeze([1n, Object.freeze({ x: undefined })]) });
    expect(toJson(message)).toEqual({ list: ["1", {}] });
    expect(message.list[0]).toBe(1n);
  });

  test("what is no message is refused", () => {
    expect(() => toJson({ a: () => 1 })).toThrow(new TypeError("a function has no JSON form"));
    expect(() => toJson(Symbol("s"))).toThrow(new TypeError("a symbol has no JSON form"));
  });
});
