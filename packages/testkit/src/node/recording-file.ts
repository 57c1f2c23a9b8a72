import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { type Clock, TickwireError } from "@tickwire/session";
import { writeExactJson } from "../longport-json.ts";
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordedEvent, type RecordingHeader } from "../recording.ts";
import { Redactor } from "./redactor.ts";

/** An event without its time, which the file gives it. */
export type NewEvent = RecordedEvent extends infer Event
  ? Event extends RecordedEvent
    ? Omit<Event, "at">
    : never
  : never;

/**
 * The file that a recording is streamed to. A disk that fails does not disturb the session: nothing more is written then, and
 * `close` tells it.
 */
export class RecordingFile {
  readonly redactor: Redactor;
  readonly #stream: Writable;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #startMs: number;
  #failure: Error | undefined;
  #drained: Promise<unknown> = Promise.resolve();
  #connections = 0;
  #requests = 0;

  /** @param stream Where the lines go. @param path What it is called. */
  constructor(stream: Writable, path: string, clock: Clock, header: Pick<RecordingHeader, "dialect" | "redacted">) {
    this.#stream = stream;
    this.#path = path;
    this.#clock = clock;
    this.#startMs = clock.now();
    this.redactor = new Redactor(header.redacted);
    stream.on("error", (error) => {
      this.#failure = error;
    });
    this.#line({ format: RECORDING_FORMAT, version: RECORDING_VERSION, startedUnixMs: clock.unixMs(), ...header });
  }

  /** @throws {TickwireError} `TESTKIT_RECORD`: the file is there already, or cannot be made. */
  static async create(
    path: string,
    clock: Clock,
    header: Pick<RecordingHeader, "dialect" | "redacted">,
  ): Promise<RecordingFile> {
    // What is recorded is about an account, even redacted: it is for its owner.
    const stream = createWriteStream(path, { flags: "wx", mode: 0o600 });
    await once(stream, "open").catch((cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === "EEXIST"
          ? "it is there already; take another name, or delete it"
          : cause.code === "ENOENT"
            ? "there is no such folder; make it first"
            : cause.message;
      throw new TickwireError("TESTKIT_RECORD", `cannot record into ${path}: ${why}`, { cause });
    });
    return new RecordingFile(stream, path, clock, header);
  }

  /** The number of a new connection. */
  nextConnection(): number {
    return ++this.#connections;
  }

  /** The number of a new request. */
  nextRequest(): number {
    return ++this.#requests;
  }

  /** Whether the disk is behind: read no more then, until `drained`. */
  get isFull(): boolean {
    return this.#failure === undefined && this.#stream.writableNeedDrain;
  }

  /** Resolves when the disk has caught up, or has failed. */
  drained(): Promise<unknown> {
    return this.isFull ? this.#drained : Promise.resolve();
  }

  write(event: NewEvent): void {
    this.#line({ at: Math.round((this.#clock.now() - this.#startMs) * 1000) / 1000, ...event });
  }

  /** Closes the file and takes it away again. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.#path);
  }

  /** @throws {TickwireError} `TESTKIT_RECORD` when not all was written. */
  async close(): Promise<void> {
    if (this.#failure === undefined && !this.#stream.closed) {
      this.#stream.end();
      // Its error is noted already.
      await once(this.#stream, "close").catch(() => undefined);
    }
    if (this.#failure !== undefined)
      throw new TickwireError(
        "TESTKIT_RECORD",
        `the recording ${this.#path} is not whole: ${this.#failure.message}; record anew`,
        { cause: this.#failure },
      );
  }

  #line(content: object): void {
    if (this.#failure !== undefined || this.#stream.writableEnded) return;
    const wasFull = this.#stream.writableNeedDrain;
    if (!this.#stream.write(`${writeExactJson(content)}\n`) && !wasFull)
      this.#drained = once(this.#stream, "drain").catch(() => undefined);
  }
}
