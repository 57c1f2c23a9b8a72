// What every package that is published has in its folder and its package.json.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "@tickwire/tooling/packages";
import { describe, expect, test } from "vitest";
import { root } from "./snippets/blocks.ts";

const packages = publishedPackages();
const read = (path: string): string => readFileSync(path, "utf8");
const json = (path: string): Record<string, unknown> => JSON.parse(read(join(root, path)));

describe.each(packages.map((each) => [each.manifest.name, each] as const))("%s", (name, { folder, manifest }) => {
  test("has the fields that all have", () => {
    expect(manifest).toMatchObject({
      version: packages[0]?.manifest.version,
      description: expect.stringMatching(/.{20}/),
      license: "MIT",
      keywords: expect.arrayContaining(["typescript"]),
      type: "module",
      engines: { node: ">=22.12.0" },
      publishConfig: { access: "public", provenance: true },
    });
    // A source may have an effect that its own package's build has to keep; then it is in the file that needs it.
    for (const effect of [manifest["sideEffects"]].flat())
      expect(effect === false || /^\.\/src\//.test(`${effect}`), `sideEffects: ${effect}`).toBe(true);
    // Where the repository is, the release says (tools/stamp-repository.mjs).
    for (const field of ["repository", "homepage", "bugs"]) expect(manifest[field]).toBeUndefined();
  });

  test("exports files that are there, each with its declarations", () => {
    const files = Object.entries(manifest.exports ?? {});
    expect(files.at(-1)).toEqual(["./package.json", "./package.json"]);
    for (const [, file] of files) {
      expect(globSync(file, { cwd: folder }), file).not.toEqual([]);
      expect(existsSync(join(folder, file.replace(/\.js$/, ".d.ts"))), file).toBe(!file.includes("*"));
    }
  });

  test("has its README and the licence of the repository", () => {
    expect(read(join(folder, "README.md")).startsWith(`# ${name}\n`)).toBe(true);
    expect(read(join(folder, "LICENSE"))).toBe(read(join(root, "LICENSE")));
  });

  test("is checked by publint and attw in npm test", () => {
    expect(manifest["scripts"]).toMatchObject({
      "check:package": "publint --strict && attw --pack --profile esm-only .",
    });
  });
});

test("all are released together", () => {
  const [fixed] = json(".changeset/config.json")["fixed"] as string[][];
  expect(new Set(fixed)).toEqual(new Set(packages.map(({ manifest }) => manifest.name)));
});

test("every action of the workflows has a version, and no workflow has more rights than it says", () => {
  for (const file of ["workflows/ci.yml", "workflows/release.yml", "actions/setup/action.yml"]) {
    const text = read(join(root, ".github", file));
    if (file.startsWith("workflows")) expect(text, file).toMatch(/^permissions:( \{\}|\n {2}contents: read)\n/m);
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^\.\/|@v\d+(\.\d+)*$/.test(action))).toEqual([]);
  }
});
