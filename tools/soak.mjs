// Builds what the soak test imports and runs it; `-- --help` lists its flags.
import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const built = turbo(["build", "--filter=@tickwire/e2e^...", "--output-logs=errors-only"], { quiet: true });
if (built !== 0) process.exit(built);

const args = ["--expose-gc", "e2e/src/soak/main.ts", ...process.argv.slice(3)];
process.exit(spawnSync("node", args, { stdio: "inherit" }).status ?? 1);
