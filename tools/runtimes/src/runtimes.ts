import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromiumArgs, findChromium } from "@tickwire/tooling/vitest";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import miniflare from "miniflare/package.json" with { type: "json" };
import { type Browser, chromium, firefox } from "playwright";
import { serveDesk } from "./desk-server.ts";
import type { Result } from "./suite.ts";

/** What a run in one runtime gave. */
export interface Run {
  readonly version: string;
  readonly results: readonly Result[];
}

export interface Runtime {
  readonly name: string;
  /** Whether it has Node's modules, so that node-client is for it too. */
  readonly hasNodeModules: boolean;
  /** Whether its version is one that the lockfile names. */
  readonly isPinned: boolean;
  /** Why it cannot be run on this machine; undefined when it can. */
  readonly missing: string | undefined;
  /** Runs all cases that are for it. Rejects when it does not get to the end. */
  run(): Promise<Run>;
}

const binary = (from: string, path: string): string => join(import.meta.dirname, from, "node_modules", path);

/** One that runs the program as a process; its version is a word of what `--version` prints. */
function processRuntime(name: string, path: string, flags: readonly string[] = []): Runtime {
  return {
    name,
    hasNodeModules: true,
    isPinned: true,
    missing: existsSync(path) ? undefined : "its binary is for Linux x64",
    async run() {
      const version = /\d+(\.\d+)+/.exec(execFileSync(path, ["--version"], { encoding: "utf8" }))?.[0] ?? "";
      await using desk = await serveDesk();
      await new Promise<void>((resolve, reject) => {
        const program = join(import.meta.dirname, "process-program.ts");
        const child = spawn(path, [...flags, program, desk.url], { stdio: ["ignore", "inherit", "pipe"] });
        let complaints = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          complaints += text;
        });
        child.on("error", reject);
        child.on("close", (code) =>
          code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}: ${complaints}`)),
        );
      });
      return { version, results: desk.results };
    },
  };
}

/** Bundles a program with the packages' built files. */
async function bundle(program: string, format: "esm" | "iife", conditions: string[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, program)],
    bundle: true,
    write: false,
    format,
    conditions,
    platform: "browser",
    target: "es2023",
  });
  return outputFiles[0]?.text ?? "";
}

const workerd: Runtime = {
  name: "workerd",
  hasNodeModules: false,
  isPinned: true,
  missing: undefined,
  async run() {
    const script = await bundle("worker-program.ts", "esm", ["workerd", "worker", "browser"]);
    await using desk = await serveDesk();
    // Its version is the newest compatibility date that it knows.
    const version = miniflare.version.split(".")[1] ?? "";
    const compatibilityDate = version.replace(/(....)(..)(..)/, "$1-$2-$3");
    const worker = new Miniflare({ script, modules: true, compatibilityDate, cf: false });
    try {
      const response = await worker.dispatchFetch("http://worker/", { method: "POST", body: desk.url });
      if (!response.ok) throw new Error(`workerd: ${await response.text()}`);
    } finally {
      await worker.dispose();
    }
    return { version, results: desk.results };
  },
};

/** A page that loads the bundled program. */
function browserRuntime(
  name: string,
  variable: string,
  path: string | undefined,
  launch: (path: string) => Promise<Browser>,
): Runtime {
  return {
    name,
    hasNodeModules: false,
    isPinned: false,
    missing: path === undefined ? `none was found; set ${variable}` : undefined,
    async run() {
      if (path === undefined) throw new Error(`${name}: ${this.missing}`);
      await using desk = await serveDesk(await bundle("page-program.ts", "iife"));
      const browser = await launch(path);
      try {
        const page = await browser.newPage();
        await page.goto(desk.url);
        await page.evaluate("finished");
        return { version: browser.version(), results: desk.results };
      } finally {
        await browser.close();
      }
    },
  };
}

/** Debian's Firefox, or the one that the environment names. */
function findFirefox(): string | undefined {
  return [process.env["TICKWIRE_FIREFOX"], "/usr/bin/firefox-esr"].find((path) => path && existsSync(path));
}

export const runtimes: readonly Runtime[] = [
  processRuntime("Node 22", binary("../../nodes", "node22-linux-x64/bin/node"), [
    "--disable-warning=ExperimentalWarning",
  ]),
  processRuntime("Node 24", binary("../../nodes", "node24-linux-x64/bin/node")),
  processRuntime("Node 26", process.execPath),
  processRuntime("Bun", binary("..", "@oven/bun-linux-x64/bin/bun")),
  processRuntime("Deno", binary("..", "@deno/linux-x64-glibc/deno"), ["run", "--allow-net", "--no-prompt"]),
  workerd,
  browserRuntime("Chromium", "TICKWIRE_CHROMIUM", findChromium(), (executablePath) =>
    chromium.launch({ executablePath, args: chromiumArgs }),
  ),
  // By WebDriver BiDi, because playwright's own protocol needs a Firefox that was built for it.
  browserRuntime("Firefox", "TICKWIRE_FIREFOX", findFirefox(), (executablePath) =>
    firefox.launch({ executablePath, channel: "moz-firefox" }),
  ),
];
