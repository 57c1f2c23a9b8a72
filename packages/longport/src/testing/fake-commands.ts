import { FakeLongPort } from "@tickwire/testkit";
import { type LongPortListening, listenLongPort } from "@tickwire/testkit/node";

const served = new Map<string, LongPortListening>();

/** Commands that a test in the browser gives to the Node side, where the fakes run. */
export const fakeCommands = {
  /** Starts a fake and gives its address. */
  async startFakeLongPort(): Promise<string> {
    const server = await listenLongPort(new FakeLongPort());
    served.set(server.url, server);
    return server.url;
  },

  async stopFakeLongPort(_: unknown, url: string): Promise<void> {
    await served.get(url)?.close();
    served.delete(url);
  },
};

declare module "vitest/browser" {
  interface BrowserCommands {
    startFakeLongPort(): Promise<string>;
    stopFakeLongPort(url: string): Promise<void>;
  }
}
