import { FakeOpenD, VirtualClock } from "@tickwire/testkit";
import { localPeer, type Peer } from "@tickwire/testkit/conformance";
import { listen } from "@tickwire/testkit/node";
import { generate } from "selfsigned";
import { failureOnPage } from "./strict-page.ts";

/** A fake that serves a test in the browser. */
interface Served {
  readonly peer: Peer;
  close(): Promise<void>;
}

const served = new Map<number, Served>();
let last = 0;

/** What a fake for a test in the browser shall be. */
export interface FakeWishes {
  readonly websocketKey?: string;
  /** Whether it serves `wss://`, with a certificate that only the page of the tests takes. */
  readonly isSecure?: boolean;
}

/** What the browser gets of a fake that was started for it. */
export interface StartedFake {
  readonly id: number;
  readonly url: string;
}

/** Commands that a test in the browser gives to the Node side, where the fakes run. */
export const fakeCommands = {
  async startFake(_: unknown, { websocketKey, isSecure }: FakeWishes = {}): Promise<StartedFake> {
    const clock = new VirtualClock();
    const opend = new FakeOpenD({ clock, ...(websocketKey === undefined ? {} : { websocketKey }) });
    const server = await listen(opend, isSecure ? { tls: await certificate() } : {});
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

  failureOnPage,
};

async function certificate(): Promise<{ key: string; cert: string }> {
  const style = { keyType: "ec", algorithm: "sha256" } as const;
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], style);
  return { key, cert };
}

type Remote<F> = F extends (context: never, ...args: infer Args) => infer Result ? (...args: Args) => Result : never;

declare module "vitest/browser" {
  interface BrowserCommands {
    startFake: Remote<typeof fakeCommands.startFake>;
    steerFake(id: number, method: keyof Peer, ...args: unknown[]): Promise<unknown>;
    stopFake: Remote<typeof fakeCommands.stopFake>;
    failureOnPage: Remote<typeof failureOnPage>;
  }
}
