import { join } from "node:path";
import { slug } from "github-slugger";
import { type DefaultTheme, defineConfig } from "vitepress";
import { linkPages, rewrites, root, titleOf } from "./pages.ts";

const item = (file: string, text = titleOf(file)): DefaultTheme.SidebarItem => ({
  text,
  link: `/${rewrites[file]?.replace(/(?:index)?\.md$/, "")}`,
});
const docs = (...names: string[]) => names.map((name) => item(`docs/${name}.md`));
const among = (pattern: RegExp) => Object.keys(rewrites).filter((file) => pattern.test(file));

const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Start",
    items: [...docs("getting-started"), item("README.md", "What is here"), ...docs("browser", "cli", "testing")],
  },
  { text: "Moving here", items: docs("migrating-from-futu-api", "migrating-from-longport-sdk") },
  { text: "Watchlists and quotes", items: docs("watchlist", "sync", "push") },
  { text: "Connections", items: docs("reconnect", "pacing", "errors", "options", "telemetry", "encryption") },
  { text: "The wires", items: docs("protocol", "protocols", "longport-socket") },
  { text: "Packages", items: among(/^packages\//).map((file) => item(file)) },
  {
    text: "Inside",
    items: [
      ...docs("architecture", "performance", "sizes", "licences"),
      item("CONTRIBUTING.md"),
      item("SECURITY.md"),
      {
        text: "Decisions",
        link: "/decisions/",
        items: among(/^docs\/decisions\/\d/).map((file) => item(file)),
        collapsed: true,
      },
    ],
  },
];

/** Bytes, and after two spaces what they mean. */
const annotatedHex = {
  name: "hex",
  scopeName: "source.hex",
  repository: {},
  patterns: [
    { match: "\\b[0-9a-f]{2}\\b", name: "constant.numeric" },
    { match: " {2,}.*$", name: "comment" },
  ],
};

/** The site is the repository's own Markdown, read where it stands. */
export default defineConfig({
  title: "Tickwire",
  description: "A TypeScript SDK for watchlists and quotes: Futu and moomoo OpenD, LongPort",
  srcDir: root,
  srcExclude: ["**/node_modules/**", ".changeset/**", "**/CHANGELOG.md"],
  rewrites,
  outDir: "dist",
  cacheDir: ".vitepress/cache",
  cleanUrls: true,
  // Headings have the ids that they have where the repository is read.
  markdown: { config: linkPages, anchor: { slugify: slug }, languages: [annotatedHex] },
  // The pages are outside of this folder; what they are compiled to imports vue all the same.
  vite: { resolve: { alias: { vue: join(import.meta.dirname, "../node_modules/vue") } } },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Guides", link: "/" },
      { text: "API reference", link: "/reference/index.html", target: "_self" },
    ],
    sidebar,
    outline: [2, 3],
  },
});
