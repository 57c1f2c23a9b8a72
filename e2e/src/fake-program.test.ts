// `npm run fake`: the ready line is all of stdout, SIGTERM ends it, and it does not outlive npm.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { delimiter, join } from "node:path";
import { connect as connectTcp } from "@tickwire/node-client";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { afterEach, expect, test, vi } from "vitest";

interface ReadyLine {
  readonly ready: true;
  readonly tcp: { readonly host: string; readonly port: number };
  readonly ws: { readonly host: string; readonly port: number };
}

const root = join(import.meta.dirname, "../..");
const args = ["run", "fake", "--", "--port", "0", "--ws-port", "0", "--websocket-key", "a secret key"];
/** A user's environment, without what the programs around this test have put into it. */
const { HOME, TURBO_HASH } = process.env;
const PATH = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
const env = { PATH: PATH.join(delimiter), HOME, ...(TURBO_HASH === undefined ? {} : { TURBO_HASH }) };
let child: ChildProcess | undefined;

afterEach(() => child?.kill("SIGKILL"));

/** Starts it through npm, as a user does, and reads its first line. */
async function start(): Promise<{ npm: ChildProcess; ready: ReadyLine; output: { stdout: string; stderr: string } }> {
  const npm = spawn("npm", args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  child = npm;
  const output = { stdout: "", stderr: "" };
  npm.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    npm.stdout.on("data", (chunk) => {
      output.stdout += chunk;
      if (output.stdout.includes("\n")) resolve();
    });
    npm.on("exit", (code) => reject(new Error(`it ended with ${code} before it was ready: ${output.stderr}`)));
  });
  return { npm, ready: JSON.parse(output.stdout), output };
}

/** Whether somebody listens. */
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

test("serves both clients, and ends on SIGTERM with its ports free", async () => {
  const { npm, ready, output } = await start();
  expect(ready).toEqual({
    ready: true,
    tcp: { host: "127.0.0.1", port: expect.any(Number) },
    ws: { host: "127.0.0.1", port: expect.any(Number) },
  });
  {
    await using tcp = await connectTcp(`tcp://127.0.0.1:${ready.tcp.port}`);
    expect(await tcp.getUserSecurityGroup()).toHaveLength(13);
    await using ws = await connectWebSocket(`ws://127.0.0.1:${ready.ws.port}`, { websocketKey: "a secret key" });
    expect(await ws.getUserSecurityGroup()).toHaveLength(13);
  }
  const exit = once(npm, "exit");
  npm.kill("SIGTERM");
  await exit;
  await vi.waitFor(async () => expect(await isOpen(ready.tcp.port)).toBe(false), { timeout: 10_000 });
  expect(output.stdout.trim().split("\n")).toHaveLength(1);
  expect(output.stdout + output.stderr).not.toContain("a secret key");
});

test("ends also when npm alone is killed", async () => {
  const { npm, ready } = await start();
  npm.kill("SIGKILL");
  await vi.waitFor(
    async () => expect([await isOpen(ready.tcp.port), await isOpen(ready.ws.port)]).toEqual([false, false]),
    { timeout: 10_000 },
  );
});
