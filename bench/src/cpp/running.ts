import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ClockName } from "../measure/clock.ts";

/** The running C++ program. */
export async function startCpp(path: string, corpusFile: string, clock: ClockName) {
  const child = spawn(path, [corpusFile], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child, "spawn");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  /** Parses so often and gives the milliseconds that it took. */
  const run = async (item: number, iterations: number): Promise<number> => {
    child.stdin.write(`${item} ${iterations}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the C++ program ended");
    const [wall, cpu] = value.split(" ").map(Number);
    return (clock === "cpu" ? cpu! : wall!) * 1000;
  };
  return {
    run,
    calibrate: async (item: number, turnMs: number): Promise<number> => {
      for (let iterations = 1; ; iterations *= 2) {
        const took = await run(item, iterations);
        if (took >= turnMs) return Math.max(1, Math.round((iterations * turnMs) / took));
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
