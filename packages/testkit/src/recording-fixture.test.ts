import {
  GetGlobalState,
  GroupType,
  InitConnect,
  type MessageInit,
  parseSymbol,
  QotGetBasicQot,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotSub,
  QotUpdateBasicQot,
  type RequestProtocol,
  SubType,
  toJson,
} from "@tickwire/session";
import { expect, test } from "vitest";
import { FakeLongPort } from "./fake-longport.ts";
import { FakeOpenD } from "./fake-opend.ts";
import { defaultFixture, parseFixture } from "./fixtures.ts";
import { defaultLongPortFixture, parseLongPortFixture } from "./longport-fixtures.ts";
import { longPortFixtureFromRecording } from "./longport-recording-fixture.ts";
import { fixtureFromRecording } from "./recording-fixture.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { recordingText } from "./test-support/recording-text.ts";
import { VirtualClock } from "./virtual-clock.ts";

type Events = Parameters<typeof recordingText>[0][number][];

/** What a recorder would have written of a session with this fake. */
function sessionWith(opend: FakeOpenD) {
  const events: Events = [];
  const client = new RawClient(opend, "tcp");
  const ask = <C2S, S2C>({ id, name, ...rest }: RequestProtocol<C2S, S2C>, c2s: MessageInit<C2S>) => {
    const n = events.length + 1;
    events.push({ event: "request", n, id, name, message: toJson(c2s) });
    const reply = client.ask({ id, name, ...rest } as RequestProtocol<C2S, S2C>, c2s);
    events.push({ event: "reply", n, id, name, message: toJson(reply) });
    return reply;
  };
  ask(InitConnect, { clientVer: 300, clientID: "t" });
  return { client, ask, events };
}

test("of a session that has read everything: the fixture it was recorded with", async () => {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock });
  const { client, ask, events } = sessionWith(opend);
  ask(GetGlobalState, { userID: 0n });
  const groups = ask(QotGetUserSecurityGroup, { groupType: GroupType.All }).s2c!.groupList;
  for (const { groupName } of groups) ask(QotGetUserSecurity, { groupName });
  const securityList = defaultFixture.securities.map(({ symbol }) => parseSymbol(symbol));
  ask(QotSub, { securityList, subTypeList: [SubType.Basic], isSubOrUnSub: true });
  ask(QotGetBasicQot, { securityList });
  await clock.advance(10_000);
  for (const s2c of client.pushes(QotUpdateBasicQot)) {
    const { id, name } = QotUpdateBasicQot;
    events.push({ event: "push", id, name, message: { retType: 0, s2c: toJson(s2c) } });
  }
  opend.close();

  const fixture = parseFixture(fixtureFromRecording(recordingText(events)));
  const names = (text: string | { en: string }) => (typeof text === "string" ? text : text.en);
  const inUse = new Set(fixture.groups.flatMap(({ members }) => members));
  expect(fixture.gateway).toEqual(defaultFixture.gateway);
  const all = defaultFixture.groups.map(({ name, type, members }) => ({ name: names(name), type, members }));
  // Of two groups of one name the second cannot be read.
  expect(fixture.groups).toEqual(
    all.map((each, index) =>
      all.findIndex(({ name }) => name === each.name) < index ? { ...each, members: [] } : each,
    ),
  );
  expect(new Map(fixture.securities.map((each) => [each.symbol, each]))).toEqual(
    new Map(
      defaultFixture.securities
        .filter(({ symbol }) => inUse.has(symbol))
        .map((each) => [each.symbol, { ...each, name: names(each.name) }]),
    ),
  );
});

test("what was read first counts, and a security without a quote costs 0", () => {
  const opend = new FakeOpenD({ language: "zh" });
  const { ask, events } = sessionWith(opend);
  ask(QotGetUserSecurity, { groupName: "A" });
  opend.on(QotGetUserSecurity, () => ({}));
  ask(QotGetUserSecurity, { groupName: "A" });
  expect(ask(QotGetUserSecurity, { groupName: "B" }).retType).toBe(0);
  ask(QotGetUserSecurityGroup, { groupType: GroupType.System });
  const fixture = parseFixture(fixtureFromRecording(recordingText(events)));
  expect(fixture.gateway.language).toBe("zh");
  expect(fixture.groups.find(({ name }) => name === "A")?.members).toEqual(["HK.HSImain", "HK.00700"]);
  expect(fixture.groups.find(({ name }) => name === "B")).toMatchObject({ type: "custom", members: [] });
  expect(fixture.groups.find(({ name }) => name === "全部")).toMatchObject({ type: "system" });
  expect(fixture.securities.map(({ quote }) => quote.curPrice)).toEqual([0, 0]);
  opend.close();
});

test("of a refused session: nothing but the defaults", () => {
  const refused = recordingText([
    { event: "request", n: 1, id: 3213, name: "Qot_GetUserSecurity", message: { groupName: "A" } },
    { event: "reply", n: 1, id: 3213, name: "Qot_GetUserSecurity", message: { retType: -1, retMsg: "no" } },
  ]);
  expect(parseFixture(fixtureFromRecording(refused))).toMatchObject({ groups: [], securities: [] });
});

test("of LongPort: the fixture it was recorded with", async () => {
  const { fetch } = new FakeLongPort();
  const headers = { authorization: "Bearer fake-bearer-token" };
  const message = await (await fetch("https://any.host/v1/watchlist/groups", { headers })).json();
  const text = recordingText(
    [
      { event: "http-request", n: 1, method: "GET", path: "/v1/watchlist/groups", query: {} },
      { event: "http-reply", n: 1, status: 200, contentType: "application/json", message },
    ],
    { dialect: "http" },
  );
  const { groups, securities } = parseLongPortFixture(longPortFixtureFromRecording(text));
  const all = message.data.groups[0].securities.map((each: { symbol: string }) => each.symbol);
  expect(groups).toEqual([
    { ...defaultLongPortFixture.groups[0], securities: all },
    ...defaultLongPortFixture.groups.slice(1),
  ]);
  const shown = defaultLongPortFixture.securities.filter(({ symbol }) => all.includes(symbol));
  expect(new Set(securities)).toEqual(new Set(shown));
});

test("LongPort's ids as numbers, securities of unknown regions, and lists that are absent", () => {
  const id =
    '{"code":0,"data":{"groups":[{"id":1,"name":"all","securities":null},{"id":9007199254740993,"name":"x","securities":[';
  const securities = ["BTC.NOWHERE", "700.HK"].map(
    (symbol) => `{"symbol":"${symbol}","name":"n","watched_price":"","watched_at":"5"}`,
  );
  const text =
    recordingText([], { dialect: "http" }) +
    `{"at":0,"conn":1,"event":"http-reply","n":1,"status":200,"contentType":"","message":${id}${securities}]}]}}}\n`;
  expect(parseLongPortFixture(longPortFixtureFromRecording(text))).toMatchObject({
    securities: [{ symbol: "700.HK", watchedAt: 5 }],
    groups: [
      { type: "all", securities: [] },
      { type: "custom", id: 9007199254740993n, securities: ["700.HK"] },
    ],
  });
});

test("a reply whose request is missing is told with its line", () => {
  const lonely = {
    event: "reply",
    n: 7,
    id: 3213,
    name: "Qot_GetUserSecurity",
    message: { retType: 0, s2c: {} },
  } as const;
  expect(() => fixtureFromRecording(recordingText([lonely]))).toThrow(
    "line 2 of the recording: its request is missing",
  );
});

test("a watchlist of more than 500 securities has the cap of 2,000", () => {
  const info = (id: number) => ({
    basic: {
      security: { market: 1, code: String(id) },
      id: String(id),
      lotSize: 1,
      secType: 3,
      name: "n",
      listTime: "",
    },
  });
  const staticInfoList = Array.from({ length: 501 }, (_, index) => info(index + 1));
  const text = recordingText([
    { event: "request", n: 1, id: 3213, name: "Qot_GetUserSecurity", message: { groupName: "All" } },
    { event: "reply", n: 1, id: 3213, name: "Qot_GetUserSecurity", message: { retType: 0, s2c: { staticInfoList } } },
  ]);
  expect(parseFixture(fixtureFromRecording(text)).gateway.watchlistCap).toBe(2000);
});

test.each([
  ["OpenD", () => longPortFixtureFromRecording(recordingText([])), /use fixtureFromRecording/],
  ["LongPort", () => fixtureFromRecording(recordingText([], { dialect: "http" })), /use longPortFixtureFromRecording/],
  [
    "LongPort without a list",
    () => longPortFixtureFromRecording(recordingText([], { dialect: "http" })),
    /record a session that lists them/,
  ],
])("a recording of %s that the function cannot use", (_, run, message) => {
  expect(run).toThrow(message);
});
