// The site as it was built: every link in it is followed.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const dist = join(import.meta.dirname, "dist");
const read = (path: string) => readFileSync(join(dist, path), "utf8");

test("every link leads to a page, or to a heading that it has", () => {
  const pages = globSync("**/*.html", { cwd: dist, exclude: ["reference/**"] });
  const idsOf = new Map(
    pages.map((page) => [
      page,
      new Set(
        read(page)
          .matchAll(/ id="([^"]+)"/g)
          .map(([, id]) => id),
      ),
    ]),
  );
  const dead: string[] = [];
  for (const page of pages) {
    for (const [, href = ""] of read(page).matchAll(/<a [^>]*href="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [path = "", anchor] = href.split("#");
      const target = path === "" ? page : join(path.startsWith("/") ? "" : dirname(page), path).replace(/^\//, "");
      const file = [`${target}.html`, join(target, "index.html"), target].find((each) => existsSync(join(dist, each)));
      const hasHeading = anchor === undefined || idsOf.get(file ?? "")?.has(decodeURIComponent(anchor)) !== false;
      if (file === undefined || !hasHeading) dead.push(`${page}: ${href}`);
    }
  }
  expect(pages.length).toBeGreaterThan(40);
  expect(dead).toEqual([]);
});

test("every page of docs/ is in the sidebar", () => {
  const docs = globSync("*.md", { cwd: join(import.meta.dirname, "../../docs") }).map((file) =>
    file.replace(/\.md$/, ""),
  );
  const linked = new Set(
    read("testing.html")
      .matchAll(/href="\/([a-z-]+)"/g)
      .map(([, name]) => name),
  );
  expect(docs.filter((name) => !linked.has(name))).toEqual([]);
});

test("the reference has what the packages export, with its doc comment", () => {
  const page = read("reference/variables/_tickwire_codec.QotGetUserSecurity.html");
  expect(page).toContain("3213");
  expect(read("reference/index.html")).toContain("@tickwire/testkit/conformance");
});
