import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

test.each([
  ["page and client", "index-*.js", true],
  ["styles", "index-*.css", true],
  ["fake OpenD", "gateway-*.js", true],
  ["font (Inter, Latin)", "inter-latin-wght-*.woff2", false],
] as const)("%s: about what the README says", (part, files, isPacked) => {
  const row = readme.split("\n").find((line) => line.startsWith(`| ${part} `));
  const told = Number(row?.split("|")[2]);
  const bytes = globSync(join(root, "dist/assets", files)).map((file) => readFileSync(file));
  expect(bytes).toHaveLength(1);
  const kB = bytes.reduce((sum, each) => sum + (isPacked ? gzipSync(each).length : each.length), 0) / 1000;
  expect(Math.abs(kB - told)).toBeLessThan(told / 4);
});
