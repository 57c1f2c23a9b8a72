// The program `tickwire` as it is built, against `tickwire fake`: exit codes, signals, pipes, settings.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodes } from "./nodes.ts";

const bin = join(import.meta.dirname, "../../packages/cli/dist/bin.js");

interface Ready {
  readonly tcp: { readonly port: number };
  readonly ws: { readonly port: number };
  readonly longport: { readonly url: string };
}

let fake: ChildProcess;
let ready: Ready;
let home: string;
/** A user's environment: nothing of the programs around this test. */
let env: Record<string, string>;

/** Starts the program; `ended` has what it wrote. */
function start(
  args: readonly string[],
  options: { readonly node?: string; readonly env?: Record<string, string> } = {},
) {
  const child = spawn(options.node ?? process.execPath, [bin, ...args], {
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const written = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    written.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    written.err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, ...written })),
  );
  /** Resolves with what is on stdout once a line is. */
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on("data", () => {
      if (written.out.includes("\n")) resolve(written.out);
    });
  });
  return { child, ended, firstLine };
}

const run = (args: readonly string[], options?: Parameters<typeof start>[1]) => {
  const { child, ended } = start(args, options);
  child.stdin.end();
  return ended;
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
  env = { PATH: process.env["PATH"] ?? "", HOME: home };
  const started = start([
    "fake",
    "--port",
    "0",
    "--ws-port",
    "0",
    "--websocket-key",
    "secret",
    "--longport-port",
    "0",
    "--quote-interval-ms",
    "20",
  ]);
  fake = started.child;
  ready = JSON.parse(await started.firstLine);
  mkdirSync(join(home, ".config/tickwire"), { recursive: true });
  writeFileSync(
    join(home, ".config/tickwire/config.json"),
    JSON.stringify({
      opend: { address: `tcp://127.0.0.1:${ready.tcp.port}`, websocketKey: "secret" },
      longport: {
        appKey: "fake-app-key",
        appSecret: "fake-app-secret",
        accessToken: "fake-access-token",
        httpUrl: ready.longport.url,
      },
    }),
  );
});

afterAll(() => {
  fake.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

for (const { name, path, isMissing } of nodes)
  test.skipIf(isMissing)(`lists groups, with its settings from the file, on ${name}`, async () => {
    const { code, out, err } = await run(["groups"], { node: path });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^All .*read only$/m);
  });

test("speaks WebSocket, and is not kept alive by it", async () => {
  expect(await run(["list", "some_group", "-a", `ws://127.0.0.1:${ready.ws.port}`])).toMatchObject({
    code: 0,
    err: "",
  });
});

test("brings a group from Futu to LongPort, with signed requests", async () => {
  const args = ["sync", "futu:some_group", "longport:Futu's", "--create", "--json"];
  expect(JSON.parse((await run(args)).out)).toMatchObject({
    done: false,
    plan: { steps: [{ kind: "create" }, { kind: "add" }] },
  });
  expect(JSON.parse((await run([...args, "--yes"])).out)).toMatchObject({ done: true, isComplete: true });
  expect((await run(["list", "longport:Futu's"])).out).toContain("700.HK");
});

test.each([
  [["groups", "--nope"], 2],
  [["list", "nope"], 1],
  [["groups", "-a", "127.0.0.1:1"], 3],
  [["doctor", "-a", "127.0.0.1:1"], 1],
  [["--help"], 0],
])("%j ends with %i", async (args, code) => {
  const ended = await run(args);
  expect(ended.code).toBe(code);
  expect(ended.err).not.toMatch(/^ +at /m);
});

describe("watch", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s with %i, and says nothing", async (signal, code) => {
    const { child, ended, firstLine } = start(["watch", "some_group"]);
    await firstLine;
    child.kill(signal);
    const { out, ...rest } = await ended;
    expect(rest).toEqual({ code, err: "futu: ready\n" });
    expect(out.endsWith("\n")).toBe(true);
  });

  test("at a terminal that does not tell its size, has a line for each quote", async () => {
    const terminal = "--import=data:text/javascript,Object.assign(process.stdout,{isTTY:true,rows:0,columns:0})";
    const { child, ended, firstLine } = start(["watch", "some_group"], { env: { NODE_OPTIONS: terminal } });
    expect(await firstLine).toMatch(/^\d\d:\d\d:\d\d\t/);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130 });
  });

  test("ends when nobody reads any more, as in `tickwire watch some_group | head -1`", async () => {
    const { child, ended, firstLine } = start(["watch", "some_group", "--json"]);
    expect(JSON.parse((await firstLine).split("\n")[0] ?? "")).toMatchObject({ type: "status", state: "ready" });
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, err: "" });
  });
});

test("a long answer gets through a slow pipe whole", async () => {
  const { child, ended } = start(["request", "--json"]);
  child.stdin.end();
  child.stdout.pause();
  setImmediate(() => child.stdout.resume());
  expect(JSON.parse((await ended).out)).toHaveLength(177);
});

test("stdin is read", async () => {
  const { child, ended } = start(["decode"]);
  child.stdin.end("46 54");
  expect(await ended).toMatchObject({
    code: 1,
    out: "wrong at byte 0: the capture ends inside of a frame, of which 2 bytes are there\n",
  });
});

test("colours come when they are asked for, and not into a pipe", async () => {
  expect((await run(["groups"])).out).not.toContain("\u001b");
  expect((await run(["groups"], { env: { FORCE_COLOR: "1" } })).out).toContain("\u001b[1m");
  expect((await run(["groups"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out).toContain("\u001b[1m");
});

test("the fakes end by Ctrl-C", async () => {
  const { child, ended, firstLine } = start(["fake", "--port", "0", "--ws-port", "0"]);
  expect(JSON.parse(await firstLine)).toMatchObject({ ready: true });
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
});

test("what was recorded can be replayed", async () => {
  const file = join(home, "session.ndjson");
  const recorder = start(["record", file, "--json"]);
  const { url } = JSON.parse(await recorder.firstLine) as { url: string };
  const { out } = await run(["list", "some_group", "--address", url]);
  expect(out).toContain("700.HK");
  recorder.child.kill("SIGINT");
  expect(await recorder.ended).toMatchObject({ code: 130, err: "" });

  const replay = start(["fake", "--port", "0", "--ws-port", "0", "--replay", file]);
  const { tcp } = JSON.parse(await replay.firstLine) as Ready;
  expect(await run(["list", "some_group", "--address", `127.0.0.1:${tcp.port}`])).toEqual({ code: 0, out, err: "" });
  replay.child.kill("SIGINT");
  await replay.ended;
  // What is there is left alone.
  expect(await run(["record", file])).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("[TESTKIT_RECORD]"),
  });
});
