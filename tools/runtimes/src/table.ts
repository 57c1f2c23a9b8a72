// The table of runtimes in the README: what the last run of `npm run runtimes` found.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeClientSuites } from "./node-client-suites.ts";
import type { Run, Runtime } from "./runtimes.ts";
import { nameOf, type Subject, type Suite } from "./suite.ts";
import { everywhere } from "./suites.ts";

export const readme: string = join(import.meta.dirname, "../../../README.md");
const subjects: readonly Subject[] = ["codec", "web-client", "longport", "node-client"];

/** The suites that are for a runtime. */
export const suitesOf = ({ hasNodeModules }: Runtime): readonly Suite[] =>
  hasNodeModules ? [...everywhere, ...nodeClientSuites] : everywhere;

/** The cells of one row. Without a run they say why. */
export function rowOf(runtime: Runtime, run: Run | undefined): string[] {
  if (run === undefined) return [runtime.name, `not run: ${runtime.missing}`, ...subjects.map(() => "–")];
  const cells = subjects.map((subject) => {
    const cases = suitesOf(runtime)
      .filter((suite) => suite.subject === subject)
      .flatMap((suite) => suite.cases.map(({ name }) => `${nameOf(suite)}: ${name}`));
    if (cases.length === 0) return "–";
    const passed = new Set(
      run.results.filter(({ failure }) => failure === undefined).map(({ suite, name }) => `${suite}: ${name}`),
    );
    const failed = cases.filter((name) => !passed.has(name)).length;
    return failed === 0 ? "passes" : `${failed} of ${cases.length} fail`;
  });
  return [runtime.name, run.version, ...cells];
}

const BEGIN = "<!-- runtimes: npm run runtimes writes this table -->\n\n";
const END = "\n<!-- /runtimes -->";

/** The README with this table in it. */
export function withTable(page: string, rows: readonly string[][]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("the README has no place for the table of runtimes");
  const head = ["runtime", "version", ...subjects];
  const lines = [head, head.map(() => ""), ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const table = lines.map((cells, index) => {
    const fill = index === 1 ? "-" : " ";
    return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  });
  return `${before}${BEGIN}${table.join("")}${END}${after}`;
}

/** The rows that the README has. */
export function rowsInReadme(): string[][] {
  const [, table = ""] = readFileSync(readme, "utf8").split(BEGIN);
  const [lines = ""] = table.split(END);
  return lines
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
