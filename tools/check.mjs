// Everything that reads the sources without running them. All checks run; the exit code tells whether one failed.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

// knip loads each package's vitest configuration, and those import built packages and look for the browser.
const built = turbo(["build", "browser", "--output-logs=errors-only"]);
if (built !== 0) process.exit(built);

const checks = [
  ["biome", "ci", "--colors=off", "--error-on-warnings"],
  ["buf", "lint", "proto"],
  ["sherif", "--no-install"],
  ["knip", "--no-progress"],
  ["node", "tools/run.mjs", "proto:drift"],
  ["node", "tools/protocols-doc.mjs", "--check"],
  ["node", "tools/api.mjs", "--check"],
  ["node", "tools/licences.mjs", "--check"],
];
let failed = 0;
for (const [command, ...args] of checks) {
  const { status } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) {
    failed += 1;
    console.error(`${command}: failed`);
  }
}
process.exit(failed > 0 ? 1 : 0);
