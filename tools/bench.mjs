// Builds what the benchmarks import and runs them; `-- --help` lists the commands.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const args = process.argv.slice(3);
const measures = !args.some((arg) => ["--help", "-h", "docs"].includes(arg));
const built = measures
  ? turbo(["build", "--filter=@tickwire/bench^...", "--output-logs=errors-only"], { quiet: true })
  : 0;
if (built !== 0) process.exit(built);

process.exit(spawnSync("node", ["bench/src/cli.ts", ...args], { stdio: "inherit" }).status ?? 1);
