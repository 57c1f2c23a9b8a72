import {
  formatSymbol,
  OpenDError,
  type Overflow,
  type PushStream,
  type PushSubscription,
  type QotUpdateBasicQotS2C,
  type SubType,
} from "@tickwire/session";
import type { World } from "./world.ts";

type Stream = PushStream<QotUpdateBasicQotS2C>;

export interface ReaderInit {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly subTypes: readonly SubType[];
  readonly buffer: number;
  readonly overflow: Overflow;
  /** Reads at once whatever comes; else only now and then. */
  readonly isEager: boolean;
}

/** One who reads a stream, or gets calls, and what it is owed. */
export class Reader {
  readonly name: string;
  readonly units: readonly string[];
  /** When a gap was told last. */
  gapAt = Number.NEGATIVE_INFINITY;
  openedAt = 0;
  readonly #world: World;
  readonly #init: ReaderInit;
  readonly #symbols: ReadonlySet<string>;
  #handle: Stream | PushSubscription | undefined;
  #isClosed = false;
  #isWaiting = false;

  constructor(world: World, init: ReaderInit) {
    this.#world = world;
    this.#init = init;
    this.name = init.name;
    this.#symbols = new Set(init.symbols);
    this.units = init.symbols.flatMap((symbol) => init.subTypes.map((subType) => `${symbol} ${subType}`));
  }

  /** False once it was closed, or has overflown: then its subscription is given up. */
  get isOpen(): boolean {
    const stream = this.#stream;
    return !this.#isClosed && !(this.#init.overflow === "error" && stream !== undefined && stream.dropped > 0);
  }

  begin(handle: Stream | PushSubscription): void {
    this.#handle = handle;
    this.openedAt = this.#world.time.now;
    handle.on("gap", () => {
      this.gapAt = this.#world.time.now;
      this.#world.outcome("gap");
      this.#world.note(`${this.name} is told of a gap`);
    });
    handle.on("stale", () => this.#world.outcome("stale"));
    if (this.#init.isEager) void this.read();
  }

  /** What came. */
  take({ basicQotList }: QotUpdateBasicQotS2C): void {
    this.#world.outcome("push");
    const stray = basicQotList.find(({ security }) => !this.#symbols.has(formatSymbol(security)));
    if (stray !== undefined)
      this.#world.fail("pushes reach their readers", `${this.name} got ${formatSymbol(stray.security)}`);
  }

  /** Takes what is buffered; an eager reader goes on for ever. */
  async read(): Promise<void> {
    const stream = this.#stream;
    const { buffer, isEager } = this.#init;
    if (stream === undefined) return;
    for (let taken = 0; !this.#isWaiting; taken++) {
      if (!isEager && taken > buffer)
        return this.#world.fail("buffers stay within their bound", `${this.name} had more than ${buffer} messages`);
      const next = this.#next(stream);
      // By now what is buffered would have come.
      for (let turns = 0; turns < 5 && this.#isWaiting; turns++) await undefined;
      if (isEager) await next;
      if (this.#isClosed) return;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#world.note(`${this.name} is closed`);
    await this.#handle?.close();
  }

  async #next(stream: Stream): Promise<void> {
    this.#isWaiting = true;
    try {
      const result = await stream.next();
      if (result.done === true) this.#isClosed = true;
      else this.take(result.value);
    } catch (error) {
      this.#isClosed = true;
      this.#world.outcome(error instanceof OpenDError ? error.code : "an error that is none of ours");
    } finally {
      this.#isWaiting = false;
    }
  }

  get #stream(): Stream | undefined {
    const handle = this.#handle;
    return handle !== undefined && "next" in handle ? handle : undefined;
  }
}
