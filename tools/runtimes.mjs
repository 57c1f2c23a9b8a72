// Builds the packages, runs the same cases in every runtime that is here, and writes the README's table of them.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const built = turbo(["build", "browser", "--filter=@tickwire/runtimes^...", "--output-logs=errors-only"]);
if (built !== 0) process.exit(built);

process.exit(spawnSync("node", ["tools/runtimes/src/main.ts"], { stdio: "inherit" }).status ?? 1);
