import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Runs a module that calls `answer` in a process of its own; `path` is relative to this file. */
export async function inChild<T>(path: string, order: object): Promise<T> {
  const child = fork(fileURLToPath(new URL(path, import.meta.url)), [JSON.stringify(order)]);
  let result: T | undefined;
  child.on("message", (message) => {
    result = message as T;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (result === undefined) throw new Error(`${path} ended without an answer (${code ?? signal})`);
  return result;
}

/** The other side: does what the parent ordered and sends the result. */
export async function answer<Order, Result extends object>(work: (order: Order) => Promise<Result>): Promise<void> {
  const result = await work(JSON.parse(process.argv[2] ?? "{}") as Order);
  process.send?.(result);
}
