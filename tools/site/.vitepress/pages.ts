import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

export const root: string = join(import.meta.dirname, "../../..");

/** Where a page of the repository stands in the site, both without `.md`. The first pattern that fits counts. */
const places: readonly (readonly [RegExp, string])[] = [
  [/^README$/, "index"],
  [/^docs\/decisions\/README$/, "decisions/index"],
  [/^docs\/(.+)$/, "$1"],
  [/^((?:packages|examples)\/[^/]+)\/README$/, "$1"],
  [/^proto\/README$/, "proto"],
  [/^(CONTRIBUTING|SECURITY)$/, "$1"],
];

const files = globSync(["*.md", "docs/**/*.md", "packages/*/README.md", "examples/*/README.md", "proto/README.md"], {
  cwd: root,
}).map((file) => file.replaceAll("\\", "/"));

function placeOf(file: string): string | undefined {
  const name = file.replace(/\.md$/, "");
  const [pattern, place] = places.find(([each]) => each.test(name)) ?? [];
  return pattern && place && name.replace(pattern, place);
}

/** Each page of the site, by its file in the repository: vitepress's `rewrites`. */
export const rewrites: Readonly<Record<string, string>> = Object.fromEntries(
  files.flatMap((file) => {
    const place = placeOf(file);
    return place === undefined ? [] : [[file, `${place}.md`]];
  }),
);

/** A page's heading, without the marks of Markdown. */
export function titleOf(file: string): string {
  const [, title = file] = /^# (.*)$/m.exec(readFileSync(join(root, file), "utf8")) ?? [];
  return title.replaceAll("`", "");
}

/**
 * Turns links between files of the repository into links between pages: vitepress moves the pages, but not what they link
 * to. A folder is its README; a file that is no page, such as the licence, is told without a link.
 */
export function linkPages(md: MarkdownRenderer): void {
  md.core.ruler.push("link-pages", ({ tokens, env, Token }) => {
    const folder = posix.dirname(posix.relative(root, (env.realPath ?? env.path).replaceAll("\\", "/")));
    for (const { children } of tokens)
      children?.forEach((token, open) => {
        const href = token.type === "link_open" ? (token.attrGet("href") ?? "") : "#";
        if (/^(?:[a-z]+:|#)/.test(href)) return;
        const [path = "", anchor] = href.split("#");
        const file = posix.join(folder, path);
        const place = rewrites[file] ?? rewrites[posix.join(file, "README.md")];
        if (place !== undefined) {
          token.attrSet("href", `/${place}${anchor === undefined ? "" : `#${anchor}`}`);
          return;
        }
        if (!existsSync(join(root, file)))
          throw new Error(`${env.relativePath} links to ${href}, which does not exist`);
        const close = children.findIndex(({ type }, index) => index > open && type === "link_close");
        for (const index of [open, close]) children[index] = new Token("text", "", 0);
      });
  });
}
