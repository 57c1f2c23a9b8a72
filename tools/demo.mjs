import { spawnSync } from "node:child_process";
import { turbo } from "./turbo.mjs";

const built = turbo(["build", "--filter=@tickwire/example-demo^...", "--output-logs=errors-only"], { quiet: true });
if (built !== 0) process.exit(built);

const args = ["examples/demo/src/main.ts", ...process.argv.slice(3)];
process.exit(spawnSync("node", args, { stdio: "inherit" }).status ?? 1);
