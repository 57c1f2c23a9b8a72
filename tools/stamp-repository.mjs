// Writes into the published manifests where the repository is, as a CI on GitHub knows it: provenance is refused without.
// For the release only, in a checkout that is thrown away.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { publishedPackages } from "./tooling/packages.ts";

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
if (!server || !name) throw new Error("GITHUB_SERVER_URL and GITHUB_REPOSITORY say where the repository is: set both");
const url = `${server}/${name}`;

for (const { folder } of publishedPackages()) {
  const path = join(folder, "package.json");
  const directory = relative(process.cwd(), folder).replaceAll("\\", "/");
  const manifest = {
    ...JSON.parse(readFileSync(path, "utf8")),
    homepage: `${url}/tree/HEAD/${directory}#readme`,
    repository: { type: "git", url: `git+${url}.git`, directory },
    bugs: `${url}/issues`,
  };
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
