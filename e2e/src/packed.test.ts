// What npm users get: the packed tarballs in a project outside the workspace.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodes } from "./nodes.ts";

const root = join(import.meta.dirname, "../..");
const packages = ["codec", "session", "node-client", "longport", "watchlist"];
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** The pnpm that runs this test; started by hand, the pinned one. */
const isUnderPnpm = process.env["npm_config_user_agent"]?.startsWith("pnpm/") === true;
const pnpm: readonly string[] = isUnderPnpm ? ["pnpm"] : ["npx", "--yes", packageManager];
let project: string;

/** The tests' own environment knows the workspace; the scratch project must not. */
const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], npm_config_cache: process.env["npm_config_cache"] };
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: project, encoding: "utf8", env });

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "tickwire-packed-"));
  const tarballs = packages.map((name) => {
    const folder = join(project, "tarballs", name);
    mkdirSync(folder, { recursive: true });
    const cwd = join(root, "packages", name);
    execFileSync(pnpm[0] ?? "", [...pnpm.slice(1), "pack", "--pack-destination", folder], { cwd });
    return join(folder, readdirSync(folder)[0] ?? "");
  });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "scratch", private: true, type: "module" }));
  run("npm", "install", "--offline", "--no-audit", "--no-fund", ...tarballs);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Compiles a fixture as the strictest of users do, the declarations of the packages included; `out` has the result. */
function compile(fixture: string): void {
  writeFileSync(join(project, fixture), readFileSync(join(import.meta.dirname, "fixtures", fixture), "utf8"));
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    typeRoots: [join(root, "e2e/node_modules/@types")],
    types: ["node"],
    outDir: "out",
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [fixture] }));
  run(join(root, "node_modules/.bin/tsc"), "-p", ".");
}

test("a watchlist program compiles under strict TypeScript and runs", async () => {
  compile("watchlist-program.ts");
  const opend = new FakeOpenD();
  await using server = await listen(opend);
  // A child process, because this one must go on serving.
  const { execFile } = await import("node:child_process");
  const printed = await new Promise<string>((resolve, reject) =>
    execFile(
      process.execPath,
      ["out/watchlist-program.js", server.tcp.url],
      { cwd: project, env },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stderr))),
    ),
  );
  opend.close();
  expect(printed).toBe("A: HK.HSImain HSI Future Main(NOV0) 71000662, HK.00700 Tencent 54047868453564\n");
});

test("a program that imports from every entry of the codec compiles under strict TypeScript and runs", () => {
  const entries = Object.keys(JSON.parse(readFileSync(join(root, "packages/codec/package.json"), "utf8")).exports)
    .filter((entry) => entry !== "./package.json")
    .map((entry) => `@tickwire/codec${entry.slice(1)}`);
  const program = readFileSync(join(import.meta.dirname, "fixtures/every-entry-program.ts"), "utf8");
  expect(new Set([...program.matchAll(/ from "(.+)";/g)].map(([, entry]) => entry))).toEqual(new Set(entries));

  const begun = performance.now();
  compile("every-entry-program.ts");
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`every entry of codec, strict, libraries checked: compiled in ${seconds} s (goal 3 s)\n`);
  expect(run(process.execPath, "out/every-entry-program.js")).toBe(
    "17,15 function 177 Qot_GetEventContract 5 700.HK 9\n",
  );
});

test("npm ls shows codec without dependencies", () => {
  const tree = JSON.parse(run("npm", "ls", "--all", "--json"));
  expect(tree.problems).toBeUndefined();
  expect(tree.dependencies["@tickwire/codec"].dependencies).toBeUndefined();
  expect(new Set(Object.keys(tree.dependencies))).toEqual(new Set(packages.map((name) => `@tickwire/${name}`)));
});

for (const { name, path, isMissing } of nodes) {
  test.skipIf(isMissing)(`require() works on ${name}`, () => {
    const script =
      'const { connect, OpenDError } = require("@tickwire/node-client"); console.log(typeof connect, typeof OpenDError)';
    expect(run(path, "--input-type=commonjs", "-e", script)).toBe("function function\n");
  });
}

test("each tarball carries its README and licence and no sources", () => {
  for (const name of packages) {
    const files = readdirSync(join(project, "node_modules/@tickwire", name));
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json"]));
    expect(files).not.toContain("src");
  }
});
