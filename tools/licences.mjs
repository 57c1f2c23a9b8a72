// Writes docs/licences.md: what comes with the published packages, by whom and under which licence. Fails for a licence that
// is not on the list below, and where a package lacks the notice of what is bundled into it. With --check it writes nothing,
// and fails if the page is not what it would write.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, foreignDependencies, packageIn, publishedPackages } from "./tooling/packages.ts";

/** Those that ask for their notice, and for nothing else. */
const allowed = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];
const page = new URL("../docs/licences.md", import.meta.url);
const problems = [];

function licenceOf({ manifest: { name, version, license } }) {
  if (!allowed.includes(license))
    problems.push(`${name} ${version} has the licence ${license}, which is not on the list`);
  return license;
}

const code = (text) => `\`${text}\``;
const byText = (a, b) => (a < b ? -1 : 1);
const packages = publishedPackages();

const dependencies = foreignDependencies().map(({ wantedBy, ...each }) => [
  code(each.manifest.name),
  each.manifest.version,
  licenceOf(each),
  wantedBy.sort(byText).map(code).join(", "),
]);

/** What a package's build bundles, as its tsdown.config.ts allows it. */
const bundledIn = ({ folder }) =>
  [
    ...(/\bbundles: \[([^\]]*)\]/
      .exec(readFileSync(join(folder, "tsdown.config.ts"), "utf8"))?.[1]
      .matchAll(/"([^"]+)"/g) ?? []),
  ].map(([, name]) => packageIn(folderOf(name, folder)));

const withoutSpaces = (text) => text.replaceAll(/\s+/g, " ").trim();
const bundled = packages.flatMap((each) =>
  bundledIn(each).map((part) => {
    const { name, version } = part.manifest;
    const notice = join(each.folder, "THIRD_PARTY_LICENSES");
    const text = existsSync(notice) ? withoutSpaces(readFileSync(notice, "utf8")) : "";
    const [licence = ""] = globSync("LICEN[CS]E*", { cwd: part.folder });
    if (
      !text.includes(`${name} ${version}`) ||
      !text.includes(withoutSpaces(readFileSync(join(part.folder, licence), "utf8")))
    )
      problems.push(`${notice} lacks ${name} ${version} with the text of its licence`);
    if (!each.manifest.files.includes("THIRD_PARTY_LICENSES"))
      problems.push(`${each.manifest.name} does not publish its THIRD_PARTY_LICENSES`);
    return [code(name), version, licenceOf(part), code(each.manifest.name)];
  }),
);

function table(head, rows) {
  const lines = [head, head.map(() => ""), ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map(
      (cells, index) =>
        `| ${cells.map((cell, column) => cell.padEnd(widths[column], index === 1 ? "-" : " ")).join(" | ")} |`,
    )
    .join("\n");
}

const text = `<!-- Written by npm run licences. -->

# Licences

${packages.map(({ manifest }) => code(manifest.name)).join(", ")} are under the MIT licence, and each carries its text.

## Dependencies

What npm installs beside them, however deep; versions as they are tested.

${table(["package", "version", "licence", "wanted by"], dependencies)}

## Bundled

Code that is inside a package's own files. Each such package carries the notice, in \`THIRD_PARTY_LICENSES\`.

${table(["package", "version", "licence", "inside"], bundled)}

Nothing else comes with them. Allowed are ${allowed.map(code).join(", ")}; a check fails for any other.
`;

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, "utf8").replaceAll("\r\n", "\n") !== text) {
  console.error("docs/licences.md is stale: run npm run licences");
  process.exitCode = 1;
}
