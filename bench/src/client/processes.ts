import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A program of this folder in a process of its own, which answers each order by one message. */
export class Program implements Disposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts it and gives its first message. */
  static async start<First>(file: string, ...args: string[]): Promise<{ program: Program; first: First }> {
    const program = new Program(fork(join(import.meta.dirname, file), args));
    return { program, first: await program.#next<First>() };
  }

  /** Sends an order that is not answered. */
  tell(order: object): void {
    this.#child.send(order);
  }

  ask<Answer>(order: object): Promise<Answer> {
    const answer = this.#next<Answer>();
    this.#child.send(order);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  async #next<Message>(): Promise<Message> {
    const over = new AbortController();
    const exit = once(this.#child, "exit", { signal: over.signal }).then(([code]) => {
      throw new Error(`${this.#child.spawnargs.slice(1).join(" ")} ended with ${code}`);
    });
    try {
      const [message] = await Promise.race([once(this.#child, "message", { signal: over.signal }), exit]);
      return message;
    } finally {
      exit.catch(() => undefined);
      over.abort();
    }
  }
}
