// A program that closed its client ends by itself; one that lost its connection does not hang.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QotGetUserSecurity } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { authority, certificate } from "./certificates.ts";
import { nodes } from "./nodes.ts";

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

/** A way to the fake that falls silent in both directions when it is told to, and then ends nothing by itself. */
async function muteableWay(port: number) {
  let isMute = false;
  const sockets: Socket[] = [];
  const way = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ port, host: "127.0.0.1", allowHalfOpen: true });
    sockets.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("error", () => undefined);
      from.on("data", (chunk) => isMute || to.write(chunk));
      from.on("end", () => isMute || to.end());
    }
  });
  way.listen(0, "127.0.0.1");
  await once(way, "listening");
  return {
    url: (scheme: string) => `${scheme}://127.0.0.1:${(way.address() as AddressInfo).port}`,
    mute() {
      isMute = true;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(way, "close");
      way.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

for (const { name, path, isMissing } of nodes) {
  test.skipIf(isMissing).each([
    ["tcp", []],
    ["ws", ["ws"]],
  ] as const)(`on ${name}, over %s, it ends after close() though the peer is mute`, async (dialect, implementation) => {
    await using way = await muteableWay(server[dialect].port);
    using _ = opend.on(QotGetUserSecurity, () => {
      way.mute();
      return new Promise<never>(() => {});
    });
    expect(await runOn(path, [way.url(dialect), "mute", ...implementation])).toEqual({
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
