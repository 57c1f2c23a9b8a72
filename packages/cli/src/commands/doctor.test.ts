// Over real sockets, because what goes wrong is there.
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@tickwire/session/parts";
import { FakeLongPort, FakeOpenD, type FakeOpenDOptions } from "@tickwire/testkit";
import { type ListenOptions, listen, listenLongPort, rsaCiphers } from "@tickwire/testkit/node";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Env } from "../config.ts";
import { connectors } from "../connect.ts";
import type { Check } from "../doctor/check.ts";
import { run } from "../program.ts";

let folder: string;
const closers: (() => Promise<void> | void)[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function gateway(options: FakeOpenDOptions = {}, listening: ListenOptions = {}) {
  const opend = new FakeOpenD(options);
  const { tcp, ws, close } = await listen(opend, listening);
  closers.push(close, () => opend.close());
  return { opend, tcp, ws };
}

async function examine(args: readonly string[], env: Env = {}) {
  let [out, err] = ["", ""];
  const code = await run(["doctor", "--json", ...args], {
    io: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      stdin: undefined,
      isErrTerminal: false,
      colors: { out: false, err: false },
    },
    env,
    home: "/nowhere",
    clock: systemClock,
    signal: new AbortController().signal,
    connect: connectors,
  });
  expect(err).toBe("");
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Check[] };
  expect(ok).toBe(code === 0);
  const failure = checks.find(({ state }) => state === "failed");
  return { code, checks, failure, states: Object.fromEntries(checks.map(({ name, state }) => [name, state])) };
}

const keyFile = (name: string) => {
  const key = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs1", format: "pem" });
  const file = join(folder, name);
  writeFileSync(file, key);
  return { file, key: String(key) };
};

describe("OpenD", () => {
  test("all is well, over TCP and WebSocket", async () => {
    const { tcp, ws } = await gateway({ websocketKey: "secret" });
    const { code, states } = await examine(["--address", tcp.url]);
    expect({ code, states }).toEqual({
      code: 0,
      states: {
        settings: "ok",
        network: "ok",
        login: "ok",
        OpenD: "ok",
        quotes: "ok",
        trading: "ok",
        clock: "ok",
        rights: "ok",
        quota: "ok",
        watchlist: "ok",
      },
    });
    expect((await examine(["--address", ws.url], { TICKWIRE_WEBSOCKET_KEY: "secret" })).code).toBe(0);
  });

  test.skipIf(process.platform === "win32")("a file with keys that others can read", async () => {
    const { ws } = await gateway({ websocketKey: "secret" });
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify({ opend: { address: ws.url, websocketKey: "secret" } }), { mode: 0o644 });
    const { checks, code } = await examine(["--config", file]);
    expect({ code, check: checks.find(({ name }) => name === "file") }).toMatchObject({
      code: 0,
      check: { state: "warning", fix: `chmod 600 ${file}` },
    });
    chmodSync(file, 0o600);
    expect((await examine(["--config", file])).states["file"]).toBeUndefined();
  });

  test("nothing listens", async () => {
    const { failure, code } = await examine(["--address", "127.0.0.1:1"]);
    expect({ code, failure }).toMatchObject({
      code: 1,
      failure: {
        name: "network",
        detail: "127.0.0.1:1: nothing listens there",
        fix: expect.stringMatching(/^start OpenD.*`tickwire fake`/),
      },
    });
  });

  test("an address that is none", async () => {
    expect((await examine(["--address", "http://127.0.0.1"])).failure).toMatchObject({
      name: "address",
      fix: expect.stringContaining("tcp://127.0.0.1:11111"),
    });
  });

  test("the ports mixed up, both ways, also when the key is not answered", async () => {
    const { tcp, ws } = await gateway({ websocketKey: "secret" });
    expect((await examine(["--address", `tcp://127.0.0.1:${ws.port}`])).failure).toMatchObject({
      name: "login",
      detail: "this is OpenD's WebSocket port, not its API port",
      fix: `--address ws://127.0.0.1:${ws.port}`,
    });
    expect((await examine(["--address", `ws://127.0.0.1:${tcp.port}`])).failure).toMatchObject({
      detail: "this is OpenD's API port, not its WebSocket port",
      fix: `--address tcp://127.0.0.1:${tcp.port}`,
    });
  });

  test("a WebSocket key that is missing or wrong; it is not shown", async () => {
    const { ws } = await gateway({ websocketKey: "secret" });
    expect((await examine(["--address", ws.url])).failure).toMatchObject({
      detail: expect.stringContaining("(no key is set here)"),
      fix: expect.stringContaining("TICKWIRE_WEBSOCKET_KEY"),
    });
    const { failure, checks } = await examine(["--address", ws.url], { TICKWIRE_WEBSOCKET_KEY: "my wrong key" });
    expect(failure?.detail).toContain("(the key may be another one)");
    expect(JSON.stringify(checks)).not.toContain("my wrong key");
  });

  test("TLS where none was expected, none where it was, and a certificate that nobody trusts", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
    const secure = await gateway({}, { tls: { key, cert } });
    const { port } = secure.ws;
    expect((await examine(["--address", `ws://127.0.0.1:${port}`])).failure?.fix).toBe(
      `--address wss://127.0.0.1:${port}`,
    );
    expect((await examine(["--address", `tcp://127.0.0.1:${port}`])).failure?.fix).toBe(
      `--address wss://127.0.0.1:${port}`,
    );
    expect((await examine(["--address", `wss://127.0.0.1:${port}`])).failure).toMatchObject({
      detail: "the certificate is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT",
      fix: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    const plain = await gateway();
    expect((await examine(["--address", `wss://127.0.0.1:${plain.ws.port}`])).failure).toMatchObject({
      detail: expect.stringContaining("does not speak TLS"),
      fix: expect.stringContaining(`--address ws://127.0.0.1:${plain.ws.port}`),
    });
  });

  test("an RSA key that OpenD has and we have, has and we have another, has not", async () => {
    const { file, key } = keyFile("right.pem");
    const other = keyFile("other.pem").file;
    const encrypted = await gateway({ ciphers: rsaCiphers(key) });
    expect((await examine(["--address", encrypted.tcp.url, "--rsa-key", file])).code).toBe(0);
    expect((await examine(["--address", encrypted.tcp.url, "--rsa-key", other])).failure).toMatchObject({
      name: "login",
      fix: expect.stringContaining("--rsa-key"),
    });
    const clear = await gateway();
    expect((await examine(["--address", clear.tcp.url, "--rsa-key", file])).failure).toMatchObject({
      detail: "OpenD lets a client in without encryption, but not with this RSA key",
      fix: expect.stringContaining("leave --rsa-key out"),
    });
    expect((await examine(["--address", clear.tcp.url, "--rsa-key", "/nowhere.pem"])).failure?.detail).toContain(
      "/nowhere.pem cannot be read: there is no such file",
    );
    const noKey = join(folder, "no-key.pem");
    writeFileSync(noKey, "key");
    expect((await examine(["--address", clear.tcp.url, "--rsa-key", noKey])).failure).toMatchObject({
      detail: expect.stringContaining("--rsa-key"),
      fix: "correct that setting",
    });
  });

  test.each(["", "tcp://", "http://127.0.0.1:11111", "::1:11111"])("an address that is none: %j", async (address) => {
    expect((await examine(["--address", address])).failure).toMatchObject({
      name: "address",
      fix: expect.stringContaining("tcp://127.0.0.1:11111"),
    });
  });

  test("something that is not OpenD", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined).resume();
      socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.address() as { port: number };
    expect((await examine(["--address", `127.0.0.1:${port}`])).failure).toMatchObject({
      name: "login",
      detail: expect.stringContaining("does not send OpenD's TCP frames"),
      fix: expect.stringContaining("--address"),
    });
  });
});

describe("LongPort", () => {
  const keys = {
    LONGPORT_APP_KEY: "fake-app-key",
    LONGPORT_APP_SECRET: "fake-app-secret",
    LONGPORT_ACCESS_TOKEN: "fake-access-token",
  };
  async function longport(env: Env = {}) {
    const { url, close } = await listenLongPort(new FakeLongPort());
    closers.push(close);
    return examine(["--broker", "longport"], { ...keys, LONGPORT_HTTP_URL: url, ...env });
  }

  test("all is well", async () => {
    const { code, states } = await longport();
    expect({ code, states }).toEqual({
      code: 0,
      states: { keys: "ok", network: "ok", clock: "ok", watchlist: "ok", "quote socket": "ok", quotes: "ok" },
    });
  });

  test.each([
    [{ LONGPORT_ACCESS_TOKEN: "another" }, "watchlist", "LONGPORT_ACCESS_TOKEN"],
    [{ LONGPORT_APP_SECRET: "another" }, "watchlist", "LONGPORT_APP_SECRET"],
    [{ LONGPORT_APP_KEY: "another" }, "watchlist", "LONGPORT_APP_KEY"],
    [{ LONGPORT_APP_KEY: "" }, "keys", "set them in the environment"],
    [{ LONGPORT_HTTP_URL: "http://127.0.0.1:1" }, "network", "LONGPORT_REGION"],
    [{ LONGPORT_QUOTE_WS_URL: "ws://127.0.0.1:1/v2" }, "quote socket", "proxy"],
  ])("%j", async (env, name, fix) => {
    const { failure, checks } = await longport(env);
    expect(failure).toMatchObject({ name, fix: expect.stringContaining(fix) });
    expect(JSON.stringify(checks)).not.toContain("fake-app-secret");
  });

  test("an address that is none is told by the name of its variable", async () => {
    expect((await longport({ LONGPORT_HTTP_URL: "garbage" })).failure).toMatchObject({
      name: "keys",
      detail: expect.stringContaining("LONGPORT_HTTP_URL is not an address"),
    });
  });

  test("a token that is a JSON Web Token tells when it ends", async () => {
    const token = (days: number) =>
      `m_e30.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + days * 86_400 })).toString("base64url")}.x`;
    expect((await longport({ LONGPORT_ACCESS_TOKEN: token(-2) })).failure).toMatchObject({
      name: "token",
      detail: expect.stringContaining("has expired on"),
    });
    expect((await longport({ LONGPORT_ACCESS_TOKEN: token(2) })).states["token"]).toBe("warning");
    expect((await longport({ LONGPORT_ACCESS_TOKEN: token(80) })).states["token"]).toBe("ok");
  });
});
