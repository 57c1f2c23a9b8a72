import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { Writable } from "node:stream";
import {
  type Dialect,
  encodeRequest,
  InitConnect,
  InitWebSocket,
  Notify,
  PacketEncAlgo,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotSub,
  SubType,
  sha1,
  TCP_HEADER_BYTES,
  writeTcpHeader,
} from "@tickwire/session";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "../fake-opend.ts";
import { parseRecording } from "../recording.ts";
import { frame } from "../test-support/raw-client.ts";
import { eventsOf, ofKind, SocketPeer, temporaryFolder, until } from "../test-support/recorded.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { rsaCiphers } from "./ciphers.ts";
import { type Listening, listen } from "./listen.ts";
import { OpenDTap } from "./opend-tap.ts";
import { record } from "./record.ts";
import { RecordingFile } from "./recording-file.ts";

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let opend: FakeOpenD;
let upstream: Listening;
beforeEach(async () => {
  folder = temporaryFolder();
  file = folder.path("session.ndjson");
  opend = new FakeOpenD({ clock: new VirtualClock() });
  upstream = await listen(opend);
});
afterEach(async () => {
  await upstream.close();
  opend.close();
  folder.remove();
});

const hk700 = { market: 1, code: "00700" };
const subscription = {
  securityList: [hk700],
  subTypeList: [SubType.Basic],
  isSubOrUnSub: true,
  isRegOrUnRegPush: true,
};

describe.each<Dialect>(["tcp", "ws"])("over %s", (dialect) => {
  test("a session, event by event", async () => {
    const recording = await record({ upstream: upstream[dialect].url, file });
    expect(recording.url).toMatch(dialect === "tcp" ? /^tcp:\/\/127\.0\.0\.1:\d+$/ : /^ws:\/\/127\.0\.0\.1:\d+$/);
    const peer = await SocketPeer.open(recording.url);
    await peer.login();
    await peer.ask(QotGetUserSecurityGroup, { groupType: 1 });
    expect((await peer.ask(QotGetUserSecurity, { groupName: "none" })).retType).toBe(-1);
    await peer.ask(QotSub, subscription);
    await until(() => peer.frames.some(({ protoId }) => protoId === Notify.id));
    await peer.close();
    await recording.close();

    const { header } = parseRecording(readFileSync(file, "utf8"));
    expect(header).toMatchObject({ format: "tickwire-recording", version: 1, dialect });
    expect(header.redacted).toContain("loginUserID");
    const login = dialect === "tcp" ? InitConnect : InitWebSocket;
    expect(eventsOf(file)).toMatchObject([
      { event: "open", conn: 1 },
      { event: "request", conn: 1, n: 1, id: login.id, name: login.name },
      { event: "reply", conn: 1, n: 1, id: login.id, message: { retType: 0, s2c: { connID: expect.any(String) } } },
      { event: "request", n: 2, name: "Qot_GetUserSecurityGroup", message: { groupType: 1 } },
      {
        event: "reply",
        n: 2,
        message: { s2c: { groupList: expect.arrayContaining([{ groupName: "A", groupType: 1 }]) } },
      },
      { event: "request", n: 3, name: "Qot_GetUserSecurity", message: { groupName: "none" } },
      { event: "reply", n: 3, message: { retType: -1, retMsg: "Unknown watchlists" } },
      { event: "request", n: 4, name: "Qot_Sub", message: { securityList: [hk700], subTypeList: [1] } },
      { event: "reply", n: 4, message: { retType: 0 } },
      {
        event: "push",
        id: 3005,
        message: { s2c: { basicQotList: [{ security: hk700, volume: expect.any(String) }] } },
      },
      { event: "push", id: 1003, name: "Notify", message: { s2c: { usedQuota: { usedSubQuota: 1 } } } },
      { event: "close", by: "client" },
    ]);
  });

  test("bytes pass unchanged, also those that it cannot read", async () => {
    const recording = await record({ upstream: upstream[dialect].url, file });
    const peer = await SocketPeer.open(recording.url);
    await peer.login();
    peer.send(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await peer.closed;
    await recording.close();
    expect(ofKind(file, "note").map(({ text }) => text)).toEqual([
      "what the client sends cannot be read (CODEC_FRAME_MAGIC): the rest of the connection is not recorded",
    ]);
    expect(ofKind(file, "close")).toMatchObject([{ by: "upstream" }]);
  });

  test("two connections at once, each with its number; the recorder ends what is open", async () => {
    const recording = await record({ upstream: upstream[dialect].url, file });
    const peers = [await SocketPeer.open(recording.url), await SocketPeer.open(recording.url)];
    await Promise.all(peers.map((peer) => peer.login()));
    await Promise.all(peers.map((peer) => peer.ask(QotGetUserSecurity, { groupName: "A" })));
    await recording.close();
    await Promise.all(peers.map((peer) => peer.closed));
    await until(() => opend.connections === 0);
    const replies = ofKind(file, "reply");
    const requests = ofKind(file, "request");
    expect(requests.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    for (const { n, conn } of replies) expect(requests.find((each) => each.n === n)?.conn).toBe(conn);
    expect(ofKind(file, "close").map(({ by }) => by)).toEqual(["recorder", "recorder"]);
  });

  test("an OpenD that has gone in the meantime", async () => {
    const recording = await record({ upstream: upstream[dialect].url, file });
    await upstream.close();
    const peer = await SocketPeer.open(recording.url);
    await peer.closed;
    await recording.close();
    expect(ofKind(file, "note")).toMatchObject([{ text: "the connection to OpenD failed: ECONNREFUSED" }]);
  });
});

describe("what it cannot redact", () => {
  /** Of a protocol that no registry has. */
  const unknown = Buffer.from("0800414243", "hex");
  const send = async (rawBodies: boolean) => {
    await using recording = await record({ upstream: upstream.ws.url, file, rawBodies });
    const peer = await SocketPeer.open(recording.url);
    await peer.login();
    const header = Buffer.alloc(20);
    header.write("ft-v1.0\0", "latin1");
    header.writeUInt32BE(9999, 8);
    header.writeBigUInt64BE(77n, 12);
    peer.send(Buffer.concat([header, unknown]));
    await until(() => peer.frames.some(({ serialNo }) => serialNo === 77n));
    await peer.close();
  };

  test("is left out", async () => {
    await send(false);
    expect(ofKind(file, "request")[1]).toEqual(expect.not.objectContaining({ body: expect.anything() }));
    expect(ofKind(file, "request")[1]).toMatchObject({ id: 9999, bytes: unknown.length });
    expect(ofKind(file, "note")[0]?.text).toBe("protocol 9999 is not known to this version: its body is left out");
  });

  test("is kept whole when asked for", async () => {
    await send(true);
    expect(ofKind(file, "request")[1]).toMatchObject({ id: 9999, body: unknown.toString("base64") });
  });
});

describe("with encryption", () => {
  const pem = String(
    generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs1", format: "pem" }),
  );

  test("without the key nothing is known, and the note says what to do", async () => {
    await using secret = await listen(new FakeOpenD({ ciphers: rsaCiphers(pem) }));
    await using recording = await record({ upstream: secret.tcp.url, file });
    const peer = await SocketPeer.open(recording.url);
    const plain = encodeRequest(InitConnect, {
      clientVer: 300,
      clientID: "peer",
      packetEncAlgo: PacketEncAlgo.AES_CBC,
    });
    const sealed = Buffer.concat([Buffer.alloc(TCP_HEADER_BYTES), rsaCiphers(pem).handshake.encrypt(plain)]);
    peer.send(writeTcpHeader(sealed, { protoId: InitConnect.id, serialNo: 1 }, sha1, plain));
    await until(() => peer.frames.length > 0);
    await peer.close();
    await recording.close();
    expect(ofKind(file, "note")[0]?.text).toMatch(/CODEC_FRAME_SHA1.*give the recorder OpenD's RSA key/);
  });
});

describe("refuses", () => {
  test.each([
    ["no address", "127.0.0.1:11111", /upstream is not an address/],
    ["a path", "ws://127.0.0.1:1/path", /no path/],
    ["a password, without repeating it", "http://me:pass@127.0.0.1:1", /^(?!.*pass@).*upstream is not an address/],
    ["another scheme", "ftp://127.0.0.1:1", /upstream is not an address/],
  ])("%s", async (_, address, message) => {
    await expect(record({ upstream: address, file })).rejects.toMatchObject({
      code: "TESTKIT_RECORD",
      message: expect.stringMatching(message),
    });
  });

  test("an upstream where nothing listens, and makes no file", async () => {
    const { url } = upstream.tcp;
    await upstream.close();
    await expect(record({ upstream: url, file })).rejects.toMatchObject({
      code: "TESTKIT_RECORD",
      message: expect.stringMatching(/nothing answers at tcp:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/),
    });
    expect(() => statSync(file)).toThrow("ENOENT");
  });

  test("a file that is there, and leaves it alone", async () => {
    writeFileSync(file, "mine");
    await expect(record({ upstream: upstream.tcp.url, file })).rejects.toMatchObject({
      code: "TESTKIT_RECORD",
      message: expect.stringContaining("it is there already"),
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("a folder that is not there", async () => {
    const wanted = folder.path("no/such.ndjson");
    await expect(record({ upstream: upstream.tcp.url, file: wanted })).rejects.toMatchObject({
      message: expect.stringContaining("there is no such folder"),
    });
  });

  test("a port that is taken, and leaves no file behind", async () => {
    const { port } = upstream.ws;
    await expect(record({ upstream: upstream.tcp.url, file, port })).rejects.toMatchObject({ code: "TESTKIT_LISTEN" });
    expect(() => statSync(file)).toThrow("ENOENT");
  });
});

test("the file is for its owner only", async () => {
  await using _ = await record({ upstream: upstream.tcp.url, file });
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("a disk that fails disturbs no session, and closing tells it", async () => {
  const disk = new Writable({ write: (_, __, done) => done(new Error("no space left")) });
  const recording = new RecordingFile(disk, "session.ndjson", new VirtualClock(), { dialect: "tcp", redacted: [] });
  await until(() => disk.errored !== null);
  const tap = new OpenDTap(recording, { dialect: "tcp", ciphers: undefined, rawBodies: false });
  tap.read("client", frame("tcp", QotGetUserSecurity, { groupName: "A" }, 1));
  await recording.drained();
  await expect(recording.close()).rejects.toMatchObject({
    code: "TESTKIT_RECORD",
    message: expect.stringMatching(/session\.ndjson is not whole: no space left; record anew/),
  });
});

test("a disk that is slow makes the connections wait, and has all in the end", async () => {
  const chunks: Buffer[] = [];
  let goOn = (): void => undefined;
  const disk = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      goOn = done;
    },
  });
  const recording = new RecordingFile(disk, "session.ndjson", new VirtualClock(), { dialect: "tcp", redacted: [] });
  expect(recording.isFull).toBe(true);
  let isDrained = false;
  const drained = recording.drained().then(() => {
    isDrained = true;
  });
  recording.write({ conn: 1, event: "open" });
  await Promise.resolve();
  expect(isDrained).toBe(false);
  goOn();
  await until(() => chunks.length === 2);
  goOn();
  await drained;
  const closed = recording.close();
  await closed;
  expect(parseRecording(Buffer.concat(chunks).toString()).events).toMatchObject([{ event: "open", at: 0 }]);
});

test("large amounts pass in both directions, no faster than they are read", async () => {
  const total = 16 * 1024 * 1024;
  // Sends back what it gets.
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using recording = await record({ upstream: `tcp://127.0.0.1:${port}`, file });
  const socket = connect(recording.port, "127.0.0.1");
  socket.end(Buffer.alloc(total, 7));
  let received = 0;
  for await (const bytes of socket) received += (bytes as Buffer).length;
  expect(received).toBe(total);
  server.close();
});
