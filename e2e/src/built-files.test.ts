// The packages that run in browsers reach no module of Node's, however deep, and codec reaches no module at all.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const packages = join(import.meta.dirname, "../../packages");

/** Every specifier that the file imports, directly or through the package's other files. */
function importsOf(file: string, seen: Set<string> = new Set()): Set<string> {
  const found = new Set<string>();
  if (seen.has(file)) return found;
  seen.add(file);
  for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(/\b(?:from|import)\s*\(?\s*"([^"\s]+)"/g)) {
    if (!specifier.startsWith(".")) found.add(specifier);
    else for (const inner of importsOf(join(dirname(file), specifier), seen)) found.add(inner);
  }
  return found;
}

const testkit = [
  "@tickwire/codec",
  "@tickwire/codec/json",
  "@tickwire/codec/longport",
  "@tickwire/codec/quote",
  "@tickwire/codec/registry",
  "@tickwire/codec/trade",
  "@tickwire/session",
  "@tickwire/session/parts",
  "zod",
];

test.each([
  ["codec/dist/index.js", []],
  ["codec/dist/registry.js", []],
  ["codec/dist/json-bodies.js", []],
  ["codec/dist/longport.js", []],
  ["session/dist/index.js", ["@tickwire/codec"]],
  ["web-client/dist/index.js", ["@tickwire/session", "@tickwire/session/parts"]],
  ["watchlist/dist/index.js", ["@tickwire/codec", "@tickwire/session/parts"]],
  ["longport/dist/index.js", ["@tickwire/codec", "@tickwire/codec/longport", "@tickwire/session/parts"]],
  ["testkit/dist/index.js", testkit],
  ["testkit/dist/conformance.js", testkit],
  ["testkit/dist/fixtures.js", testkit],
])("%s imports only %j", (file, allowed) => {
  const imports = importsOf(join(packages, file));
  expect([...imports].filter((specifier) => !allowed.includes(specifier))).toEqual([]);
});

test("codec's manifest has no dependencies", () => {
  const manifest = JSON.parse(readFileSync(join(packages, "codec/package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.peerDependencies).toBeUndefined();
});
