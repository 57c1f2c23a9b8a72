// Builds what is fuzzed and fuzzes it; `-- --help` lists the options.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const args = process.argv.slice(3);
const built = turbo(["build", "--filter=@tickwire/e2e^...", "--output-logs=errors-only"], { quiet: true });
if (built !== 0) process.exit(built);

process.exit(spawnSync("node", ["e2e/src/fuzz/cli.ts", ...args], { stdio: "inherit" }).status ?? 1);
