import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CmdAuth, decodeBody, decodePacket, PushQuoteData, Subscribe, SubType } from "@tickwire/codec/longport";
import { decodeResponse, InitConnect, InitWebSocket, md5Hex, QotGetUserSecurityGroup } from "@tickwire/session";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { defaultLongPortFixture } from "../longport-fixtures.ts";
import { LongPortPrices } from "../longport-prices.ts";
import { selfSigned } from "../test-support/certificate.ts";
import { type Answer, answerOf, signedHeaders } from "../test-support/longport-client.ts";
import { QUERY, SocketClient, tokenOf } from "../test-support/longport-socket-client.ts";
import { runProgram as run } from "../test-support/program.ts";
import { frame, frameReader, type RawFrame } from "../test-support/raw-client.ts";
import { runFake } from "./fake-program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const anyPorts = ["--port", "0", "--ws-port", "0"];

test("prints one line when it is ready, and ends cleanly", async () => {
  const { exitCode, out, err } = await run([...anyPorts, "--websocket-key", "s3cret"]);
  expect(exitCode).toBe(0);
  expect(out).toMatch(
    /^\{"ready":true,"tcp":\{"host":"127\.0\.0\.1","port":\d+\},"ws":\{"host":"127\.0\.0\.1","port":\d+\}\}\n$/,
  );
  expect(err).toMatch(/^tickwire-fake: listening on tcp:.* and ws:.*\n$/);
  expect(err).not.toContain("s3cret");
});

test.each([
  [
    [],
    [
      'ws 1: InitWebSocket { websocketKey: "…" }: done',
      "ws 1: Qot_GetUserSecurityGroup { groupType: 9 }: refused with -1, ",
    ],
  ],
  [["--quiet"], []],
])("with %j it logs what is asked, and how that ends", async (flags, expected) => {
  const { err } = await run([...anyPorts, "--websocket-key", "s3cret", ...flags], async ({ ws }) => {
    const socket = new WebSocket(`ws://${ws.host}:${ws.port}`);
    await once(socket, "open");
    socket.send(frame("ws", InitWebSocket, { websocketKey: md5Hex("s3cret") }, 1));
    await once(socket, "message");
    socket.send(frame("ws", QotGetUserSecurityGroup, { groupType: 9 }, 2));
    await once(socket, "message");
    socket.terminate();
  });
  const [, ...lines] = err.trimEnd().split("\n");
  expect(lines).toEqual(expected.map((line) => expect.stringContaining(`tickwire-fake: ${line}`)));
  expect(err).not.toContain(md5Hex("s3cret"));
});

test("serves wss:// with a certificate", async () => {
  const { key, cert } = await selfSigned();
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  const { exitCode, err } = await run(
    [...anyPorts, "--ws-cert", certFile, "--ws-key", keyFile],
    async ({ ws: { host, port } }) => {
      const socket = new WebSocket(`wss://${host}:${port}`, { ca: cert });
      await once(socket, "open");
      socket.terminate();
    },
  );
  expect(exitCode).toBe(0);
  expect(err).toMatch(/listening on tcp:.* and wss:/);
});

test("serves what the flags say", async () => {
  const file = join(folder, "own.json");
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      securities: [],
      groups: [{ name: { en: "All", zh: "全部" }, type: "system", members: [] }],
    }),
  );
  const flags = ["--fixture", file, "--language", "zh", "--seed", "7", "--quote-interval-ms", "50", "--enforce-limits"];
  const frames: RawFrame[] = [];
  await run([...anyPorts, ...flags, "--websocket-key", "key", "--wrong-key", "silence"], async ({ tcp }) => {
    const socket = connect(tcp.port, tcp.host);
    const read = frameReader("tcp", (each) => frames.push(each));
    socket.on("data", (bytes: Buffer) => {
      read(bytes);
      if (frames.length === 13) socket.end();
    });
    socket.write(frame("tcp", InitConnect, { clientVer: 1, clientID: "" }, 1));
    for (let i = 2; i <= 13; i++) socket.write(frame("tcp", QotGetUserSecurityGroup, { groupType: 3 }, i));
    await once(socket, "close");
  });
  const texts = frames.map(({ body }) => new TextDecoder().decode(body));
  expect(texts[1]).toContain("全部");
  expect(texts[12]).toContain("频率太高");
});

test("serves LongPort when it is given a port, with the secrets of the flags, and never tells them", async () => {
  const file = join(folder, "longport.json");
  writeFileSync(file, '{"version":1,"securities":[],"groups":[{"type":"all","id":"7","name":"mine"}]}');
  const secrets = { appKey: "k-e-y", appSecret: "s-e-c-r-e-t", accessToken: "t-o-k-e-n" };
  const flags = ["--longport-port", "0", "--longport-fixture", file, "--longport-bearer-token", "b-e-a-r-e-r"];
  flags.push("--longport-app-key", secrets.appKey, "--longport-app-secret", secrets.appSecret);
  flags.push("--longport-access-token", secrets.accessToken);
  const answers: Answer[] = [];
  const { exitCode, out, err } = await run([...anyPorts, ...flags], async ({ longport }) => {
    const url = `${longport?.url}/v1/watchlist/groups`;
    for (const headers of [
      signedHeaders({ timestamp: String(Date.now()), credentials: secrets }),
      signedHeaders({ timestamp: String(Date.now()), credentials: { ...secrets, appSecret: "wrong" } }),
      { authorization: "Bearer b-e-a-r-e-r" },
      { authorization: "Bearer fake-bearer-token" },
    ])
      answers.push(await answerOf(await fetch(url, { headers })));
  });
  expect(exitCode).toBe(0);
  expect(answers.map(({ code }) => code)).toEqual([0, 403201, 0, 401004]);
  expect(answers[0]?.data.groups).toEqual([{ id: "7", name: "mine", securities: [] }]);
  expect(out).toMatch(
    /^\{"ready":true,"tcp":\{.*\},"ws":\{.*\},"longport":\{"url":"http:\/\/127\.0\.0\.1:(\d+)","quoteWsUrl":"ws:\/\/127\.0\.0\.1:\1\/v2"\}\}\n$/,
  );
  expect(err).toMatch(/ and ws:.*, LongPort on http:/);
  expect(err).toContain("tickwire-fake: LongPort: GET /v1/watchlist/groups is refused with 403201");
  for (const secret of [...Object.values(secrets), "b-e-a-r-e-r"]) expect(out + err).not.toContain(secret);
});

test("LongPort's default secrets are the documented ones", async () => {
  await run([...anyPorts, "--longport-port", "0"], async ({ longport }) => {
    const headers = signedHeaders({ timestamp: String(Date.now()) });
    const response = await fetch(`${longport?.url}/v1/watchlist/groups`, { headers });
    expect(await answerOf(response)).toMatchObject({ status: 200, code: 0 });
  });
});

test("LongPort's quote socket is served too, at the pace of the flags", async () => {
  const flags = ["--longport-port", "0", "--quote-interval-ms", "20", "--seed", "7"];
  const { err } = await run([...anyPorts, ...flags], async ({ longport }) => {
    const { otp: token } = await tokenOf({ fetch }, longport?.url);
    const client = new SocketClient(
      new WebSocket(`${longport?.quoteWsUrl}${QUERY}`) as unknown as SocketClient["socket"],
    );
    await client.opened;
    await client.get(CmdAuth, { token });
    await client.get(Subscribe, { symbol: ["AAPL.US"], subType: [SubType.QUOTE] });
    const [first, second] = [await client.next(), await client.next()].map((bytes) => decodePacket(bytes).body);
    const prices = new LongPortPrices(defaultLongPortFixture, { seed: 7, now: Date.now });
    for (const body of [first, second])
      expect(decodeBody(PushQuoteData, body!)).toMatchObject({ lastDone: prices.move("AAPL.US").lastDone });
  });
  expect(err).not.toContain("fake-otp");
});

test("a LongPort port in use ends it, and no other port is kept", async () => {
  await run([...anyPorts, "--longport-port", "0"], async ({ longport }) => {
    const { port } = new URL(longport?.url ?? "");
    const { exitCode, out, err } = await run([...anyPorts, "--longport-port", port]);
    expect([exitCode, out]).toEqual([1, ""]);
    expect(err).toContain(`cannot listen on 127.0.0.1:${port}: the port is in use`);
  });
});

test("ends at once when it was told to before it was ready", async () => {
  const exitCode = await runFake(anyPorts, { out: () => undefined, err: () => undefined, stop: AbortSignal.abort() });
  expect(exitCode).toBe(0);
});

test("helps", async () => {
  const { exitCode, out, err } = await run(["--help"]);
  expect([exitCode, err]).toEqual([0, ""]);
  for (const flag of [
    "--host",
    "--port",
    "--ws-port",
    "--rsa",
    "--ws-cert",
    "--ws-key",
    "--websocket-key",
    "--wrong-key",
    "--fixture",
    "--faults",
    "--seed",
  ])
    expect(out).toContain(flag);
  for (const flag of ["port", "app-key", "app-secret", "access-token", "bearer-token", "fixture"])
    expect(out).toContain(`--longport-${flag} `);
});

test.each<[args: string[], problem: string]>([
  [["--prot", "1"], "Unknown option '--prot'"],
  [["1234"], "Unexpected argument '1234'"],
  [["--port"], "argument missing"],
  [["--port", "65536"], '--port must be a whole number from 0 to 65535, not "65536"'],
  [["--ws-port", "abc"], "--ws-port must be a whole number"],
  [["--quote-interval-ms", "0"], "--quote-interval-ms must be a whole number from 1"],
  [["--seed", "1.5"], "--seed must be a whole number"],
  [["--language", "fr"], '--language must be en or zh, not "fr"'],
  [["--wrong-key", "silence"], "--wrong-key needs --websocket-key"],
  [["--wrong-key", "maybe"], '--wrong-key must be refuse or silence, not "maybe"'],
  [
    ["--fixture", "/nowhere.json"],
    "--fixture /nowhere.json: no such file or folder, and none of the built-in fixtures",
  ],
  [["--faults", "/nowhere.json"], "--faults /nowhere.json: ENOENT"],
  [["--rsa", "/nowhere.pem"], "--rsa /nowhere.pem: ENOENT"],
  [["--ws-cert", "cert.pem"], "--ws-cert and --ws-key need each other"],
  [["--ws-cert", "/nowhere.pem", "--ws-key", "/nowhere.pem"], "--ws-key /nowhere.pem: ENOENT"],
  [["--longport-port", "x"], "--longport-port must be a whole number from 0 to 65535"],
  [["--longport-app-key", "k"], "--longport-app-key needs --longport-port"],
  [["--longport-port", "0", "--longport-app-secret", ""], "--longport-app-secret must not be empty"],
  [["--longport-port", "0", "--longport-fixture", "/nowhere.json"], "--longport-fixture /nowhere.json: ENOENT"],
])("refuses %j with exit code 2", async (args, problem) => {
  const { exitCode, out, err } = await run([...anyPorts, ...args]);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toContain(problem);
});

test("refuses a fixture that is no JSON, or wrong, with the path", async () => {
  const broken = join(folder, "broken.json");
  writeFileSync(broken, "{");
  expect(await run(["--fixture", broken])).toMatchObject({ exitCode: 2 });
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, '{"version":1,"securities":[],"groups":[{"name":"A","type":"custom","members":["HK.1"]}]}');
  const { exitCode, err } = await run(["--fixture", wrong]);
  expect(exitCode).toBe(2);
  expect(err).toContain("groups[0].members[0]: HK.1 is none of the securities");
});

/** The groups of both fakes. */
async function groupsWith(fixture: string): Promise<{ opend: string[]; longport: string[] }> {
  const groups = { opend: [] as string[], longport: [] as string[] };
  await run([...anyPorts, "--longport-port", "0", "--fixture", fixture], async ({ tcp, longport }) => {
    const socket = connect(tcp.port, tcp.host);
    const read = frameReader("tcp", ({ protoId, body }) => {
      if (protoId !== QotGetUserSecurityGroup.id) return;
      groups.opend = decodeResponse(QotGetUserSecurityGroup, body).s2c!.groupList.map(({ groupName }) => groupName);
      socket.end();
    });
    socket.on("data", read);
    socket.write(frame("tcp", InitConnect, { clientVer: 1, clientID: "" }, 1));
    socket.write(frame("tcp", QotGetUserSecurityGroup, { groupType: 1 }, 2));
    await once(socket, "close");
    const headers = { authorization: "Bearer fake-bearer-token" };
    const answer = await answerOf(await fetch(`${longport?.url}/v1/watchlist/groups`, { headers }));
    groups.longport = (answer.data.groups as { name: string }[]).map(({ name }) => name);
  });
  return groups;
}

test("has built-in fixtures for both brokers", async () => {
  expect(await groupsWith("us-options-trader")).toEqual({
    opend: ["Mega caps", "ETFs", "Covered calls", "Short puts", "AAPL Jan 260–280"],
    longport: ["all", "holdings", "us", "hk", "Mega caps", "ETFs", "Covered calls"],
  });
  expect(await groupsWith("empty-account")).toEqual({ opend: [], longport: ["all", "holdings", "us", "hk"] });
  const { opend, longport } = await groupsWith("default");
  expect([opend.at(-1), longport.at(-1)]).toEqual(["C", "big id"]);
});

test("takes a folder of fixtures, in which one broker's may be missing", async () => {
  const set = mkdtempSync(join(folder, "set-"));
  expect((await run(["--fixture", set])).err).toContain(
    "the folder has none of opend.json, longport.json and faults.json",
  );
  writeFileSync(
    join(set, "opend.json"),
    '{"version":1,"securities":[],"groups":[{"name":"A","type":"custom","members":[]}]}',
  );
  const longport = defaultLongPortFixture.groups.map(({ name }) => name);
  expect(await groupsWith(set)).toEqual({ opend: ["A"], longport });
  writeFileSync(
    join(set, "longport.json"),
    '{"version":1,"securities":[],"groups":[{"type":"all","id":"7","name":"mine"}]}',
  );
  expect(await groupsWith(set)).toEqual({ opend: ["A"], longport: ["mine"] });
  writeFileSync(join(set, "longport.json"), '{"version":2}');
  const { exitCode, err } = await run(["--fixture", set]);
  expect(exitCode).toBe(2);
  expect(err).toContain(`--fixture ${set}: longport.json: [TESTKIT_FIXTURE] version: `);
  rmSync(join(set, "longport.json"));
  // The one fault of the folder meets the first connection.
  writeFileSync(join(set, "faults.json"), '{"version":1,"faults":[{"kind":"refuse"}]}');
  const refused = await run([...anyPorts, "--fixture", set], async ({ tcp }) => {
    await once(connect(tcp.port, tcp.host).resume(), "close");
  });
  expect(refused.err).toContain("a new connection: the planned fault refuse");
});

test("plans the faults of a file, and refuses a wrong one with each mistake by path", async () => {
  const file = join(folder, "faults.json");
  writeFileSync(file, '{"version":1,"faults":[{"kind":"drop","at":"frame","afterBytes":3}]}');
  const { exitCode, err } = await run([...anyPorts, "--faults", file], async ({ tcp }) => {
    const socket = connect(tcp.port, tcp.host);
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.write(frame("tcp", InitConnect, { clientVer: 1, clientID: "" }, 1));
    await once(socket, "close");
    expect(bytes).toBe(3);
  });
  expect(exitCode).toBe(0);
  expect(err).toContain("tickwire-fake: InitConnect: the planned fault drop\n");

  writeFileSync(
    file,
    '{"version":1,"faults":[{"kind":"late","delayMs":-1},{"kind":"drop","at":"end"},{"kind":"bang"}]}',
  );
  const refused = await run([...anyPorts, "--faults", file]);
  expect([refused.exitCode, refused.out]).toEqual([2, ""]);
  for (const problem of ["faults[0].delayMs: ", "faults[1].at: ", "faults[2].kind: "])
    expect(refused.err).toContain(problem);
});

test("encrypts with the key of --rsa, and refuses a file that is none without showing it", async () => {
  const file = join(folder, "key.pem");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  writeFileSync(file, privateKey.export({ type: "pkcs1", format: "pem" }));
  const { exitCode } = await run([...anyPorts, "--rsa", file], async ({ tcp }) => {
    const socket = connect(tcp.port, tcp.host);
    const frames: RawFrame[] = [];
    const read = frameReader("tcp", (one) => frames.push(one));
    socket.on("data", read);
    // A plain login that asks for AES_CBC is answered with RSA, in whole blocks.
    socket.write(frame("tcp", InitConnect, { clientVer: 300, clientID: "t", packetEncAlgo: 2 }, 1));
    while (frames.length === 0) await once(socket, "data");
    expect(frames[0]?.body.length).toBe(128);
    socket.destroy();
  });
  expect(exitCode).toBe(0);

  const wrong = join(folder, "wrong.pem");
  writeFileSync(wrong, "-----BEGIN RSA PRIVATE KEY-----\ns3cret\n-----END RSA PRIVATE KEY-----\n");
  const refused = await run([...anyPorts, "--rsa", wrong]);
  expect(refused.exitCode).toBe(2);
  expect(refused.err).toContain("TESTKIT_RSA_KEY");
  expect(refused.err).not.toContain("s3cret");
});

test("a port in use is told with what to do, exit code 1", async () => {
  await run(anyPorts, async ({ tcp }) => {
    const { exitCode, out, err } = await run(["--port", String(tcp.port), "--ws-port", "0"]);
    expect([exitCode, out]).toEqual([1, ""]);
    expect(err).toContain("the port is in use; stop what holds it, or take another port");
  });
});
