import { FakeOpenD, VirtualClock } from "@tickwire/testkit";
import { localPeer, type Peer } from "@tickwire/testkit/conformance";
import { listen } from "@tickwire/testkit/node";

/** A fake that serves a test in the browser. */
interface Served {
  readonly peer: Peer;
  close(): Promise<void>;
}

const served = new Map<number, Served>();
let last = 0;

/** What the browser gets of a fake that was started for it. */
export interface StartedFake {
  readonly id: number;
  readonly url: string;
}

/** Commands that a test in the browser gives to the Node side, where the fakes run. */
export const fakeCommands = {
  async startFake(_: unknown, websocketKey?: string): Promise<StartedFake> {
    const clock = new VirtualClock();
    const opend = new FakeOpenD({ clock, ...(websocketKey === undefined ? {} : { websocketKey }) });
    const server = await listen(opend);
    const id = ++last;
    served.set(id, {
      peer: localPeer(opend, clock, () => new Promise((resolve) => setImmediate(resolve))),
      async close() {
        await server.close();
        opend.close();
      },
    });
    return { id, url: server.ws.url };
  },

  /** Calls a method of the fake's peer. */
  async steerFake<M extends keyof Peer>(_: unknown, id: number, method: M, ...args: Parameters<Peer[M]>) {
    const { peer } = served.get(id) as Served;
    return (peer[method] as (...args: unknown[]) => ReturnType<Peer[M]>)(...args);
  },

  async stopFake(_: unknown, id: number): Promise<void> {
    await served.get(id)?.close();
    served.delete(id);
  },
};

type Remote<F> = F extends (context: unknown, ...args: infer Args) => infer Result ? (...args: Args) => Result : never;

declare module "vitest/browser" {
  interface BrowserCommands {
    startFake: Remote<typeof fakeCommands.startFake>;
    steerFake(id: number, method: keyof Peer, ...args: unknown[]): Promise<unknown>;
    stopFake: Remote<typeof fakeCommands.stopFake>;
  }
}
