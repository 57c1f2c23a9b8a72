import type { Client, Clock, Dialect, Transport } from "@tickwire/session";
import { FakeOpenD } from "../fake-opend.ts";
import type { FakeOpenDOptions } from "../fake-opend-options.ts";
import { memoryTransport } from "../memory-link.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { fail } from "./checks.ts";
import type { Harness, Peer } from "./harness.ts";
import { localPeer } from "./local-peer.ts";

/** A way to reach a fake in the same process. */
export interface LocalLink {
  /** Connects the client under test, on this clock. */
  connect(clock: VirtualClock): Promise<Client>;
  /** Lets bytes that are under way arrive; for sockets, one turn of the event loop. */
  settle(): Promise<void>;
  /** Takes the listeners down, if there are any. */
  close(): Promise<void>;
}

/**
 * The harness for a fake in the same process. When it is disposed of, the case is over: a client that has left a timer
 * behind then fails it.
 */
export async function localHarness(
  open: (opend: FakeOpenD) => Promise<LocalLink> | LocalLink,
  options: FakeOpenDOptions = {},
): Promise<Harness> {
  const peerClock = new VirtualClock();
  const opend = new FakeOpenD({ ...options, clock: peerClock });
  const link = await open(opend);
  return harness(localPeer(opend, peerClock, link.settle), link.connect, async () => {
    await link.close();
    opend.close();
  });
}

/** The harness for a client that is linked to the fake in memory. */
export function memoryHarness(
  dialect: Dialect,
  connect: (transport: Transport, options: { readonly clock: Clock }) => Promise<Client>,
): Promise<Harness> {
  return localHarness((opend) => ({
    connect: (clock) => connect(memoryTransport(opend, dialect), { clock }),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }));
}

/** A harness on any peer, with a virtual clock for the client. */
export function harness(
  peer: Peer,
  connect: (clock: VirtualClock) => Promise<Client>,
  close: () => Promise<void>,
): Harness {
  const clock = new VirtualClock();
  return {
    peer,
    connect: () => connect(clock),
    advance: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      await close();
      if (clock.pendingTimers > 0) fail(`the closed client has left ${clock.pendingTimers} timers`);
      if (clock.wakeListeners > 0) fail(`the closed client has left ${clock.wakeListeners} listeners for wake-ups`);
    },
  };
}
