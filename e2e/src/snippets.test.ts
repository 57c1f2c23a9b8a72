// The code in the documentation compiles under strict TypeScript and runs, each block on its own.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { FakeLongPort, FakeOpenD } from "@tickwire/testkit";
import { listen, listenLongPort, rsaCiphers } from "@tickwire/testkit/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Block, blocksOf, pages, placeOf } from "./snippets/blocks.ts";
import { problemOf } from "./snippets/commands.ts";
import { bin, e2e, kindOf, type Module, makeFolder, run, toPages, writeModule } from "./snippets/modules.ts";
import { exitCodeOf, isTerminal, runTerminal } from "./snippets/terminal.ts";

/** The WebSocket key that the documentation uses. */
const KEY = "secret";
/** The RSA key, in the file that the documentation names. */
const RSA_KEY = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs1", format: "pem" });
/** A program of the documentation is done in less than a second; this is for a busy machine. */
const LIMIT_MS = 30_000;

const blocks = pages.flatMap(blocksOf);
/** Part of a file that is tested itself: docs.test.ts compares it. */
const isQuote = ({ words }: Block): boolean => words[0] === "from";
const code = blocks.filter((block) => (block.language === "ts" || block.language === "js") && !isQuote(block));
const programs = code.filter((block) => kindOf(block) === "program");
const tests = code.filter((block) => kindOf(block) === "test");
const others = code.filter((block) => kindOf(block) === "node-test" || kindOf(block) === "jest");
const terminals = blocks.filter(isTerminal);
const commands = blocks.filter((block) => block.language === "sh" && !isTerminal(block));

let folder: string;

beforeAll(() => {
  folder = makeFolder();
  writeFileSync(join(folder, "opend-key.pem"), RSA_KEY);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every page has blocks of a language that is checked, or of one that holds no code", () => {
  const known = new Set(["ts", "js", "sh", "json", "text", "html", "hex", "proto", "yaml", "python"]);
  expect(blocks.filter(({ language }) => !known.has(language)).map(placeOf)).toEqual([]);
  expect(programs.length).toBeGreaterThan(20);
  expect(tests.length).toBeGreaterThan(3);
});

test("they compile under strict TypeScript", async () => {
  const types = makeFolder();
  try {
    const modules = code.map((block) => writeModule(types, block));
    const compilerOptions = { allowJs: true, checkJs: true, skipLibCheck: true, noEmit: true };
    writeFileSync(
      join(types, "tsconfig.json"),
      JSON.stringify({
        extends: "../../tsconfig.json",
        compilerOptions,
        // What the vendor's client has no types for, and the page about leaving it uses.
        files: [join(e2e, "src/futu-api.d.ts"), ...modules.map(({ file }) => file)],
        include: [],
      }),
    );
    const { output } = await run(bin("tsc"), ["-p", ".", "--pretty", "false"], types, LIMIT_MS * 2);
    expect(toPages(output, modules)).toBe("");
  } finally {
    rmSync(types, { recursive: true, force: true });
  }
});

describe.concurrent("as programs", () => {
  test.each(programs.map((block) => [placeOf(block), block] as const))("%s", async (place, block) => {
    await runProgram(place, block);
  });
});

/** Against fakes of its own, so that no block sees what another one changed. */
async function runProgram(place: string, block: Block): Promise<void> {
  const opend = new FakeOpenD({ websocketKey: KEY, quoteIntervalMs: 20, ciphers: rsaCiphers(String(RSA_KEY)) });
  const { tcp, ws, close } = await listen(opend);
  const longport = await listenLongPort(new FakeLongPort());
  const variables = {
    LONGPORT_APP_KEY: "fake-app-key",
    LONGPORT_APP_SECRET: "fake-app-secret",
    LONGPORT_ACCESS_TOKEN: "fake-access-token",
    LONGPORT_HTTP_URL: longport.url,
  };
  try {
    const module = writeModule(folder, block, (text) =>
      // In one pass, because a free port may be one of the two.
      text.replace(
        /(127\.0\.0\.1(?::|", ))(11111|33333)\b/g,
        (_, host, port) => `${host}${port === "11111" ? tcp.port : ws.port}`,
      ),
    );
    const { code, output, stderr } = await run(process.execPath, [module.file], folder, LIMIT_MS, variables);
    const printed = toPages(output.slice(-5_000), [module]);
    if (code !== 0) throw new Error(`${place}: the program ends with ${code}\n${printed}`);
    // Examples report there what went wrong.
    if (stderr !== "") throw new Error(`${place}: the program writes to stderr\n${printed}`);
  } finally {
    await close();
    await longport.close();
    opend.close();
  }
}

describe("as tests", () => {
  interface Report {
    testResults: { name: string; status: string; message: string; assertionResults: Result[] }[];
  }
  interface Result {
    status: string;
    title: string;
    failureMessages: string[];
  }
  let report: Report;
  let modules: Module[];

  beforeAll(async () => {
    modules = tests.map((block) => writeModule(folder, block));
    writeFileSync(join(folder, "vitest.config.mjs"), "export default { test: { testTimeout: 20000 } };\n");
    const args = ["run", "--reporter=json", "--outputFile=report.json"];
    const { output } = await run(bin("vitest"), args, folder, LIMIT_MS * 2);
    try {
      report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    } catch (cause) {
      throw new Error(`vitest left no report: ${output}`, { cause });
    }
  });

  test.each(tests.map((block) => [placeOf(block), block] as const))("%s", (place, block) => {
    const module = modules.find((each) => each.block === block);
    const result = report.testResults.find(({ name }) => basename(name) === basename(module?.file ?? ""));
    const failures = (result?.assertionResults ?? [])
      .filter(({ status }) => status !== "passed")
      .map(({ title, failureMessages }) => `${title}: ${failureMessages.join("\n")}`);
    if (result?.status !== "passed" || failures.length > 0)
      throw new Error(`${place}: ${toPages([result?.message ?? "it did not run", ...failures].join("\n"), modules)}`);
    expect(result.assertionResults.length).toBeGreaterThan(0);
  });
});

describe("as tests of other runners", () => {
  const jest = createRequire(import.meta.url).resolve("jest/bin/jest");
  const flags: Record<string, (file: string) => string[]> = {
    "node-test": (file) => ["--test", file],
    jest: (file) => {
      const config = { rootDir: folder, testMatch: [`<rootDir>/${basename(file)}`], transform: {} };
      return ["--experimental-vm-modules", jest, "--config", JSON.stringify(config)];
    },
  };

  test("there is one for each", () => {
    expect(new Set(others.map(kindOf))).toEqual(new Set(Object.keys(flags)));
  });

  test.each(others.map((block) => [placeOf(block), block] as const))("%s", async (place, block) => {
    const module = writeModule(folder, block);
    const args = flags[module.kind]?.(module.file) ?? [];
    const { code, output } = await run(process.execPath, args, folder, LIMIT_MS);
    if (code !== 0) throw new Error(`${place}: the runner ends with ${code}\n${toPages(output, [module])}`);
    expect(output).toMatch(/^. pass 1$|^Tests: +1 passed, 1 total$/m);
  });
});

describe("shell commands", () => {
  const lines = commands.flatMap(({ page, line, code }) =>
    code.split("\n").map((text, index) => [`${page}:${line + index + 1}`, text] as const),
  );
  test.each(lines.filter(([, text]) => text.trim() !== ""))("%s: %s", async (_, text) => {
    expect(await problemOf(text)).toBeUndefined();
  });
});

describe("at a terminal", () => {
  test.each(terminals.map((block) => [placeOf(block), block] as const))("%s", async (_, block) => {
    const { code, output } = await runTerminal(block, LIMIT_MS);
    expect({ code, output }).toEqual({ code: exitCodeOf(block), output: expect.any(String) });
    const next = blocks[blocks.indexOf(block) + 1];
    if (next?.page === block.page && next.words[0] === "output") expect(output.trimEnd()).toBe(next.code);
  });
});
