import { spawn } from "node:child_process";
import { join } from "node:path";

/** The programs of the folder `start`. */
export type StartName = "tcp" | "ws" | "futu" | "node";

/** Milliseconds from a program's start to its output, which it writes when it has its first reply. */
export function startTime(name: StartName, url: string): Promise<number> {
  const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(process.execPath, [join(import.meta.dirname, "start", `${name}.mjs`), url], {
      stdio: ["ignore", "pipe", "inherit"],
      env,
    });
    let ms: number | undefined;
    child.stdout.once("data", () => {
      ms = performance.now() - begun;
    });
    child.once("error", reject);
    // The next program starts only when this one is gone.
    child.once("exit", (code) => {
      if (code === 0 && ms !== undefined) resolve(ms);
      else reject(new Error(`start/${name}.mjs ended with ${code}`));
    });
  });
}
