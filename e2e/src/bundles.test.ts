// What browser apps get: an OpenD app that imports connect and uses the watchlist trio, LongPort apps, and one of both brokers.
// That of LongPort's watchlist must not load the quote socket.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bundlers } from "./bundlers.ts";

describe.each([
  // The vendor's OpenD client takes 83.5 kB gzip for the same; its LongPort SDK does not run in a browser.
  { app: "watchlist-app.ts", budgetBytes: 20_250 },
  { app: "longport-app.ts", budgetBytes: 10_000 },
  { app: "both-brokers-app.ts", budgetBytes: 38_000 },
  { app: "longport-quotes-app.ts", budgetBytes: 23_000 },
])("$app", ({ app, budgetBytes }) => {
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
