import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./snippets/blocks.ts";

/** The budgets in a section of docs/sizes.md, in bytes: per row the numbers behind its first cell. */
export function budgetsOf(heading: string): ReadonlyMap<string, readonly number[]> {
  const [, section = ""] = readFileSync(join(root, "docs/sizes.md"), "utf8").split(`\n## ${heading}\n`);
  const [rows = ""] = section.split("\n## ");
  return new Map(
    [...rows.matchAll(/^\| `([^`]+)` *\|(.*)\|$/gm)].map(([, name = "", cells = ""]) => [
      name,
      [...cells.matchAll(/(?<=^|\|) *([\d,]+) *(?=\||$)/g)].map(([, digits = ""]) =>
        Number(digits.replaceAll(",", "")),
      ),
    ]),
  );
}
