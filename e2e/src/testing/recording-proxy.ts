import { once } from "node:events";
import { type AddressInfo, createConnection, createServer } from "node:net";

/** Stands between a client and a server, and keeps all bytes that go through it. */
export async function recordingProxy(target: { readonly host: string; readonly port: number }) {
  const bytes: Buffer[] = [];
  const proxy = createServer((client) => {
    const server = createConnection({ ...target, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on("data", (chunk: Buffer) => bytes.push(chunk));
      from.on("error", () => to.destroy()).pipe(to);
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    /** Whether a text went by in the clear. */
    has: (text: string) => Buffer.concat(bytes).includes(text),
    async [Symbol.asyncDispose]() {
      proxy.close();
      await once(proxy, "close");
    },
  };
}
