import { spawnSync } from "node:child_process";

/**
 * Runs turbo tasks and gives the exit code. `quiet` sends turbo's own output to stderr, for scripts whose stdout is read
 * by a program.
 */
export function turbo(args, { quiet = false } = {}) {
  const stdio = quiet ? ["ignore", 2, 2] : ["ignore", 1, 2];
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
  const result = spawnSync("turbo", ["run", ...args], { stdio, env, shell: process.platform === "win32" });
  if (result.error) throw result.error;
  return result.status ?? 1;
}
