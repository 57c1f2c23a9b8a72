// `npm run page`: its one line is the address, SIGTERM ends it, and it does not outlive npm.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test, vi } from "vitest";

const root = join(import.meta.dirname, "../../..");
/** A user's environment, without what the programs around this test have put into it, but that all is built. */
const { HOME } = process.env;
const PATH = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
const env = { PATH: PATH.join(delimiter), HOME, TURBO_HASH: "built" };
let npm: ChildProcess | undefined;

afterEach(() => npm?.kill("SIGKILL"));

async function start(): Promise<{ npm: ChildProcess; url: string }> {
  const child = spawn("npm", ["run", "page"], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  npm = child;
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { npm: child, url };
}

const isServed = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

test.each(["SIGTERM", "SIGKILL"] as const)("it serves the page, and ends when npm gets %s", async (signal) => {
  const { npm: child, url } = await start();
  expect(await (await fetch(url)).text()).toContain('http-equiv="Content-Security-Policy"');
  child.kill(signal);
  await vi.waitFor(async () => expect(await isServed(url)).toBe(false), { timeout: 20_000 });
});
