import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import {
  type Client,
  type ClientEvents,
  type ClientOptions,
  type ClientStatus,
  connect as connectTcp,
  OpenDError,
  type PushStream,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/node-client";
import { connect as connectWebSocket } from "@tickwire/web-client";
import { expect } from "vitest";

/** Both clients, each with its dialect. */
export const clients = [
  { dialect: "tcp", connect: connectTcp },
  { dialect: "ws", connect: connectWebSocket },
] as const;

/** Comes back quickly. */
export const quick: ClientOptions = { reconnect: { initialMs: 10, maxMs: 50 } };
/** And sees soon that its peer is mute. */
export const impatient: ClientOptions = { ...quick, deadAfterMs: 500 };

/** The next event of this name. */
export function next<K extends keyof ClientEvents>(client: Client, name: K): Promise<ClientEvents[K]> {
  return new Promise((resolve) => {
    const listener = client.on(name, (event) => {
      listener[Symbol.dispose]();
      resolve(event);
    });
  });
}

/** Waits until the client stands there. */
export async function until(client: Client, state: ClientStatus["state"]): Promise<void> {
  for await (const status of client.statuses()) if (status.state === state) return;
  expect.unreachable(`the client closed and was never ${state}`);
}

/** A stream of a security's quotes, of which the first has been read. */
export async function startStream(client: Client): Promise<{ stream: PushStream<unknown>; gap: Promise<unknown> }> {
  const stream = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
  await stream.next();
  return { stream, gap: new Promise((resolve) => stream.on("gap", resolve)) };
}

/** What subscribing again should come to, for the stream of `startStream`. */
export const restored = {
  restored: [{ security: { market: 1, code: "00700" }, subType: SubType.Basic }],
  failed: [],
};

/** The error of what must fail. */
export async function failure(attempt: Promise<unknown>): Promise<OpenDError> {
  const error = await attempt.then(
    () => expect.unreachable("it succeeded"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OpenDError);
  return error as OpenDError;
}

/** A port where nothing listens: it was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
