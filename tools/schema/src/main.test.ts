// The command itself: what it prints, its exit code, and packages that a registry of our own has.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "./main.ts";

const scratch = mkdtempSync(join(tmpdir(), "tickwire-schema-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string[]; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(
    args,
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, err: err.join("\n") };
}

function folderOf(name: string, body: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Book.proto"), `syntax = "proto2";\npackage Book;\n${body}\n`);
  return folder;
}

const older = folderOf("older", "message S2C { optional int32 num = 1; }");
const newer = folderOf("newer", "message S2C { optional int64 num = 1; optional string code = 2; }");

test("without options it takes the client that is installed", async () => {
  const client = dirname(createRequire(import.meta.url).resolve("futu-api/package.json"));
  const { code, out } = await run("--ours", join(client, "proto"));
  expect(out).toEqual([expect.stringMatching(/^against futu-api \d+\.\d+\.\d+:$/), "0 added, 0 removed, 0 changed"]);
  expect(code).toBe(0);
});

test("drift is printed and adds up", async () => {
  expect(await run("--ours", older, "--folder", newer)).toEqual({
    code: 1,
    out: [
      `against ${newer}:`,
      "+ field Book.S2C.code: optional string = 2",
      "~ field Book.S2C.num: optional int32 = 1 → optional int64 = 1",
      "1 added, 0 removed, 1 changed",
    ],
    err: "",
  });
  expect((await run("--", "--ours", older, "--folder", older)).code).toBe(0);
});

test("--help lists the options", async () => {
  const { code, out } = await run("--help");
  expect(out.join("\n")).toContain("--package moomoo-api --version");
  expect(code).toBe(0);
});

test.each([
  [["--folder", join(scratch, "nowhere")], /nowhere has no \.proto files/],
  [["--folder", older, "--version", "1.0.0"], /--folder needs no --package or --version/],
  [["--package", "moomoo-api"], /--package needs a --version/],
  [["--package", "moomoo-api; ls", "--version", "1.0.0"], /is not the name and version of a package/],
  [["--bogus"], /Unknown option '--bogus'/],
])("%j is told and exits with 2", async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(err).toMatch(message);
  expect(out).toEqual([]);
  expect(code).toBe(2);
});

describe("a package of a registry", () => {
  let registry: Server;
  const temporary = join(scratch, "temporary");
  const left = () => readdirSync(temporary).filter((name) => name.startsWith("tickwire-"));

  beforeAll(async () => {
    const content = join(scratch, "tarball/package");
    mkdirSync(content, { recursive: true });
    writeFileSync(join(content, "package.json"), JSON.stringify({ name: "vendor-api", version: "1.2.3" }));
    mkdirSync(join(content, "proto"));
    writeFileSync(join(content, "proto/Book.proto"), readFileSync(join(newer, "Book.proto")));
    const tarball = join(scratch, "vendor-api.tgz");
    execFileSync("tar", ["-czf", tarball, "-C", join(scratch, "tarball"), "package"]);

    registry = createServer((request, response) => {
      const url = `http://${request.headers.host}`;
      const version = { name: "vendor-api", version: "1.2.3", dist: { tarball: `${url}/vendor-api.tgz` } };
      if (request.url === "/vendor-api.tgz") response.end(readFileSync(tarball));
      else if (request.url === "/vendor-api")
        response.end(JSON.stringify({ ...version, "dist-tags": {}, versions: { "1.2.3": version } }));
      else response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    vi.stubEnv("npm_config_registry", `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`);
    mkdirSync(temporary);
    for (const name of ["TMPDIR", "TEMP"]) vi.stubEnv(name, temporary);
    vi.stubEnv("npm_config_cache", join(scratch, "cache"));
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    registry.close();
  });

  test("is fetched, compared and deleted", async () => {
    const { code, out, err } = await run("--ours", older, "--package", "vendor-api", "--version", "1.2.3");
    expect(err).toBe("");
    expect(out).toEqual([
      "against vendor-api 1.2.3:",
      "+ field Book.S2C.code: optional string = 2",
      "~ field Book.S2C.num: optional int32 = 1 → optional int64 = 1",
      "1 added, 0 removed, 1 changed",
    ]);
    expect(code).toBe(1);
    expect(left()).toEqual([]);
  });

  test.each([
    ["vendor-api", "9.9.9", /npm pack vendor-api@9\.9\.9 failed:\n.*ETARGET/],
    ["other-api", "1.2.3", /npm pack other-api@1\.2\.3 failed:\n.*E404/],
  ])("%s %s, which it has not, is told and exits with 2", async (name, version, message) => {
    const { code, out, err } = await run("--package", name, "--version", version);
    expect(err).toMatch(message);
    expect(out).toEqual([]);
    expect(code).toBe(2);
    expect(left()).toEqual([]);
  });
});
