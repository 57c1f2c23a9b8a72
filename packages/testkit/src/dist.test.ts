// What is built, which the other tests do not see. `turbo test` builds first.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const program = join(dist, "fake.js");

/** How a module is imported: also when it is asked for later, or only at once. */
const any = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
const atOnce = /(?:\bfrom|\bimport)\s*["']([^"']+)["']/g;

/** Every module that a built file reaches by `import`, and the packages that it stops at. */
function reach(file: string, imports = any, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(file)) return packages;
  files.add(file);
  const code = readFileSync(file, "utf8");
  for (const [, specifier] of code.matchAll(imports)) {
    if (specifier!.startsWith(".")) reach(join(dirname(file), specifier!), imports, files, packages);
    else packages.add(specifier!);
  }
  return packages;
}

test.each([
  ["index.js", any],
  ["conformance.js", any],
  ["fixtures.js", any],
  ["vitest.js", atOnce],
])("%s runs in browsers: it reaches no module of Node, nor ws", (entry, imports) => {
  const packages = [...reach(join(dist, entry), imports)];
  expect(packages).toContain("@tickwire/session");
  for (const name of packages)
    expect([
      "@tickwire/codec",
      "@tickwire/codec/json",
      "@tickwire/codec/longport",
      "@tickwire/codec/quote",
      "@tickwire/codec/registry",
      "@tickwire/codec/trade",
      "@tickwire/session",
      "@tickwire/session/parts",
      ...(entry === "vitest.js" ? ["vitest"] : []),
      "zod",
    ]).toContain(name);
});

test("others do reach them, vitest.js when it shall listen, so that the test above can see it", () => {
  for (const entry of ["node.js", "fake.js", "vitest.js"])
    expect([...reach(join(dist, entry))]).toEqual(expect.arrayContaining(["node:net", "ws"]));
});

test("the fixtures are there, and the JSON Schemas for editors", () => {
  for (const name of [
    "fixture.schema",
    "longport-fixture.schema",
    "faults.schema",
    "hong-kong-investor",
    "us-options-trader-longport",
  ])
    expect(existsSync(join(dist, "fixtures", `${name}.json`))).toBe(true);
});

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

async function ready(started: ChildProcess): Promise<number> {
  child = started;
  const [line] = (await once(started.stdout!.setEncoding("utf8"), "data")) as [string];
  return (JSON.parse(line) as { tcp: { port: number } }).tcp.port;
}

const refused = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(false));
    socket.on("error", () => resolve(true));
    socket.on("connect", () => socket.destroy());
  });

test.each(["SIGTERM", "SIGINT"] as const)("the program ends cleanly at %s, also with a client", async (signal) => {
  const started = spawn(process.execPath, [program, "--port", "0", "--ws-port", "0"]);
  const port = await ready(started);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  started.kill(signal);
  expect(await once(started, "exit")).toEqual([0, null]);
  expect(await refused(port)).toBe(true);
});

test("the program serves LongPort too, and ends cleanly with a request under way", async () => {
  const flags = ["--port", "0", "--ws-port", "0", "--longport-port", "0"];
  child = spawn(process.execPath, [program, ...flags]);
  const [line] = (await once(child.stdout!.setEncoding("utf8"), "data")) as [string];
  const { url } = (JSON.parse(line) as { longport: { url: string } }).longport;
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write("POST /v1/watchlist/groups HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("the program ends with the one that has forked it", async () => {
  const started = fork(program, ["--port", "0", "--ws-port", "0"], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const port = await ready(started);
  started.disconnect();
  expect(await once(started, "exit")).toEqual([0, null]);
  expect(await refused(port)).toBe(true);
});

test("the program ends when its port is taken, also with a fault that lasts", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), "tickwire-"));
  const file = join(folder, "faults.json");
  writeFileSync(file, JSON.stringify({ version: 1, faults: [{ kind: "upstream-lost", forMs: 2_000_000_000 }] }));
  child = spawn(process.execPath, [program, "--port", String(port), "--faults", file], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([1, null]);
  server.close();
  rmSync(folder, { recursive: true });
});

test("the program's exit code tells a wrong flag", async () => {
  child = spawn(process.execPath, [program, "--nope"], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([2, null]);
});
