// Our clients and the vendor's through the recorder to a fake, and then the same session from the recording.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonBodies } from "@tickwire/codec/json";
import { LongPort } from "@tickwire/longport";
import {
  type Client,
  connect as connectTcp,
  ModifyUserSecurityOp,
  PacketEncAlgo,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/node-client";
import {
  FakeLongPort,
  FakeOpenD,
  fixtureFromRecording,
  memoryTransport,
  parseFixture,
  parseRecording,
  replay,
  replayLongPort,
  VirtualClock,
} from "@tickwire/testkit";
import { listen, listenLongPort, record, rsaCiphers } from "@tickwire/testkit/node";
import { connect as connectWs } from "@tickwire/web-client";
import ftWebsocket, { type Reply } from "futu-api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-"));
  file = join(folder, "session.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true }));
const recorded = () => readFileSync(file, "utf8");

/** What an application does: reads, changes, subscribes, and is refused. */
async function use(client: Client) {
  const groups = (await client.getUserSecurityGroup()).map(({ groupName }) => groupName);
  await client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"]);
  const securities = await client.getUserSecurity("C");
  const refusal = await client.getUserSecurity("not there").catch((error: unknown) => error);
  const quotes = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
  return { groups, securities, refusal, quotes };
}

const plainOf = ({ groups, securities, refusal }: Awaited<ReturnType<typeof use>>) => ({
  groups,
  securities,
  refusal: (refusal as Error).message,
});

async function firstPrices(quotes: Awaited<ReturnType<typeof use>>["quotes"], count: number): Promise<number[]> {
  const prices: number[] = [];
  for await (const { basicQotList } of quotes) {
    prices.push(...basicQotList.map(({ curPrice }) => curPrice));
    if (prices.length >= count) break;
  }
  return prices;
}

const key = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs1", format: "pem" });
const ciphers = rsaCiphers(String(key));

test.each([
  ["tcp in plain", "tcp", {}],
  ["tcp with AES_CBC", "tcp", { rsaPrivateKey: String(key), packetEncAlgo: PacketEncAlgo.AES_CBC }],
  ["tcp with FTAES_ECB", "tcp", { rsaPrivateKey: String(key), packetEncAlgo: PacketEncAlgo.FTAES_ECB }],
  ["tcp with JSON", "tcp", { bodyFormat: jsonBodies }],
  ["ws", "ws", {}],
] as const)("our client over %s, replayed over every transport", async (_, dialect, options) => {
  using opend = new FakeOpenD({ ciphers, quoteIntervalMs: 20 });
  await using server = await listen(opend);
  const connectTo = (url: string) =>
    url.startsWith("tcp") ? connectTcp(url, dialect === "tcp" ? options : {}) : connectWs(url);
  const recording = await record({ upstream: server[dialect].url, file, ciphers });
  const client = await connectTo(recording.url);
  const result = await use(client);
  const prices = await firstPrices(result.quotes, 3);
  await client.close();
  await recording.close();
  expect(result.securities.map(({ basic }) => basic.name)).toContain("Futu Holdings Limited");
  expect(parseRecording(recorded()).events.filter(({ event }) => event === "note")).toEqual([]);

  // From memory, in virtual time.
  for (const target of ["tcp", "ws"] as const) {
    const clock = new VirtualClock();
    using replayed = replay(recorded(), { clock });
    const again = await (target === "tcp" ? connectTcp : connectWs)(memoryTransport(replayed, target), { clock });
    const from = await use(again);
    expect(plainOf(from)).toEqual(plainOf(result));
    const got = firstPrices(from.quotes, 3);
    await clock.advance(60_000);
    expect(await got).toEqual(prices);
    await again.close();
    await clock.advance(0);
  }

  // Over real sockets, encrypted where it was.
  for (const target of ["tcp", "ws"] as const) {
    using replayed = replay(recorded(), { ciphers });
    await using sockets = await listen(replayed);
    const again = await connectTo(sockets[target].url);
    const from = await use(again);
    expect(plainOf(from)).toEqual(plainOf(result));
    expect(await firstPrices(from.quotes, 3)).toEqual(prices);
    await again.close();
    await vi.waitFor(() => expect(replayed.connections).toBe(0));
    replayed.assertClean();
  }
});

test("a client that asks something else is told what was expected", async () => {
  using opend = new FakeOpenD();
  await using server = await listen(opend);
  const recording = await record({ upstream: server.tcp.url, file });
  {
    await using client = await connectTcp(recording.url);
    await client.getUserSecurity("A");
  }
  await recording.close();
  using replayed = replay(recorded());
  {
    await using client = await connectTcp(memoryTransport(replayed, "tcp"));
    await expect(client.getUserSecurity("B")).rejects.toMatchObject({
      code: "OPEND_SERVER",
      message: expect.stringMatching(
        /the replay expected Qot_GetUserSecurity {"groupName":"A"} \(line \d+\); got Qot_GetUserSecurity {"groupName":"B"}/,
      ),
    });
  }
  expect(() => replayed.assertClean()).toThrow(expect.objectContaining({ code: "TESTKIT_NOT_CLEAN" }));
});

test("a fixture of a recording serves what was recorded", async () => {
  using opend = new FakeOpenD();
  await using server = await listen(opend);
  const recording = await record({ upstream: server.tcp.url, file });
  let groups: readonly unknown[];
  let members: readonly unknown[];
  {
    await using client = await connectTcp(recording.url);
    groups = await client.getUserSecurityGroup();
    members = await client.getUserSecurity("HK");
  }
  await recording.close();
  using copy = new FakeOpenD({ fixture: parseFixture(fixtureFromRecording(recorded())) });
  await using client = await connectTcp(memoryTransport(copy, "tcp"));
  expect(await client.getUserSecurityGroup()).toEqual(groups);
  expect(await client.getUserSecurity("HK")).toEqual(members);
});

test("the vendor's client through the recorder, and then from the recording", async () => {
  // It reports every step to the console, also when a test is over.
  vi.spyOn(console, "debug").mockReturnValue(undefined);
  vi.spyOn(console, "log").mockReturnValue(undefined);
  const session = async (host: string, port: number) => {
    const client = new ftWebsocket();
    const pushed: number[] = [];
    client.onPush = (cmd) => {
      if (cmd === QotUpdateBasicQot.id) pushed.push(cmd);
    };
    const isIn = await new Promise<boolean>((resolve) => {
      client.onlogin = (ok) => resolve(ok);
      client.start(host, port, false, "the vendor's client hashes it");
    });
    // Its messages hold Longs; JSON makes plain values of them.
    const plain = (reply: Reply): unknown => JSON.parse(JSON.stringify(reply.s2c ?? null));
    const groups = plain(await client.GetUserSecurityGroup({ c2s: { groupType: 3 } }));
    const group = plain(await client.GetUserSecurity({ c2s: { groupName: "HK" } }));
    const securityList = [{ market: 11, code: "FUTU" }];
    const changed = plain(await client.ModifyUserSecurity({ c2s: { groupName: "A", op: 1, securityList } }));
    const subscription = { securityList: [{ market: 1, code: "00700" }], subTypeList: [1] };
    await client.Sub({ c2s: { ...subscription, isSubOrUnSub: true, isRegOrUnRegPush: true } });
    await vi.waitFor(() => expect(pushed.length).toBeGreaterThan(1));
    client.websock?.close();
    return { isIn, groups, group, changed, pushed: pushed.slice(0, 2) };
  };
  const opend = new FakeOpenD({ websocketKey: "the vendor's client hashes it", quoteIntervalMs: 20 });
  const server = await listen(opend);
  const recording = await record({ upstream: server.ws.url, file });
  const original = await session(recording.host, recording.port);
  await recording.close();
  await server.close();
  opend.close();
  expect(original).toMatchObject({ isIn: true, pushed: [3005, 3005] });

  using replayed = replay(recorded());
  await using sockets = await listen(replayed);
  expect(await session(sockets.ws.host, sockets.ws.port)).toEqual(original);
  expect(replayed.unused).toEqual([]);
});

test("LongPort's client through the recorder, and then from the recording", async () => {
  const credentials = { appKey: "fake-app-key", appSecret: "fake-app-secret", accessToken: "fake-access-token" };
  const session = async (client: LongPort) => {
    const id = await client.watchlist.create("信息產業組", ["BABA.US", "AAPL.US"]);
    await client.watchlist.update(id, { securities: ["700.HK"], mode: "add" });
    const groups = await client.watchlist.list();
    await client.watchlist.delete(id);
    return { id, groups };
  };
  const server = await listenLongPort(new FakeLongPort());
  const recording = await record({ upstream: server.url, file });
  const original = await session(new LongPort({ ...credentials, baseUrl: recording.url }));
  await recording.close();
  await server.close();
  expect(recorded()).not.toMatch(/fake-(app|access)/);

  const { fetch, ...rest } = { ...credentials, appKey: "another", fetch: replayLongPort(recorded()).fetch };
  expect(await session(new LongPort({ ...rest, fetch }))).toEqual(original);
  const replayed = replayLongPort(recorded());
  await using sockets = await listenLongPort(replayed);
  expect(await session(new LongPort({ ...credentials, baseUrl: sockets.url }))).toEqual(original);
  replayed.assertClean();
});
