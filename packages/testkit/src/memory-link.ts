import { type Dialect, type Link, type LinkEvents, OpenDError, type Transport } from "@tickwire/session";
import type { AcceptedConnection, FakeOpenD } from "./fake-opend.ts";

/**
 * A transport that leads a client to a fake in the same process, without sockets: for browsers, for speed, and for tests
 * in virtual time. Whatever travels takes one microtask, in order and in both directions; nothing is delivered while
 * `write` or `open` runs. It takes any number of bytes and is never slow, so `drain` does not come.
 */
export function memoryTransport(opend: FakeOpenD, dialect: Dialect): Transport {
  const address = `memory:${dialect}`;
  return {
    dialect,
    address,
    async open(events, signal) {
      signal.throwIfAborted();
      await Promise.resolve();
      signal.throwIfAborted();
      if (opend.isClosed)
        throw new OpenDError(
          "OPEND_CONNECT_FAILED",
          `cannot connect to ${address}: the fake is closed; open it no more`,
        );
      const link = new MemoryLink(events);
      // Not yet, because a fake that refuses it tells so at once, and the caller has to have the link first.
      queueMicrotask(() => link.connect(opend, dialect));
      return link;
    },
  };
}

class MemoryLink implements Link {
  readonly #events: LinkEvents;
  #server: AcceptedConnection | undefined;
  /** False once either side has ended it: nothing is written any more. */
  #isOpen = true;
  /** True once the client was told the end: nothing more may reach it. */
  #isOver = false;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  connect(opend: FakeOpenD, dialect: Dialect): void {
    this.#server = opend.accept(dialect, {
      write: (bytes) => {
        queueMicrotask(() => {
          if (this.#isOpen) this.#events.data(bytes);
        });
      },
      close: (cause) => queueMicrotask(() => this.#end(cause)),
    });
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isOpen) queueMicrotask(() => this.#server?.receive(bytes));
    return true;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    queueMicrotask(() => {
      this.#server?.closed();
      this.#end();
    });
  }

  #end(cause?: Error): void {
    if (this.#isOver) return;
    this.#isOpen = false;
    this.#isOver = true;
    this.#events.closed(cause);
  }
}
