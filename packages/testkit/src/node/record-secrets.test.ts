// Secrets planted wherever a session can have one: none of them may be in the file, in any form.
import { readFileSync } from "node:fs";
import { TrdGetAccList, TrdGetFunds, TrdPlaceOrder, TrdUnlockTrade } from "@tickwire/codec/trade";
import {
  type Dialect,
  GetUserInfo,
  InitConnect,
  InitWebSocket,
  md5Hex,
  Notify,
  NotifyType,
  QotGetUserSecurity,
} from "@tickwire/session";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeLongPort } from "../fake-longport.ts";
import { FakeOpenD } from "../fake-opend.ts";
import { signedHeaders } from "../test-support/longport-client.ts";
import { ofKind, SocketPeer, temporaryFolder } from "../test-support/recorded.ts";
import { listen } from "./listen.ts";
import { listenLongPort } from "./longport-listener.ts";
import { record } from "./record.ts";

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = folder.path("session.ndjson");
});
afterEach(() => folder.remove());

const accID = 281_756_455_988_247_915n;
const userID = 87_654_321n;
const secrets = {
  accID: String(accID),
  userID: String(userID),
  cardNum: "1001100580123456",
  uniCardNum: "1001100580999999",
  nickName: "Wilhelmina Q. Tester",
  avatarUrl: "https://avatars.example/u/87654321.png",
  webKey: "wk-0f9e8d7c6b5a",
  password: md5Hex("hunter2hunter2"),
  websocketKey: md5Hex("the websocket key"),
  aesKey: "0F1E2D3C4B5A6978",
  remark: "for aunt Agatha 42",
};

/** Everything that a value may look like in a text. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [secret, encodeURIComponent(secret), bytes.toString("hex")];
  // In base64 a value looks different at each place modulo 3; its first and last characters mix with what is beside it.
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    forms.push(shifted.slice(offset === 0 ? 0 : offset + 1, -1));
  }
  if (/^\d+$/.test(secret)) {
    const number = BigInt(secret);
    forms.push(number.toString(16), number.toString(16).padStart(16, "0"));
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64LE(number);
    forms.push(eight.toString("base64"), eight.toString("hex"));
    eight.writeBigUInt64BE(number);
    forms.push(eight.toString("base64"), eight.toString("hex"));
    // As a double would print it.
    forms.push(String(Number(number)));
  }
  return forms;
}

function expectNone(values: readonly string[]): void {
  const text = readFileSync(file, "latin1").toLowerCase();
  for (const secret of values)
    for (const form of formsOf(secret))
      expect(text.includes(Buffer.from(form).toString("latin1").toLowerCase()), form).toBe(false);
}

test.each([0, 1, 2, 3])("the search finds a value in base64 behind %i bytes, and in hex", (before) => {
  for (const secret of Object.values(secrets)) {
    const around = Buffer.concat([Buffer.alloc(before, 1), Buffer.from(secret), Buffer.from("after")]);
    expect(formsOf(secret).some((form) => around.toString("base64").includes(form))).toBe(true);
    expect(formsOf(secret).some((form) => around.toString("hex").includes(form))).toBe(true);
  }
});

test.each<Dialect>(["tcp", "ws"])("of OpenD over %s", async (dialect) => {
  const opend = new FakeOpenD();
  const hello = { serverVer: 1011, loginUserID: userID, connID: 1n, connAESKey: secrets.aesKey, keepAliveInterval: 10 };
  opend.on(InitConnect, () => ({ ...hello, aesCBCiv: secrets.aesKey }));
  opend.on(GetUserInfo, () => ({
    nickName: secrets.nickName,
    avatarUrl: secrets.avatarUrl,
    userID,
    webKey: secrets.webKey,
    webJumpUrlHead: `https://jump.example/?key=${secrets.webKey}`,
  }));
  opend.on(TrdGetAccList, () => ({
    accList: [{ trdEnv: 1, accID, cardNum: secrets.cardNum, uniCardNum: secrets.uniCardNum }],
  }));
  opend.on(TrdUnlockTrade, () => ({}));
  const header = { trdEnv: 1, accID, trdMarket: 1 };
  // A text that repeats what was asked.
  opend.on(TrdGetFunds, () => ({ retType: -1, retMsg: `account ${accID}, card ${secrets.cardNum}: no right` }));
  opend.on(TrdPlaceOrder, () => ({ header, orderID: 7n }));
  const server = await listen(opend);
  const recording = await record({ upstream: server[dialect].url, file });
  const peer = await SocketPeer.open(recording.url);
  await peer.login({ websocketKey: secrets.websocketKey });
  await peer.ask(GetUserInfo, {});
  await peer.ask(TrdGetAccList, { userID });
  await peer.ask(TrdUnlockTrade, { unlock: true, pwdMD5: secrets.password });
  await peer.ask(TrdGetFunds, { header });
  await peer.ask(TrdPlaceOrder, {
    packetID: { connID: 1n, serialNo: 1 },
    header,
    trdSide: 1,
    orderType: 1,
    code: "00700",
    qty: 100,
    remark: secrets.remark,
  });
  opend.push(Notify, {
    type: NotifyType.GtwEvent,
    event: { eventType: 1, desc: `logged in as ${secrets.nickName}, ${userID}` },
  });
  await peer.ask(QotGetUserSecurity, { groupName: "A" });
  await peer.close();
  await recording.close();
  await server.close();
  opend.close();

  const login = dialect === "tcp" ? InitConnect : InitWebSocket;
  expect(ofKind(file, "request").map(({ name }) => name)).toEqual([
    login.name,
    ...[GetUserInfo, TrdGetAccList, TrdUnlockTrade, TrdGetFunds, TrdPlaceOrder, QotGetUserSecurity].map(
      ({ name }) => name,
    ),
  ]);
  expectNone(Object.values(secrets));
});

test("of LongPort", async () => {
  const credentials = {
    appKey: "ak-0123456789abcdef0123",
    appSecret: "as-fedcba9876543210fedc",
    accessToken: "m_eyJhbGciOiJIUzI1NiJ9.1234567890",
  };
  const longport = new FakeLongPort({ ...credentials, bearerTokens: ["bearer-1234567890"], maxSkewMs: Infinity });
  const server = await listenLongPort(longport);
  const recording = await record({ upstream: server.url, file });
  const get = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${recording.url}${path}`, { headers })).json();
  const signed = (path: string) => signedHeaders({ path, timestamp: "1700000000", credentials });
  await get("/v1/watchlist/groups", signed("/v1/watchlist/groups"));
  const { data } = await get("/v1/socket/token", { authorization: "Bearer bearer-1234567890" });
  // Whatever a page that refuses may say.
  await get(`/v1/no/such/${credentials.accessToken}?token=${credentials.accessToken}`, signed("/v1/watchlist/groups"));
  await get("/v1/watchlist/groups", { authorization: "Bearer stolen-0987654321" });
  const refresh = "/v1/token/refresh?expired_at=2030-01-01T00:00:00.000Z";
  const refreshed = await get(refresh, signed(refresh));
  expect(refreshed.data.token).toContain(credentials.accessToken);
  await recording.close();
  await server.close();

  expect(ofKind(file, "http-reply").map(({ status }) => status)).toEqual([200, 200, 404, 401, 200]);
  const signature = /Signature=(.*)/.exec(signed("/v1/watchlist/groups")["x-api-signature"] ?? "")?.[1] ?? "";
  const own = ["bearer-1234567890", "stolen-0987654321", data.otp, "10000001", "20000001", signature];
  expectNone([...Object.values(credentials), refreshed.data.token, ...own]);
});

test("equal values have equal stand-ins of their type, in one file only", async () => {
  const seen: unknown[] = [];
  for (const name of ["first", "second"]) {
    file = folder.path(`${name}.ndjson`);
    const opend = new FakeOpenD();
    opend.on(TrdGetAccList, () => ({
      accList: [
        { trdEnv: 1, accID },
        { trdEnv: 1, accID: accID + 1n },
      ],
    }));
    opend.on(TrdGetFunds, ({ c2s }) => ({ header: c2s.header }));
    const server = await listen(opend);
    const recording = await record({ upstream: server.tcp.url, file });
    const peer = await SocketPeer.open(recording.url);
    await peer.login();
    await peer.ask(TrdGetAccList, { userID: 0n });
    await peer.ask(TrdGetFunds, { header: { trdEnv: 1, accID, trdMarket: 1 } });
    await peer.close();
    await recording.close();
    await server.close();
    opend.close();
    const [, accounts, funds] = ofKind(file, "reply").map(({ message }) => (message as { s2c: never }).s2c);
    const { accList } = accounts as unknown as { accList: { accID: string }[] };
    const { header } = funds as unknown as { header: { accID: string } };
    expect(accList.map((each) => each.accID)).toEqual([header.accID, expect.stringMatching(/^\d{18}$/)]);
    expect(accList[0]!.accID).not.toBe(accList[1]!.accID);
    // The user 0 means that there is none.
    expect(ofKind(file, "request")[1]?.message).toMatchObject({ userID: "0" });
    seen.push(header.accID);
  }
  expect(seen[0]).not.toBe(seen[1]);
});

test("fields may be added and kept", async () => {
  const opend = new FakeOpenD();
  const server = await listen(opend);
  const recording = await record({ upstream: server.tcp.url, file, redact: ["groupName"], keep: ["loginUserID"] });
  const peer = await SocketPeer.open(recording.url);
  await peer.login();
  await peer.ask(QotGetUserSecurity, { groupName: "testgroup" });
  await peer.close();
  await recording.close();
  await server.close();
  opend.close();
  expect(ofKind(file, "request")[1]?.message).toMatchObject({
    groupName: expect.stringMatching(/^redacted[0-9a-f]{16}$/),
  });
  expect(ofKind(file, "reply")[0]?.message).toMatchObject({ s2c: { loginUserID: "10000001" } });
});
