/** How often to look for the parent, in milliseconds. */
const POLL_MS = 250;
/** Names the variable that says: stdin is a pipe which ends when the process that started all this ends. */
const LIFELINE = "TICKWIRE_LIFELINE";

/**
 * Calls back once when the process that started this one is gone, also when it was killed: a system hands orphans to
 * another parent, and a pipe ends with the process that holds its other end.
 */
export function onOrphaned(callback) {
  const parent = process.ppid;
  let called = false;
  const call = () => {
    if (!called) callback();
    called = true;
  };
  setInterval(() => {
    if (process.ppid !== parent) call();
  }, POLL_MS).unref();
  if (process.env[LIFELINE] === "stdin") process.stdin.on("close", call).resume();
}

/** Options of `spawn` that give a process, and what it starts, a pipe as stdin that ends with this process. */
export function lifeline() {
  return { stdio: ["pipe", "inherit", "inherit"], env: { ...process.env, [LIFELINE]: "stdin" } };
}
