import { readFileSync, writeFileSync } from "node:fs";
import { QotGetUserSecurity, QotGetUserSecurityGroup } from "@tickwire/session";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeLongPort } from "../fake-longport.ts";
import { FakeOpenD } from "../fake-opend.ts";
import { parseFixture } from "../fixtures.ts";
import { parseLongPortFixture } from "../longport-fixtures.ts";
import { runProgram } from "../test-support/program.ts";
import { ofKind, SocketPeer, temporaryFolder } from "../test-support/recorded.ts";
import { recordingText } from "../test-support/recording-text.ts";
import { listen } from "./listen.ts";
import { listenLongPort } from "./longport-listener.ts";

const headers = { authorization: "Bearer fake-bearer-token" };
let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = folder.path("session.ndjson");
});
afterEach(() => folder.remove());

test("records OpenD, replays it, and prints its fixture", async () => {
  const opend = new FakeOpenD();
  const server = await listen(opend);
  const recorded = await runProgram(
    ["--record", file, "--upstream", server.tcp.url, "--redact", "clientID", "--keep", "loginUserID"],
    async ({ recording }) => {
      expect(recording.file).toBe(file);
      const peer = await SocketPeer.open(recording.url);
      await peer.login();
      await peer.ask(QotGetUserSecurityGroup, { groupType: 3 });
      await peer.ask(QotGetUserSecurity, { groupName: "A" });
      await peer.close();
    },
  );
  await server.close();
  opend.close();
  expect(recorded).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining(`into ${file}: clients connect to tcp://`),
  });
  expect(ofKind(file, "request")[0]?.message).toMatchObject({ clientID: expect.stringMatching(/^redacted/) });
  expect(ofKind(file, "reply")[0]?.message).toMatchObject({ s2c: { loginUserID: "10000001" } });

  const replayed = await runProgram(["--port", "0", "--ws-port", "0", "--replay", file], async ({ ws }) => {
    const peer = await SocketPeer.open(`ws://${ws.host}:${ws.port}`);
    await peer.login();
    expect((await peer.ask(QotGetUserSecurity, { groupName: "A" })).retMsg).toContain(
      "the replay expected Qot_GetUserSecurityGroup",
    );
    expect((await peer.ask(QotGetUserSecurityGroup, { groupType: 3 })).s2c?.groupList).toHaveLength(13);
    await peer.close();
  });
  expect(replayed).toMatchObject({ exitCode: 0, err: expect.stringContaining("the replay expected") });
  const lenient = await runProgram(
    ["--port", "0", "--ws-port", "0", "--replay", file, "--lenient"],
    async ({ tcp }) => {
      const peer = await SocketPeer.open(`tcp://${tcp.host}:${tcp.port}`);
      await peer.login();
      expect((await peer.ask(QotGetUserSecurity, { groupName: "A" })).retType).toBe(0);
      await peer.close();
    },
  );
  expect(lenient.exitCode).toBe(0);

  const { exitCode, out, err } = await runProgram(["--fixture-from", file]);
  expect([exitCode, err]).toEqual([0, ""]);
  expect(parseFixture(JSON.parse(out)).groups).toHaveLength(13);
});

test("records LongPort, replays it, and prints its fixture", async () => {
  const server = await listenLongPort(new FakeLongPort());
  const list = async (url: string) => (await fetch(`${url}/v1/watchlist/groups`, { headers })).json();
  let answer: unknown;
  await runProgram(["--record", file, "--upstream", server.url], async ({ recording }) => {
    answer = await list(recording.url);
  });
  await server.close();
  const ports = ["--port", "0", "--ws-port", "0", "--longport-port", "0"];
  const replayed = await runProgram([...ports, "--replay", file], async ({ longport }) => {
    expect(await list(longport!.url)).toEqual(answer);
    expect(await list(longport!.url)).toMatchObject({ code: 400_000 });
  });
  expect(replayed).toMatchObject({ exitCode: 0, err: expect.stringContaining("LongPort: the replay expected") });
  const { out } = await runProgram(["--fixture-from", file]);
  expect(parseLongPortFixture(JSON.parse(out)).groups).toHaveLength(7);
});

const recorder = ["--record", "x", "--upstream", "tcp://x:1"];
test.each<readonly [args: readonly string[], problem: string]>([
  [["--record", "x"], "--record needs --upstream"],
  [["--upstream", "tcp://x:1"], "--upstream needs --record"],
  [["--redact", "x"], "--redact needs --record"],
  [["--keep", "x"], "--keep needs --record"],
  [["--lenient"], "--lenient needs --replay"],
  [["--record", "x", "--replay", "x"], "of --record, --replay and --fixture-from only one is possible"],
  [["--record", "x", "--fixture-from", "x"], "of --record, --replay and --fixture-from only one is possible"],
  [["--replay", "x", "--fixture-from", "x"], "of --record, --replay and --fixture-from only one is possible"],
  [["--replay", "x", "--upstream", "tcp://x:1"], "--upstream needs --record"],
  [["--fixture-from", "x", "--upstream", "tcp://x:1"], "--upstream is of no use with --fixture-from: leave it out"],
  [["--fixture-from", "x", "--fixture", "default"], "--fixture is of no use with --fixture-from: leave it out"],
  ...["--fixture", "--faults", "--ws-port", "--longport-port", "--websocket-key", "--seed"].map(
    (flag) => [[...recorder, flag, "0"], `${flag} is of no use with --record: leave it out`] as const,
  ),
  [["--replay", "/nowhere"], "--replay /nowhere: ENOENT"],
  [["--fixture-from", "/nowhere"], "--fixture-from /nowhere: ENOENT"],
])("refuses %j with exit code 2", async (args, problem) => {
  const { exitCode, out, err } = await runProgram(args);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toContain(problem);
});

test("refuses a file that is no recording, or one of LongPort without a port for it", async () => {
  writeFileSync(file, "{}\n");
  for (const flag of ["--replay", "--fixture-from"]) {
    const { exitCode, err } = await runProgram([flag, file]);
    expect(exitCode).toBe(2);
    expect(err).toContain("line 1 of the recording: format");
  }
  writeFileSync(file, recordingText([], { dialect: "http" }));
  expect(await runProgram(["--replay", file])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("--replay of a recording of LongPort needs --longport-port"),
  });
});

test("refuses a fixture that a strict replay would not look at", async () => {
  writeFileSync(file, recordingText([]));
  const needsLenient = (flag: string) => ({
    exitCode: 2,
    err: expect.stringContaining(`${flag} needs --lenient: a strict replay answers from the recording alone`),
  });
  const opend = ["--replay", file, "--fixture", "empty-account", "--port", "0", "--ws-port", "0"];
  expect(await runProgram(opend)).toMatchObject(needsLenient("--fixture"));
  expect(await runProgram([...opend, "--lenient"])).toMatchObject({ exitCode: 0 });
  expect(await runProgram([...opend, "--longport-port", "0"])).toMatchObject({ exitCode: 0 });

  writeFileSync(file, recordingText([], { dialect: "http" }));
  writeFileSync(folder.path("longport.json"), JSON.stringify({ version: 1, securities: [], groups: [] }));
  const fixture = ["--longport-port", "0", "--longport-fixture", folder.path("longport.json")];
  expect(await runProgram(["--replay", file, ...fixture])).toMatchObject({ exitCode: 2 });
});

test("what cannot be recorded ends it with exit code 1, and the file that is there stays", async () => {
  const opend = new FakeOpenD();
  const server = await listen(opend);
  writeFileSync(file, "mine");
  const { exitCode, out, err } = await runProgram(["--record", file, "--upstream", server.tcp.url]);
  await server.close();
  opend.close();
  expect([exitCode, out]).toEqual([1, ""]);
  expect(err).toContain("it is there already; take another name, or delete it");
  expect(readFileSync(file, "utf8")).toBe("mine");
});
