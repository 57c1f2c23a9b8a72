// What browser apps get: an OpenD app that imports connect and uses the watchlist trio, LongPort apps, and one of both brokers.
// That of LongPort's watchlist must not load the quote socket.
import { globSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { budgetsOf } from "./budgets.ts";
import { bundlers } from "./bundlers.ts";

// That of one protocol has a test of its own.
const apps = [...budgetsOf("Apps")].filter(([app]) => app !== "one-protocol-app.ts");

test("every app has a budget", () => {
  const names = globSync("*-app.ts", { cwd: join(import.meta.dirname, "fixtures") });
  const others = ["one-fixture-app.ts", "published-app.ts"];
  expect(new Set(names)).toEqual(new Set([...budgetsOf("Apps").keys(), ...others]));
});

describe.each(apps)("%s", (app, [budgetBytes = 0]) => {
  test.each(Object.entries(bundlers))("%s bundles it within the budget, without polyfills", async (name, bundle) => {
    const code = await bundle(join(import.meta.dirname, "fixtures", app));
    const gzipBytes = gzipSync(code, { level: 9 }).length;
    process.stdout.write(`${app}, ${name}: ${code.length} bytes min, ${gzipBytes} gzip (budget ${budgetBytes})\n`);
    const nodeisms = /"node:|\brequire\(|\bprocess\.\w|\bBuffer\.|\beval\(|new Function/;
    expect(code.match(nodeisms)?.[0]).toBeUndefined();
    expect(gzipBytes).toBeLessThanOrEqual(budgetBytes);
  });
});

describe("fixtures", () => {
  // The third bundler of these tests cannot read zod.
  test.each(["esbuild", "vite"] as const)("%s leaves those out that are not imported", async (name) => {
    const code = await bundlers[name](join(import.meta.dirname, "fixtures/one-fixture-app.ts"));
    // The account of the imported fixture, and one of each other.
    const found = ["281756000000000301", "281756000000000101", "283726000000000201"].map((id) => code.includes(id));
    expect(found).toEqual([true, false, false]);
  });
});
