// Finds the code blocks of the documentation.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root: string = join(import.meta.dirname, "../../..");

/** Every page that has code which a reader may copy. */
export const pages: readonly string[] = globSync(
  ["README.md", "docs/**/*.md", "packages/*/README.md", "examples/*/README.md"],
  { cwd: root },
)
  .map((page) => page.replaceAll("\\", "/"))
  .sort();

export interface Block {
  /** `docs/push.md` */
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** `ts`, `js`, `sh`, … */
  readonly language: string;
  /** The words after the language. */
  readonly words: readonly string[];
  readonly code: string;
}

/** All fenced blocks of a page. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; code: string[] } | undefined;
  for (const [index, text] of readFileSync(join(root, page), "utf8").split("\n").entries()) {
    const fence = /^\s*```(.*)$/.exec(text);
    if (fence === null) open?.code.push(text);
    else if (open === undefined) open = { line: index + 1, info: fence[1] ?? "", code: [] };
    else {
      const [language = "", ...words] = open.info.trim().split(/\s+/);
      blocks.push({ page, line: open.line, language, words, code: open.code.join("\n") });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: this block is not closed`);
  return blocks;
}

/** `docs/push.md:12` */
export function placeOf({ page, line }: Pick<Block, "page" | "line">): string {
  return `${page}:${line}`;
}
