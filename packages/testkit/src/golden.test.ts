// What the vendor's documentation prints, through the wire and back.
import {
  type Dialect,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  type SecurityStaticInfo,
  toJson,
  toWatchlistRow,
} from "@tickwire/session";
import { expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import type { Fixture } from "./fixture.ts";
import { defaultFixture, parseFixture } from "./fixtures.ts";
import { RawClient } from "./test-support/raw-client.ts";

const client = (dialect: Dialect, options: FakeOpenDOptions = {}) =>
  new RawClient(new FakeOpenD(options), dialect).login();
const print = (value: unknown) => JSON.stringify(toJson(value), null, 1);

test("C++: the group some_group", () => {
  expect(print(client("tcp").ask(QotGetUserSecurity, { groupName: "some_group" }))).toBe(`{
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
}`);
});

test("JavaScript: the group 港股", () => {
  const reply = client("ws", { language: "zh" }).ask(QotGetUserSecurity, { groupName: "港股" });
  expect(print(reply.s2c)).toBe(`{
 "staticInfoList": [
  {
   "basic": {
    "security": {
     "market": 1,
     "code": "800000"
    },
    "id": "800000",
    "lotSize": 0,
    "secType": 6,
    "name": "Hang Seng Index",
    "listTime": "1970-01-01",
    "delisting": false,
    "listTimestamp": 0
   }
  },
  {
   "basic": {
    "security": {
     "market": 1,
     "code": "09988"
    },
    "id": "78224239372036",
    "lotSize": 100,
    "secType": 3,
    "name": "BABA-SW",
    "listTime": "2019-11-26",
    "delisting": false,
    "listTimestamp": 1574697600
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
}`);
});

test("Java: the first and the last security of a group, from a fixture of one's own", () => {
  const fixture = parseFixture({
    version: 1,
    securities: [
      {
        symbol: "HK.09626",
        id: "80328773346714",
        lotSize: 20,
        secType: 3,
        name: "Bilibili Inc.",
        listTime: "2021-03-29",
        listTimestamp: 1_616_947_200,
        delisting: false,
        quote: { curPrice: 196.2 },
      },
      {
        symbol: "HK.800000",
        id: "800000",
        lotSize: 0,
        secType: 6,
        name: "Hang Seng Index",
        listTime: "1970-01-01",
        listTimestamp: 0,
        delisting: false,
        quote: { curPrice: 26_340.47 },
      },
    ],
    groups: [{ name: "some_group", type: "custom", members: ["HK.09626", "HK.800000"] }],
  });
  const { s2c } = client("tcp", { fixture }).ask(QotGetUserSecurity, { groupName: "some_group" });
  // Java prints the timestamps as 1.6169472E9 and 0.0.
  expect(s2c?.staticInfoList.map((info) => JSON.stringify(toJson(info)))).toEqual([
    '{"basic":{"security":{"market":1,"code":"09626"},"id":"80328773346714","lotSize":20,"secType":3,"name":"Bilibili Inc.","listTime":"2021-03-29","delisting":false,"listTimestamp":1616947200}}',
    '{"basic":{"security":{"market":1,"code":"800000"},"id":"800000","lotSize":0,"secType":6,"name":"Hang Seng Index","listTime":"1970-01-01","delisting":false,"listTimestamp":0}}',
  ]);
});

test("C++, Java and JavaScript: the list of groups", () => {
  const reply = client("tcp").ask(QotGetUserSecurityGroup, { groupType: 3 });
  expect(print(reply).replaceAll(/\s/g, "")).toMatch(
    /^\{"retType":0,"retMsg":"","errCode":0,"s2c":\{"groupList":\[\{"groupName":"All","groupType":2\},\{"groupName":"Starred","groupType":2\},/,
  );
  expect(reply.s2c?.groupList).toContainEqual({ groupName: "Bonds", groupType: 2 });
  expect(reply.s2c?.groupList).toContainEqual({ groupName: "testgroup", groupType: 1 });
});

test("Python: thirteen groups, C at index 12", () => {
  const { s2c } = client("tcp").ask(QotGetUserSecurityGroup, { groupType: 3 });
  expect([s2c?.groupList.length, s2c?.groupList[12]]).toEqual([13, { groupName: "C", groupType: 1 }]);
});

test("Python: the table of the group A", () => {
  // That sample has the security's long name, the others the short one.
  const securities = defaultFixture.securities.map((security) =>
    security.symbol === "HK.00700" ? { ...security, name: "Tencent Holdings" } : security,
  );
  const fixture: Fixture = { ...defaultFixture, securities };
  const { s2c } = client("tcp", { fixture }).ask(QotGetUserSecurity, { groupName: "A" });
  expect(s2c?.staticInfoList.map((info: SecurityStaticInfo) => toWatchlistRow(info))).toEqual([
    {
      code: "HK.HSImain",
      name: "HSI Future Main(NOV0)",
      lotSize: 50,
      stockType: 10,
      stockChildType: undefined,
      stockOwner: undefined,
      optionType: undefined,
      strikeTime: undefined,
      strikePrice: undefined,
      suspension: undefined,
      listingDate: undefined,
      stockId: 71_000_662n,
      delisting: false,
      mainContract: true,
      lastTradeTime: undefined,
      timeZone: "Asia/Shanghai",
    },
    {
      code: "HK.00700",
      name: "Tencent Holdings",
      lotSize: 100,
      stockType: 3,
      stockChildType: undefined,
      stockOwner: undefined,
      optionType: undefined,
      strikeTime: undefined,
      strikePrice: undefined,
      suspension: undefined,
      listingDate: "2004-06-16",
      stockId: 54_047_868_453_564n,
      delisting: false,
      mainContract: undefined,
      lastTradeTime: undefined,
      timeZone: "Asia/Shanghai",
    },
  ]);
});
