// What users get: the packages as published into a registry, installed from it into a project outside the workspace.
import { execFile, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { type Manifest, publishedPackages } from "@tickwire/tooling/packages";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { budgetsOf } from "./budgets.ts";
import { bundlers } from "./bundlers.ts";
import { nodes } from "./nodes.ts";
import { publishAll, type Registry } from "./registry.ts";
import { blocksOf, root } from "./snippets/blocks.ts";

/** Those for Node's sockets and for vitest need the types of others. */
const entries = publishedPackages().flatMap(({ manifest }) =>
  Object.entries(manifest.exports ?? {})
    .filter(([entry, file]) => file.endsWith(".js") && !["./node", "./vitest"].includes(entry))
    .map(([entry]) => manifest.name + entry.slice(1)),
);
const packages = publishedPackages().map(({ manifest }) => manifest.name);
const fixtures = ["watchlist-program.ts", "every-entry-program.ts", "published-app.ts"];
const sources = [...fixtures, "entries.ts"];
let registry: Registry;
let project: string;

/** The tests' own environment knows the workspace and the public registry; the scratch project must not. */
const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
const run = (command: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: "utf8", env });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
};
/** Without blocking, because this process serves the registry, or the fake that the program talks to. */
const runBeside = async (command: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd: project, env })).stdout;

/** The files of an installed package, not those of what it depends on. */
const filesOf = (name: string): string[] =>
  readdirSync(join(project, "node_modules", name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(join(project, "node_modules", name), file).startsWith("node_modules"));

beforeAll(async () => {
  registry = await publishAll();
  project = mkdtempSync(join(tmpdir(), "tickwire-published-"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "scratch", private: true, type: "module" }));
  // A cache of its own, because it must not know packages of the same version from an earlier run.
  writeFileSync(join(project, ".npmrc"), `registry=${registry.url}\ncache=${join(project, ".npm-cache")}\n`);
  await runBeside("npm", "install", "--no-audit", "--no-fund", ...packages);
  for (const name of fixtures) copyFileSync(join(import.meta.dirname, "fixtures", name), join(project, name));
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
  registry.close();
});

describe("each package", () => {
  const budgets = budgetsOf("Packages");

  test.each(packages)("%s is there as a user reads it, within its sizes", async (name) => {
    const { versions } = (await (await fetch(new URL(name.replace("/", "%2f"), registry.url))).json()) as {
      versions: Record<string, Manifest & { dist: { tarball: string } }>;
    };
    const [manifest] = Object.values(versions);
    if (manifest === undefined) throw new Error(`${name} was not published`);
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:/);
    const packedBytes = (await (await fetch(manifest.dist.tarball)).arrayBuffer()).byteLength;
    const unpackedBytes = filesOf(name).reduce((sum, file) => sum + statSync(file).size, 0);
    process.stdout.write(`${name}: ${packedBytes} bytes packed, ${unpackedBytes} unpacked\n`);
    const [packedBudget = 0, unpackedBudget = 0] = budgets.get(name) ?? [];
    const where = "the budget in docs/sizes.md; old files in dist count too: remove it and build";
    expect(packedBytes, where).toBeLessThanOrEqual(packedBudget);
    expect(unpackedBytes, where).toBeLessThanOrEqual(unpackedBudget);
    // One that is far off holds nobody to anything.
    expect(packedBudget, where).toBeLessThan(packedBytes * 1.25);
    expect(unpackedBudget, where).toBeLessThan(unpackedBytes * 1.25);
  });

  test.each(packages)("%s carries its README and licence, and no sources or tests", (name) => {
    const files = filesOf(name).map((file) => relative(join(project, "node_modules", name), file));
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    expect(files.filter((file) => /^src|\.test\.|\.tsbuildinfo|tsconfig|\.map$/.test(file))).toEqual([]);
  });
});

test("nothing private is there", async () => {
  expect((await fetch(new URL("@tickwire%2fe2e", registry.url))).status).toBe(404);
});

test("npm ls is whole, and codec has no dependencies", () => {
  const tree = JSON.parse(run("npm", "ls", "--all", "--json"));
  expect(tree.problems).toBeUndefined();
  expect(new Set(Object.keys(tree.dependencies))).toEqual(new Set(packages));
  expect(tree.dependencies["@tickwire/codec"].dependencies).toBeUndefined();
});

describe("TypeScript", () => {
  const older = (name: string) => join(root, "tools/typescripts/node_modules", name, "bin/tsc");
  const compilers = [
    ["5.7", older("typescript-5.7")],
    ["5.9", older("typescript-5.9")],
    ["6.0", older("typescript-6.0")],
    ["7.0", join(root, "node_modules/typescript/bin/tsc")],
  ] as const;
  const resolutions = { nodenext: { module: "nodenext" }, bundler: { module: "esnext", moduleResolution: "bundler" } };

  /** Compiles as the strictest of users do, the packages' declarations included. */
  function compile(tsc: string, files: readonly string[], options: object): void {
    const compilerOptions = {
      target: "es2022",
      lib: ["es2023", "dom"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      types: [],
      outDir: "out",
      ...options,
    };
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: [...files, "globals.d.ts"] }),
    );
    run(process.execPath, tsc, "-p", ".");
  }

  beforeAll(() => {
    writeFileSync(
      join(project, "entries.ts"),
      entries.map((entry, index) => `export * as entry${index} from "${entry}";\n`).join(""),
    );
    // All that the programs use of Node: its own types are for newer compilers only, and would be checked too.
    writeFileSync(
      join(project, "globals.d.ts"),
      "declare const process: { argv: string[]; exitCode?: number; stdout: { write(text: string): void } };\n",
    );
  });

  test.each(
    compilers.flatMap(([version, tsc]) =>
      Object.entries(resolutions).map(([name, options]) => [version, name, tsc, options] as const),
    ),
  )("%s with %s resolution compiles what uses every entry", (_, __, tsc, options) => compile(tsc, sources, options));

  test.each(compilers.slice(1))("%s compiles a CommonJS module that requires the ES modules", (_, tsc) => {
    writeFileSync(
      join(project, "common.cts"),
      'import { connect, OpenDError } from "@tickwire/web-client";\nprocess.stdout.write(typeof connect + typeof OpenDError);\n',
    );
    compile(tsc, ["common.cts"], resolutions.nodenext);
    for (const { path, isMissing } of nodes)
      if (!isMissing) expect(run(path, "out/common.cjs")).toBe("functionfunction");
  });

  test("what it makes runs", async () => {
    compile(compilers[3][1], fixtures, resolutions.nodenext);
    const opend = new FakeOpenD();
    await using server = await listen(opend);
    expect(await runBeside(process.execPath, "out/watchlist-program.js", server.tcp.url)).toBe(
      "A: HK.HSImain HSI Future Main(NOV0) 71000662, HK.00700 Tencent 54047868453564\n",
    );
    opend.close();
    expect(run(process.execPath, "out/every-entry-program.js")).toBe(
      "17,15 function 177 Qot_GetEventContract 5 700.HK 9\n",
    );
  });
});

describe("bundled", () => {
  let server: Listening;
  beforeAll(async () => {
    server = await listen(new FakeOpenD());
  });
  afterAll(() => server.close());

  test.each(Object.entries(bundlers))("by %s, an app shows a watchlist", async (name, bundle) => {
    const code = await bundle(join(project, "published-app.ts"));
    writeFileSync(join(project, `${name}.mjs`), `globalThis.opendUrl = ${JSON.stringify(server.ws.url)};\n${code}`);
    expect(await runBeside(process.execPath, `${name}.mjs`)).toBe("A: HK.HSImain HK.00700 US.FUTU\n");
  });
});

for (const { name, path, isMissing } of nodes) {
  test.skipIf(isMissing)(`require() works on ${name}, for every entry`, () => {
    const script = `for (const entry of ${JSON.stringify([...entries, "@tickwire/testkit/node"])}) if (Object.keys(require(entry)).length === 0) console.log(entry)`;
    expect(run(path, "--input-type=commonjs", "-e", script)).toBe("");
  });
}

describe("docs/getting-started.md in an empty folder", () => {
  const blocks = blocksOf("docs/getting-started.md").map(({ code }) => code);
  const from = (start: string) => blocks.slice(blocks.findIndex((code) => code.startsWith(start)));
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tickwire-starting-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As somebody whose home is empty. */
  async function type(commands: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const npm = { npm_config_registry: registry.url, npm_config_cache: join(folder, ".npm-cache") };
    const prefix = join(folder, "prefix");
    const PATH = `${join(prefix, "bin")}:${env.PATH}`;
    const variablesOfAll = { PATH, HOME: folder, npm_config_prefix: prefix, ...npm, ...variables };
    return (await promisify(execFile)("bash", ["-ec", commands], { cwd: folder, env: variablesOfAll })).stdout;
  }

  test("in Node: it prints what the page shows", async () => {
    await using server = await listen(new FakeOpenD());
    const [setup = "", program = "", start = "", output = ""] = from("mkdir my-watchlist");
    await type(setup);
    writeFileSync(join(folder, "my-watchlist/groups.ts"), program.replace("11111", String(server.tcp.port)));
    expect(await type(`cd my-watchlist\n${start}`)).toContain(output);
  });

  test("at a terminal: it prints what the page shows", async () => {
    await using server = await listen(new FakeOpenD());
    const [list = "", output = ""] = from("tickwire list");
    await type(from("npm install -g")[0] ?? "");
    expect((await type(list, { TICKWIRE_ADDRESS: server.tcp.url })).trimEnd()).toBe(output);
  });
});

test("tickwire-fake runs as the README's step of a CI job does, and the vendor's client finds it", async () => {
  const readme = readFileSync(join(project, "node_modules/@tickwire/testkit/README.md"), "utf8");
  const [, step = ""] = /^ {4}run: \|\n((?: {6}.*\n)+)/m.exec(readme) ?? [];
  expect(step).toContain("npx tickwire-fake");
  const ports = 'console.log(JSON.parse(require("node:fs").readFileSync("ready.json", "utf8")).ws.port)';
  const fake = spawn("bash", ["-ec", `${step.replace("tickwire-fake", "tickwire-fake --port 0 --ws-port 0")}wait`], {
    cwd: project,
    env,
    detached: true,
    stdio: "ignore",
  });
  try {
    await vi.waitFor(() => expect(readFileSync(join(project, "ready.json"), "utf8")).toContain("ready"), 30_000);
    const program = /^```js\n(import FtWebsocket from "futu-api";\n[\s\S]*?)```$/m.exec(readme)?.[1] ?? "";
    const port = run(process.execPath, "-e", ports).trim();
    const file = join(import.meta.dirname, "../test-results/vendor-at-published.mjs");
    writeFileSync(file, program.replace("33333", port));
    expect((await runBeside(process.execPath, file)).trimEnd().split("\n").at(-1)).toBe("15");
    expect(readFileSync(join(project, "fake.log"), "utf8")).toContain(
      "Qot_GetUserSecurityGroup { groupType: 3 }: done",
    );
  } finally {
    process.kill(-(fake.pid ?? 0));
  }
});
