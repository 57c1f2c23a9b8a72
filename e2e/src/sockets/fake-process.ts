import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = join(import.meta.dirname, "../../../packages/testkit/dist/fake.js");

/** The fake's program, as a process of its own. */
export interface FakeProcess extends AsyncDisposable {
  /** The port that it listens on, by dialect. */
  readonly ports: Readonly<Record<"tcp" | "ws", number>>;
  /** Kills it at once, so that it says goodbye to nobody. */
  kill(): Promise<void>;
}

/**
 * Starts it, on free ports unless told. Unless a flag makes them move its quotes stand still, so that only what is asked is
 * answered.
 */
export async function startFake(ports = { tcp: 0, ws: 0 }, flags: readonly string[] = []): Promise<FakeProcess> {
  const args = ["--port", `${ports.tcp}`, "--ws-port", `${ports.ws}`, "--quote-interval-ms", "3600000", ...flags];
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
  const exit = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout!), "line"),
    exit.then(([code]) => Promise.reject(new Error(`the fake ended with ${code}`))),
  ]);
  const { tcp, ws } = JSON.parse(line) as Record<"tcp" | "ws", { readonly port: number }>;
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exit;
  };
  return { ports: { tcp: tcp.port, ws: ws.port }, kill, [Symbol.asyncDispose]: kill };
}
