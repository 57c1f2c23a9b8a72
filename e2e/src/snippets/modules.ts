// Writes blocks as modules of their own, and brings what is said of a module back to the page.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, placeOf, root } from "./blocks.ts";

export const e2e: string = join(root, "e2e");

/** What stands before a `fragment`: it is about a client, and not about how to connect one. In one line: see below. */
const PRELUDE =
  'import { connect as connectForThisFragment } from "@tickwire/node-client"; await using client = await connectForThisFragment("tcp://127.0.0.1:11111");';

export interface Module {
  readonly block: Block;
  readonly kind: "program" | "test" | "node-test" | "jest";
  readonly file: string;
}

/** Inside e2e, so that imports find the workspace's packages; where git and the linters do not look. */
export function makeFolder(): string {
  const parent = join(e2e, "test-results");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "snippets-"));
}

/** Which of them a block is, by the runner that it imports from. */
export function kindOf({ code }: Block): Module["kind"] {
  if (/from "vitest"/.test(code)) return "test";
  if (/from "node:test"/.test(code)) return "node-test";
  return /from "@jest\/globals"/.test(code) ? "jest" : "program";
}

/**
 * The block's line n becomes the module's line n + 1: the first is the prelude's.
 * @param rewrite Changes what the block connects to.
 */
export function writeModule(folder: string, block: Block, rewrite: (code: string) => string = (code) => code): Module {
  const kind = kindOf(block);
  const name = `${block.page.replace(/\W/g, "-")}-${block.line}`;
  // Only vitest's have the name that vitest looks for.
  const suffix = kind === "program" ? "" : `.${kind}`;
  const file = join(folder, `${name}${suffix}.${block.language === "js" ? "mjs" : "ts"}`);
  const prelude = block.words.includes("fragment") ? PRELUDE : "";
  writeFileSync(file, rewrite(`${prelude}\n${block.code}\nexport {};\n`));
  return { block, kind, file };
}

/** Puts page and line for every mention of a module's file and line. */
export function toPages(text: string, modules: readonly Module[]): string {
  let mapped = text;
  for (const { file, block } of modules) {
    const name = file.slice(file.lastIndexOf("/") + 1).replaceAll(".", "\\.");
    mapped = mapped.replace(
      new RegExp(`[^\\s('"]*${name}(?:[:(](\\d+)[,:](\\d+)\\)?)?`, "g"),
      (_, line?: string, column?: string) =>
        line === undefined ? placeOf(block) : `${block.page}:${block.line + Number(line) - 1}:${column}`,
    );
  }
  return mapped;
}

export interface Ended {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that does not come to an end is killed. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  limitMs: number,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  // The runner's own variables would change how a program, or another runner, behaves.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_OPTIONS$/.test(name)));
  const signal = AbortSignal.timeout(limitMs);
  const child = spawn(command, args, {
    cwd,
    env: { ...env, ...variables, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    killSignal: "SIGKILL",
    signal,
  });
  let output = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      if (!signal.aborted) reject(error);
    });
    child.on("close", (code) =>
      resolve({ code, output: signal.aborted ? `${output}\nit did not end within ${limitMs} ms` : output, stderr }),
    );
  });
}

/** The workspace's programs. */
export const bin = (name: string): string => join(e2e, "node_modules/.bin", name);
