// Where the fakes are: a runtime under test asks for them over HTTP.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeLongPort, FakeOpenD, VirtualClock } from "@tickwire/testkit";
import { localPeer, type Peer } from "@tickwire/testkit/conformance";
import { listen, listenLongPort, rsaCiphers } from "@tickwire/testkit/node";
import type { Desk } from "./desk.ts";
import type { Result } from "./suite.ts";

export interface DeskServer extends AsyncDisposable {
  readonly url: string;
  /** What has been reported, in order. */
  readonly results: readonly Result[];
}

/** A fake that serves a case. */
interface Served {
  readonly peer?: Peer;
  readonly longport?: FakeLongPort;
  stop(): Promise<void>;
}

/** As short as OpenD takes them. */
const newKey = (): string =>
  generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;

/** @param script What a page in a browser loads. */
export async function serveDesk(script = ""): Promise<DeskServer> {
  const results: Result[] = [];
  const fakes = new Map<number, Served>();
  const desk = deskOf(results, fakes);
  const server = createServer((request, response) => {
    if (request.method === "POST") void answer(desk, request, response);
    else if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.setHeader("content-type", "text/html").end('<!doctype html><script src="/page.js"></script>');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    results,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.all([...fakes.values()].map((fake) => fake.stop()));
    },
  };
}

async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const chunks: Uint8Array[] = await request.toArray();
    const { method, args } = JSON.parse(Buffer.concat(chunks).toString()) as { method: keyof Desk; args: unknown[] };
    response.end(JSON.stringify(await (desk[method] as (...args: unknown[]) => Promise<unknown>)(...args)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

function deskOf(results: Result[], fakes: Map<number, Served>): Desk {
  let last = 0;
  const fakeOf = (id: number) => {
    const fake = fakes.get(id);
    if (fake === undefined) throw new Error(`there is no fake ${id}`);
    return fake;
  };
  const longportOf = (id: number) => fakeOf(id).longport as FakeLongPort;
  return {
    async report(result) {
      results.push(result);
    },
    async startOpenD({ isEncrypted, ...options } = {}) {
      const clock = new VirtualClock();
      const rsaPrivateKey = isEncrypted ? newKey() : undefined;
      const ciphers = rsaPrivateKey && { ciphers: rsaCiphers(rsaPrivateKey) };
      const opend = new FakeOpenD({ ...options, ...ciphers, clock });
      const server = await listen(opend);
      const id = ++last;
      fakes.set(id, {
        peer: localPeer(opend, clock, () => new Promise((resolve) => setImmediate(resolve))),
        async stop() {
          await server.close();
          opend.close();
        },
      });
      return { id, url: server.ws.url, tcpUrl: server.tcp.url, ...(rsaPrivateKey && { rsaPrivateKey }) };
    },
    async steerOpenD(id, method, ...args) {
      const peer = fakeOf(id).peer as Peer;
      return (await (peer[method] as (...args: unknown[]) => Promise<unknown>)(...args)) as never;
    },
    async startLongPort() {
      const longport = new FakeLongPort();
      const server = await listenLongPort(longport);
      const id = ++last;
      fakes.set(id, { longport, stop: () => server.close() });
      return { id, url: server.url };
    },
    async planFault(id, fault) {
      longportOf(id).faults.add(fault);
    },
    async planSocketFault(id, fault) {
      longportOf(id).socket.faults.add(fault);
    },
    async disconnectQuotes(id) {
      longportOf(id).socket.disconnect();
    },
    async stop(id) {
      await fakeOf(id).stop();
      fakes.delete(id);
    },
  };
}
