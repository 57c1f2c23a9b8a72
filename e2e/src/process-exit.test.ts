// A program that closed its client ends by itself; one that lost its connection does not hang.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QotGetUserSecurity } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { authority, certificate } from "./certificates.ts";
import { nodes } from "./nodes.ts";
import { TcpProxy } from "./sockets/proxy.ts";

let opend: FakeOpenD;
let server: Listening;

beforeEach(async () => {
  opend = new FakeOpenD();
  server = await listen(opend);
});
afterEach(async () => {
  await server.close();
  opend.close();
});

const program = join(import.meta.dirname, "fixtures/exit-program.ts");

interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

const run = (...args: string[]): Promise<Ended> => runOn(process.execPath, args);

/** Runs the program to its own end; what it printed, and its exit code. */
function runOn(node: string, args: readonly string[], env = process.env): Promise<Ended> {
  const child = spawn(node, [program, ...args], { stdio: ["ignore", "pipe", "inherit"], env });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve({ code, printed })));
}

test.each(["tcp", "ws"] as const)("over %s, it ends after close()", async (dialect) => {
  expect(await run(server[dialect].url, "close")).toEqual({ code: 0, printed: "13 groups\n" });
});

test.each(["tcp", "ws"] as const)("over %s, a request in flight rejects when the socket drops", async (dialect) => {
  using _ = opend.on(QotGetUserSecurity, () => {
    opend.disconnect();
    return new Promise<never>(() => {});
  });
  expect(await run(server[dialect].url, "drop")).toEqual({
    code: 0,
    printed: "13 groups\nOPEND_CONNECTION_LOST unknown\n",
  });
});

for (const { name, path, isMissing } of nodes) {
  test.skipIf(isMissing).each([
    ["tcp", []],
    ["ws", ["ws"]],
  ] as const)(`on ${name}, over %s, it ends after close() though the peer is mute`, async (dialect, implementation) => {
    await using proxy = await TcpProxy.start(server[dialect].port);
    using _ = opend.on(QotGetUserSecurity, () => {
      proxy.freeze();
      return new Promise<never>(() => {});
    });
    expect(await runOn(path, [`${dialect}://127.0.0.1:${proxy.port}`, "mute", ...implementation])).toEqual({
      code: 0,
      printed: "13 groups\n",
    });
  });

  test.skipIf(isMissing)(`on ${name}, its own WebSocket tells at once that nothing listens`, async () => {
    const { url } = server.ws;
    await server.close();
    const { code, printed } = await runOn(path, [url, "close"]);
    expect(code).toBe(0);
    expect(printed).toMatch(/^OPEND_CONNECT_FAILED not-sent\n.*no WebSocket could be opened.*Is OpenD running/);
  });

  test.skipIf(isMissing)(`on ${name}, its own WebSocket trusts the CA of NODE_EXTRA_CA_CERTS`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "tickwire-ca-"));
    try {
      const ca = await authority();
      const caFile = join(folder, "ca.pem");
      writeFileSync(caFile, ca.cert);
      await using secure = await listen(opend, { tls: await certificate({ ca }) });
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile };
      expect(await runOn(path, [secure.ws.url, "close"], env)).toEqual({ code: 0, printed: "13 groups\n" });
      const { printed } = await runOn(path, [secure.ws.url, "close"]);
      expect(printed).toMatch(/^OPEND_CONNECT_FAILED not-sent\n.*OpenD needs a trusted certificate/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
