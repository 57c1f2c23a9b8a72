// Builds the documentation site into tools/site/dist, and with --serve shows it on this machine.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onOrphaned } from "./parent.mjs";
import { turbo } from "./turbo.mjs";

const built = turbo(["site", "--output-logs=errors-only"]);
if (built !== 0) process.exit(built);

if (process.argv.includes("--serve")) {
  const folder = fileURLToPath(new URL("site", import.meta.url));
  const server = spawn(`${folder}/node_modules/.bin/vitepress`, ["preview"], { cwd: folder, stdio: "inherit" });
  onOrphaned(() => server.kill("SIGTERM"));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  server.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.log("The site is in tools/site/dist; `npm run site -- --serve` shows it.");
}
