// Tests that fail, run by a vitest of their own: what the fixtures of @tickwire/testkit/vitest say of them.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, makeFolder, run } from "./snippets/modules.ts";

const failing = `
import { QotGetReference } from "@tickwire/codec/quote";
import { connect, QotGetUserSecurity } from "@tickwire/node-client";
import { memoryTransport } from "@tickwire/testkit";
import { test } from "@tickwire/testkit/vitest";
import { expect } from "vitest";

test("unhandled", async ({ client }) => {
  await client.request(QotGetReference, { security: { market: 1, code: "00700" }, referenceType: 1 }).catch(() => undefined);
});
test("unused", ({ opend }) => {
  opend.once(QotGetUserSecurity, () => ({}));
});
test("failed handler", async ({ opend, client }) => {
  opend.on(QotGetUserSecurity, () => { throw new Error("a mistake"); });
  await client.getUserSecurity("A").catch(() => undefined);
});
test("open connection", async ({ opend, clock }) => {
  await connect(memoryTransport(opend, "tcp"), { clock });
});
test("unused fault", ({ longport }) => {
  longport.faults.add({ kind: "slow", operation: "list" });
});
test("timer", ({ clock }) => {
  clock.startTimer(() => undefined, 1000);
});
test("nothing", ({ opend, client, longport, server, dialect }) => {
  expect(dialect).toBe("ws");
});
test.describe("in real time", () => {
  test.override({ time: "real" });
  test("clock", ({ clock }) => {});
});
`;

let folder: string;
let messages: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = makeFolder();
  writeFileSync(join(folder, "failing.test.mjs"), failing);
  writeFileSync(join(folder, "vitest.config.mjs"), 'export default { test: { provide: { dialect: "ws" } } };\n');
  const { output } = await run(bin("vitest"), ["run", "--reporter=json", "--outputFile=report.json"], folder, 60_000);
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  const results: { title: string; failureMessages: string[] }[] = report.testResults[0]?.assertionResults ?? [];
  messages = new Map(results.map(({ title, failureMessages }) => [title, failureMessages.join("\n")]));
  if (messages.size === 0) throw new Error(`no test ran: ${output}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["unhandled", "Qot_GetReference (3206) was asked once, and nothing answers it. Write a handler:"],
  ["unused", "1 handler of Qot_GetUserSecurity for one request (once) was never asked"],
  ["failed handler", "the handler of Qot_GetUserSecurity failed: a mistake"],
  ["open connection", "1 connection is open"],
  [
    "unused fault",
    'the fault that was planned for LongPort has met too little or nothing: { kind: "slow", operation: "list" }',
  ],
  ["timer", "1 timer is pending"],
  ["clock", '[TESTKIT_OPTION] with time: "real" there is no clock to move'],
])("%s: the test fails, and says why", (title, message) => {
  expect(messages.get(title)).toContain(message);
});

test("what has left nothing behind does not fail, and a project's dialect is heard", () => {
  expect(messages.get("nothing")).toBe("");
});
