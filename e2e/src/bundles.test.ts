// What browser apps get: an OpenD app that imports connect and uses the watchlist trio, and a LongPort app.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bundlers, each with the minified code that it makes of an app. */
const bundlers: Record<string, (entry: string) => Promise<string>> = {
  async esbuild(entry) {
    const result = await esbuild({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2023",
      write: false,
      logLevel: "error",
    });
    expect(result.warnings).toEqual([]);
    return result.outputFiles[0]?.text ?? "";
  },
  async vite(entry) {
    const result = await vite({
      configFile: false,
      logLevel: "error",
      root: folder,
      build: {
        write: false,
        target: "es2023",
        minify: true,
        modulePreload: false,
        rollupOptions: { input: entry, output: { entryFileNames: "app.js" } },
      },
    });
    const [output] = Array.isArray(result) ? result : [result];
    const chunks = output !== undefined && "output" in output ? output.output : [];
    return chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  },
};

describe.each([
  // The vendor's OpenD client takes 83.5 kB gzip for the same; its LongPort SDK does not run in a browser.
  { app: "watchlist-app.ts", budgetBytes: 15_000 },
  { app: "longport-app.ts", budgetBytes: 10_000 },
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
