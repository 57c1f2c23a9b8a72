// Builds what the simulation imports and runs it; `-- --help` lists its flags.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const args = process.argv.slice(3);
const built = args.includes("--help")
  ? 0
  : turbo(["build", "--filter=@tickwire/e2e^...", "--output-logs=errors-only"], { quiet: true });
if (built !== 0) process.exit(built);

process.exit(spawnSync("node", ["e2e/src/simulation/cli.ts", ...args], { stdio: "inherit" }).status ?? 1);
