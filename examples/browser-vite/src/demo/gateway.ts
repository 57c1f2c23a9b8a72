import { type ReadonlySignal, signal } from "@preact/signals";
import { FakeOpenD, memoryTransport } from "@tickwire/testkit";
import { connect } from "@tickwire/web-client";
import type { Source } from "../source.ts";
import { demoFixture } from "./fixture.ts";

/** The faults that a visitor may let happen. */
export interface Gateway {
  /** Whether it refuses every connection. */
  readonly isDown: ReadonlySignal<boolean>;
  /** Ends the connection; the next one is let in. */
  drop(): void;
  /** Ends the connection and lets none in, or takes them again. */
  setDown(isDown: boolean): void;
  /** Says nothing more on the connection, and leaves it open. */
  goSilent(): void;
}

/** A gateway in the page. It takes no server; the client is the one for a real OpenD, on a transport in memory. */
export function demoSource(): Source {
  const opend = new FakeOpenD({ fixture: demoFixture, quoteIntervalMs: 900, seed: 20 });
  const isDown = signal(false);
  const gateway: Gateway = {
    isDown,
    drop: () => opend.disconnect(new Error("the demo gateway dropped it")),
    setDown(value) {
      isDown.value = value;
      opend.faults.clear();
      if (!value) return;
      opend.faults.add({ kind: "refuse", times: Number.POSITIVE_INFINITY });
      opend.disconnect(new Error("the demo gateway went down"));
    },
    goSilent: () => opend.mute(),
  };
  return {
    label: "Demo in this page",
    gateway,
    // A visitor does not want to wait for half a minute until a silent gateway counts as dead.
    connect: (options) =>
      connect(memoryTransport(opend, "ws"), {
        ...options,
        deadAfterMs: 9000,
        reconnect: { initialMs: 3000, maxMs: 12_000 },
      }),
    quietAfterMs: 4000,
    known: demoFixture.securities.map(({ symbol, name }) => ({ symbol, name: String(name) })),
    close: () => opend.close(),
  };
}
