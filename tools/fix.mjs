import { spawnSync } from "node:child_process";

process.exit(
  spawnSync("biome", ["check", "--write"], { stdio: "inherit", shell: process.platform === "win32" }).status ?? 1,
);
