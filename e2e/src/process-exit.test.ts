// A program that closed its client ends by itself; one that lost its connection does not hang.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { QotGetUserSecurity } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { afterEach, beforeEach, expect, test } from "vitest";

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

/** Runs the program to its own end; what it printed, and its exit code. */
function run(...args: string[]): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
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
