// A program that closed its client ends by itself, whatever the client was doing, and close() leaves nothing behind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { InitConnect, InitWebSocket } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { type Listening, listen } from "@tickwire/testkit/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "./sockets/clients.ts";

let opend: FakeOpenD;
let server: Listening;

beforeEach(async () => {
  opend = new FakeOpenD();
  server = await listen(opend);
});
afterEach(async () => {
  await server.close();
  opend.close();
});

/** The program whose client is to be closed. */
class Program implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: string[] = [];
  readonly #exit: Promise<number | null>;
  #onLine = () => {};

  constructor(url: string, mode: "idle" | "busy") {
    const path = join(import.meta.dirname, "fixtures/leave-program.ts");
    this.#child = spawn(process.execPath, [path, url, mode], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface(this.#child.stdout).on("line", (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
    this.#exit = new Promise((resolve) => this.#child.on("close", (code) => resolve(code)));
  }

  /** Waits until it has printed a line. */
  printed(line: string): Promise<void> {
    const isThere = new Promise<void>((resolve) => {
      this.#onLine = () => {
        if (this.#lines.includes(line)) resolve();
      };
      this.#onLine();
    });
    const tooLate = this.#exit.then(() => Promise.reject(new Error(`it never printed ${line}, but ${this.#lines}`)));
    return Promise.race([isThere, tooLate]);
  }

  /** Ends its stdin, and waits for its own end: its exit code, and all that it has printed. */
  async end(): Promise<{ code: number | null; lines: readonly string[] }> {
    this.#child.stdin.end();
    return { code: await this.#exit, lines: this.#lines };
  }

  /** Does not leave one behind that has not ended by itself. */
  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

describe.each(["tcp", "ws"] as const)("over %s", (dialect) => {
  /** Starts the program, and waits until its client has connected. */
  async function connected(mode: "idle" | "busy"): Promise<Program> {
    const program = new Program(server[dialect].url, mode);
    await program.printed("ready");
    return program;
  }

  /** Logins are not answered any more; resolves when there is one. */
  const muteLogin = () =>
    new Promise<void>((resolve) => {
      const keepSilent = () => {
        resolve();
        return new Promise<never>(() => {});
      };
      opend.on(InitConnect, keepSilent);
      opend.on(InitWebSocket, keepSilent);
    });

  /** What becomes of the stream, of the iterator of statuses, and of the requests that wait for their turn. */
  const ends = "done,done,OPEND_CLOSED,OPEND_CLOSED";

  test("close() of a client that does nothing leaves nothing", async () => {
    using program = await connected("idle");
    expect(await program.end()).toEqual({ code: 0, lines: ["started", "ready", "closed", "left: "] });
  });

  test("close() of one with open streams and requests that wait for their turn", async () => {
    using program = await connected("busy");
    expect(await program.end()).toEqual({ code: 0, lines: ["started", "ready", "closed", ends, "left: "] });
  });

  test("close() while it waits to connect again", async () => {
    using program = await connected("busy");
    await server.close();
    await program.printed("reconnecting");
    const { code, lines } = await program.end();
    expect([code, lines.slice(-3)]).toEqual([0, ["closed", ends, "left: "]]);
  });

  test("close() while it connects again", async () => {
    using program = await connected("busy");
    const login = muteLogin();
    opend.disconnect();
    await login;
    const lines = ["started", "ready", "reconnecting", "closed", ends, "left: "];
    expect(await program.end()).toEqual({ code: 0, lines });
  });

  test("connect that is given up leaves nothing", async () => {
    const login = muteLogin();
    using program = new Program(server[dialect].url, "idle");
    await login;
    expect(await program.end()).toEqual({ code: 0, lines: ["started", "OPEND_ABORTED", "left: "] });
  });

  test("connect that fails leaves nothing", async () => {
    using program = new Program(`${dialect}://127.0.0.1:${await freePort()}`, "idle");
    await program.printed("OPEND_CONNECT_FAILED");
    expect(await program.end()).toEqual({ code: 0, lines: ["started", "OPEND_CONNECT_FAILED", "left: "] });
  });
});
