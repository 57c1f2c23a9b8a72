// Runs tools/<task>.mjs, with a dash for each colon. Started by anything but pnpm (npm, npx, node), it starts itself again through the pinned pnpm,
// which installs what is missing and puts the workspace's own Node first in PATH.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { lifeline, onOrphaned } from "./parent.mjs";

const [task, ...args] = process.argv.slice(2);
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (process.env.npm_config_user_agent?.startsWith("pnpm/")) {
  await import(new URL(`./${task.replaceAll(":", "-")}.mjs`, import.meta.url).href);
} else {
  const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
  if (!existsSync(`${root}/node_modules`))
    console.error("The first time, pnpm, Node and all packages are installed here, which takes a minute.");
  const child = spawn("npx", ["--loglevel=error", "--yes", packageManager, "--silent", "run", task, ...args], {
    ...lifeline(),
    cwd: root,
    shell: process.platform === "win32",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  // npm does not pass on what kills it.
  onOrphaned(() => process.exit(1), { behindShell: process.env.npm_lifecycle_event !== undefined });
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
