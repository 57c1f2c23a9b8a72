// What a browser app gets that imports connect and uses the watchlist trio.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The vendor's client takes 83.5 kB for the same. */
const BUDGET_GZIP_BYTES = 15_000;

const entry = join(import.meta.dirname, "fixtures/watchlist-app.ts");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(name: string, code: string): void {
  const gzipBytes = gzipSync(code, { level: 9 }).length;
  process.stdout.write(`${name}: ${code.length} bytes min, ${gzipBytes} bytes gzip (budget ${BUDGET_GZIP_BYTES})\n`);
  const nodeisms = /"node:|\brequire\(|\bprocess\.\w|\bBuffer\.|\beval\(|new Function/;
  expect(code.match(nodeisms)?.[0]).toBeUndefined();
  expect(gzipBytes).toBeLessThanOrEqual(BUDGET_GZIP_BYTES);
}

test("esbuild bundles the watchlist app within the budget, without polyfills", async () => {
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
  check("esbuild", result.outputFiles[0]?.text ?? "");
});

test("vite bundles the watchlist app within the budget, without polyfills", async () => {
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
  check("vite", chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join(""));
});
