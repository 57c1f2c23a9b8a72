import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How often to look for the parent, in milliseconds. */
const POLL_MS = 500;
/** Names the variable that says: stdin is a pipe which ends when the process that started all this ends. */
const LIFELINE = "TICKWIRE_LIFELINE";

/**
 * Calls back once when the process that started this one is gone, also when it was killed: a system hands orphans to
 * another parent, and a pipe ends with the process that holds its other end. With `behindShell` a shell stands in between,
 * as npm puts one there, and outlives it.
 */
export function onOrphaned(callback, { behindShell = false } = {}) {
  const family = () => (behindShell ? `${process.ppid} ${parentOf(process.ppid)}` : `${process.ppid}`);
  const before = family();
  let called = false;
  const call = () => {
    if (!called) callback();
    called = true;
  };
  setInterval(() => {
    if (family() !== before) call();
  }, POLL_MS).unref();
  if (process.env[LIFELINE] === "stdin") process.stdin.on("close", call).resume();
}

/** Options of `spawn` that give a process, and what it starts, a pipe as stdin that ends with this process. */
export function lifeline() {
  return { stdio: ["pipe", "inherit", "inherit"], env: { ...process.env, [LIFELINE]: "stdin" } };
}

/** The process id of a process's parent; empty where the system does not tell. */
function parentOf(pid) {
  try {
    if (process.platform === "linux") return /\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
    return process.platform === "win32"
      ? ""
      : execFileSync("ps", ["-o", "ppid=", "-p", pid], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
