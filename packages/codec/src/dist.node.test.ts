import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execPath } from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
let folder = "";
let files: ReadonlyMap<string, string> = new Map();

// The package as it is published, built into a folder of its own.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-codec-"));
  const tsdown = createRequire(import.meta.url).resolve("tsdown/package.json");
  const bin = join(
    dirname(tsdown),
    (JSON.parse(readFileSync(tsdown, "utf8")) as { bin: { tsdown: string } }).bin.tsdown,
  );
  execFileSync(execPath, [bin, "--out-dir", folder, "--logLevel", "error"], {
    cwd: packageFolder,
    stdio: "pipe",
  });
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  files = new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what is published", () => {
  test("has both entries", () => {
    expect([...files.keys()]).toEqual(expect.arrayContaining(["index.js", "registry.js"]));
  });

  test("makes no code at run time, which a content security policy forbids", () => {
    for (const [name, source] of files) expect(source, name).not.toMatch(/\beval\s*\(|\bFunction\s*\(/);
  });

  test("imports nothing but its own files", () => {
    for (const [name, source] of files) {
      const code = source.replaceAll(/\/\*.*?\*\//gs, "");
      const specifiers = [...code.matchAll(/(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["']([^"']+)["']/g)];
      for (const [, specifier] of specifiers) expect(specifier, name).toMatch(/^\.\.?\//);
    }
  });

  test("works where code generation is forbidden and no module can be resolved", () => {
    const script = `
      const { QotSub, QotGetUserSecurityGroup, encodeRequest, decodeResponse } = await import(process.argv[1] + "/index.js");
      const { messages } = await import(process.argv[1] + "/registry.js");
      const bytes = encodeRequest(QotSub, { isSubOrUnSub: false });
      const body = new Uint8Array([8, 0, 34, 9, 10, 7, 10, 3, 65, 108, 108, 16, 2]);
      const reply = decodeResponse(QotGetUserSecurityGroup, body);
      console.log(JSON.stringify([[...bytes], reply.s2c.groupList, messages.size]));`;
    const args = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script, "--", folder];
    const [bytes, groups, size] = JSON.parse(execFileSync(execPath, args, { encoding: "utf8" })) as unknown[];
    expect(bytes).toEqual([10, 2, 24, 0]);
    expect(groups).toEqual([{ groupName: "All", groupType: 2 }]);
    expect(size).toBeGreaterThan(90);
  });
});
