// The vendor's own client against our fake: what it accepts, the fake does right.
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import ftWebsocket, { type Reply } from "futu-api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What these tests read of a reply's content. */
interface Content {
  groupList?: { groupName: string; groupType: number }[];
  staticInfoList?: { basic: { security: { code: string } } }[];
  basicQotList?: { curPrice: number }[];
  connSubInfoList?: { subInfoList: unknown[] }[];
}

const KEY = "the vendor's client hashes it";
let opend: FakeOpenD;
let server: Listening;
let client: ftWebsocket;
let pushes: { cmd: number; message: Reply }[];

// It reports every step to the console, also when a test is over.
vi.spyOn(console, "debug").mockReturnValue(undefined);
vi.spyOn(console, "log").mockReturnValue(undefined);

beforeEach(async () => {
  opend = new FakeOpenD({ websocketKey: KEY, quoteIntervalMs: 20 });
  server = await listen(opend);
  client = new ftWebsocket();
  pushes = [];
  client.onPush = (cmd, message) => pushes.push({ cmd, message });
});

afterEach(async () => {
  client.websock?.close();
  await server.close();
  opend.close();
});

/** Starts it and tells how its login went. */
const login = (key: string): Promise<{ ok: boolean; message: unknown }> =>
  new Promise((resolve) => {
    client.onlogin = (ok, message) => resolve({ ok, message });
    client.start(server.ws.host, server.ws.port, false, key);
  });

/** Its messages hold Longs; JSON makes plain values of them, as the vendor's samples print them. */
const plain = (reply: Reply | undefined): Content => JSON.parse(JSON.stringify(reply?.s2c));

test("logs in with the right key", async () => {
  expect(await login(KEY)).toMatchObject({ ok: true });
  expect(String(client.getConnID())).toMatch(/^68\d{17}$/);
});

test("is refused with a wrong key", async () => {
  expect(await login("wrong")).toMatchObject({ ok: false });
});

test("lists the groups, as the vendor's sample prints them", async () => {
  await login(KEY);
  const reply = await client.GetUserSecurityGroup({ c2s: { groupType: 3 } });
  expect([reply.retType, reply.retMsg, reply.errCode]).toEqual([0, "", 0]);
  expect(plain(reply).groupList).toHaveLength(13);
  expect(plain(reply).groupList?.[0]).toEqual({ groupName: "All", groupType: 2 });
  expect(plain(reply).groupList).toContainEqual({ groupName: "testgroup", groupType: 1 });
});

test("lists a group's securities, as the vendor's sample prints them", async () => {
  await login(KEY);
  const reply = await client.GetUserSecurity({ c2s: { groupName: "HK" } });
  expect(plain(reply).staticInfoList?.map((info) => info.basic)).toMatchObject([
    { security: { market: 1, code: "800000" }, id: "800000", lotSize: 0, secType: 6, listTime: "1970-01-01" },
    { security: { market: 1, code: "09988" }, id: "78224239372036", lotSize: 100, name: "BABA-SW" },
    { security: { market: 1, code: "00700" }, id: "54047868453564", listTimestamp: 1087315200 },
  ]);
});

test("adds a security to a group and moves it out", async () => {
  await login(KEY);
  const securityList = [{ market: 11, code: "FUTU" }];
  const codes = async () =>
    plain(await client.GetUserSecurity({ c2s: { groupName: "A" } })).staticInfoList?.map(
      (info) => info.basic.security.code,
    );
  expect((await client.ModifyUserSecurity({ c2s: { groupName: "A", op: 1, securityList } })).retType).toBe(0);
  expect(await codes()).toEqual(["HSImain", "00700", "FUTU"]);
  expect((await client.ModifyUserSecurity({ c2s: { groupName: "A", op: 3, securityList } })).retType).toBe(0);
  expect(await codes()).toEqual(["HSImain", "00700"]);
});

test("gets a refusal as a reply", async () => {
  await login(KEY);
  // It rejects with the reply itself.
  await expect(client.GetUserSecurity({ c2s: { groupName: "no such group" } })).rejects.toMatchObject({
    retType: -1,
    retMsg: "Unknown watchlists",
  });
  await expect(client.ModifyUserSecurity({ c2s: { groupName: "All", op: 1, securityList: [] } })).rejects.toMatchObject(
    { retMsg: "The System grouping is not supported" },
  );
});

test("subscribes, gets quotes, and unsubscribes", async () => {
  await login(KEY);
  const securityList = [{ market: 1, code: "00700" }];
  const subscription = { securityList, subTypeList: [1] };
  await client.Sub({ c2s: { ...subscription, isSubOrUnSub: true, isRegOrUnRegPush: true } });
  await vi.waitFor(() => expect(pushes.length).toBeGreaterThan(2));
  expect(plain(pushes[0]?.message).basicQotList?.[0]).toMatchObject({ security: { market: 1, code: "00700" } });
  expect(pushes.every(({ cmd }) => cmd === 3005)).toBe(true);

  const quote = plain(await client.GetBasicQot({ c2s: { securityList } }));
  expect(quote.basicQotList?.[0]?.curPrice).toBeGreaterThan(0);

  await client.Sub({ c2s: { ...subscription, isSubOrUnSub: false } });
  const { connSubInfoList } = plain(await client.GetSubInfo({ c2s: {} }));
  expect(connSubInfoList?.[0]?.subInfoList ?? []).toEqual([]);
});
