// Checks the shell commands that the documentation shows, without running them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./blocks.ts";
import { run } from "./modules.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** The programs that take flags of their own, and how each tells them. */
const helps: Record<string, string> = {
  fake: "packages/testkit/dist/fake.js",
  demo: "examples/demo/src/main.ts",
  bench: "bench/src/cli.ts",
  soak: "e2e/src/soak/main.ts",
  fuzz: "e2e/src/fuzz/cli.ts",
  simulate: "e2e/src/simulation/cli.ts",
};

/** Programs of others, of which there is nothing to check. */
const others = new Set(["cd", "mkdir", "node", "npm create", "npm init", "npm pkg", "npx vite", "npx vitest"]);

async function problemOfFlags(program: string, args: readonly string[]): Promise<string | undefined> {
  const script = helps[program];
  const flags = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.replace(/=.*/, ""));
  if (script === undefined) return flags.length > 0 ? `${program} takes no flags` : undefined;
  const { code, output } = await run(process.execPath, [join(root, script), "--help"], root, 20_000);
  if (code !== 0) return `${script} --help ends with ${code}: ${output}`;
  const unknown = flags.find((flag) => !new RegExp(`^\\s*${flag}\\b`, "m").test(output));
  return unknown === undefined ? undefined : `${program} has no flag ${unknown}`;
}

/** What is wrong with one line of a shell block; undefined for nothing. */
export async function problemOf(line: string): Promise<string | undefined> {
  const [command = "", ...words] = line
    .replace(/\s+#.*$/, "")
    .trim()
    .split(/\s+/);
  if (command === "") return undefined;
  if (others.has(command) || others.has(`${command} ${words[0]}`)) return undefined;
  if (command === "npm" && words[0] === "run") {
    const [, script = "", separator, ...args] = words;
    if (scripts[script] === undefined) return `there is no script ${script}`;
    if (separator !== undefined && separator !== "--") return 'flags for a script come behind "--"';
    return problemOfFlags(script, args);
  }
  if (command === "npm" && words[0] === "test") return scripts["test"] === undefined ? "there is no test" : undefined;
  if (command === "npm" && words[0] === "install") {
    const missing = words
      .slice(1)
      .filter((word) => word.startsWith("@tickwire/"))
      .find((word) => !existsSync(join(root, word.replace("@tickwire/", "packages/"), "package.json")));
    return missing === undefined ? undefined : `there is no package ${missing}`;
  }
  const npx = words.join(" ").replace(/^--package @tickwire\/testkit /, "");
  if (command === "npx" && npx.startsWith("tickwire-fake")) return problemOfFlags("fake", npx.split(" ").slice(1));
  return `the test does not know the command ${command} ${words[0] ?? ""}: teach it in e2e/src/snippets/commands.ts`;
}
