import { type ChannelListener, channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { afterEach, describe, expect, test } from "vitest";
import {
  type ConnectionChange,
  connect,
  diagnosticsChannels,
  type NodeClientOptions,
  type OpenDError,
  QotUpdateBasicQot,
  SubType,
  type Telemetry,
} from "./index.ts";

const address = "memory:tcp";
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function on(name: string, listener: ChannelListener): void {
  subscribe(name, listener);
  undo.push(() => unsubscribe(name, listener));
}

/** What comes on a channel; the messages themselves, and not copies. */
function messagesOn(name: string): unknown[] {
  const messages: unknown[] = [];
  on(name, (message) => messages.push(message));
  return messages;
}

async function open(options: NodeClientOptions = {}) {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock });
  const client = await connect(memoryTransport(opend, "tcp"), { clock, ...options });
  undo.push(() => opend.close());
  return { clock, opend, client };
}

/** Telemetry that keeps what it is told. */
function recorder() {
  const heard: [string, unknown][] = [];
  const telemetry: Telemetry = {
    request(start) {
      heard.push(["request", start]);
      return (end) => heard.push(["end", end]);
    },
    connection: (change) => heard.push(["connection", change]),
    push: (push) => heard.push(["push", push]),
  };
  return { heard, telemetry };
}

describe("requests", () => {
  const start = { protocol: "Qot_GetUserSecurity", protoId: 3213, address };

  test("the end is the object of the start, grown", async () => {
    const begun: unknown[] = [];
    on(diagnosticsChannels.requestStart, (message) => begun.push(message, { ...(message as object) }));
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    const { client } = await open();
    await client.getUserSecurity("HK");
    expect(begun).toEqual([ended[0], start]);
    expect(ended).toEqual([{ ...start, error: undefined, durationMs: 0 }]);
    expect(begun[0]).toBe(ended[0]);
    await client.close();
  });

  test("equal requests have objects of their own, which may be keys of a WeakMap", async () => {
    const begun = messagesOn(diagnosticsChannels.requestStart);
    const { client } = await open({ shareReads: true });
    await Promise.all([client.getUserSecurity("HK"), client.getUserSecurity("HK")]);
    expect(begun).toHaveLength(2);
    expect(begun[0]).not.toBe(begun[1]);
    await client.close();
  });

  test("a refusal is told by its codes, without what was asked", async () => {
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    const { client } = await open();
    await expect(client.getUserSecurity("no such group")).rejects.toThrow("Unknown watchlists");
    const error = { code: "OPEND_SERVER", outcome: "rejected", reason: "unknown-group", retType: -1 };
    expect(ended).toEqual([{ ...start, error, durationMs: 0 }]);
    expect(JSON.stringify(ended)).not.toMatch(/no such group|Unknown watchlists/);
    await client.close();
  });

  test("what is refused before it is sent is told, too", async () => {
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    const { client } = await open();
    await expect(client.getUserSecurity("HK", { timeoutMs: -1 })).rejects.toThrow("timeoutMs");
    expect(ended).toMatchObject([{ ...start, error: { code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent" } }]);
    await client.close();
  });

  test("the duration covers the wait, by the client's clock", async () => {
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    const { client, clock, opend } = await open({ timeoutMs: 5000 });
    opend.disconnect();
    await clock.advance(0);
    opend.close();
    const asked = client.getUserSecurity("HK").catch((error: OpenDError) => error.code);
    await clock.advance(5000);
    expect(await asked).toBe("OPEND_TIMEOUT");
    expect(ended).toMatchObject([{ durationMs: 5000, error: { code: "OPEND_TIMEOUT", outcome: "not-sent" } }]);
    await client.close();
  });

  test("the end alone can be heard", async () => {
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    const { client } = await open();
    await client.getUserSecurityGroup();
    expect(ended).toMatchObject([{ protocol: "Qot_GetUserSecurityGroup", durationMs: 0 }]);
    await client.close();
  });

  test("who comes while a request is under way does not hear its end", async () => {
    const { client } = await open();
    const asked = client.getUserSecurityGroup();
    const ended = messagesOn(diagnosticsChannels.requestEnd);
    await asked;
    expect(ended).toEqual([]);
    await client.close();
  });
});

test("the connection: ready, lost and closed, and back again in between", async () => {
  const changes = messagesOn(diagnosticsChannels.connection) as ConnectionChange[];
  const { client, clock, opend } = await open();
  opend.disconnect(new Error("user 4711 pulled the plug"));
  await clock.advance(1000);
  await client.close();
  expect(changes.map(({ state }) => state)).toEqual(["ready", "reconnecting", "ready", "closed"]);
  expect(changes.every((change) => change.address === address)).toBe(true);
  expect(changes[1]).toEqual({
    state: "reconnecting",
    address,
    error: expect.objectContaining({ code: "OPEND_CONNECTION_LOST" }),
    attempt: 1,
    delayMs: expect.any(Number),
  });
  expect(changes[3]).toEqual({ state: "closed", address });
  expect(JSON.stringify(changes)).not.toContain("4711");
});

test("a connection that never came about", async () => {
  const changes = messagesOn(diagnosticsChannels.connection);
  const opend = new FakeOpenD();
  opend.close();
  await expect(connect(memoryTransport(opend, "tcp"))).rejects.toThrow("cannot connect");
  expect(changes).toEqual([{ state: "closed", address, error: { code: "OPEND_CONNECT_FAILED", outcome: "not-sent" } }]);
});

test("pushes, by number and size", async () => {
  const pushes = messagesOn(diagnosticsChannels.push);
  const { client, clock, opend } = await open();
  const to = { securities: ["HK.00700"], subTypes: [SubType.Basic] };
  const stream = await client.subscribe(QotUpdateBasicQot, to);
  const before = pushes.length;
  opend.push(QotUpdateBasicQot, { basicQotList: [] });
  await clock.advance(0);
  // An envelope with neither text nor quotes.
  expect(pushes.slice(before)).toEqual([{ protoId: 3005, bodyBytes: 8, address }]);
  await stream.return?.();
  await client.close();
});

test("the user's own telemetry hears the same, and each listener its own objects", async () => {
  const { heard, telemetry } = recorder();
  const begun = messagesOn(diagnosticsChannels.requestStart);
  const { client } = await open({ telemetry });
  await client.getUserSecurityGroup();
  await client.close();
  const start = { protocol: "Qot_GetUserSecurityGroup", protoId: 3222, address };
  expect(heard).toEqual([
    ["connection", { state: "ready", address }],
    ["request", start],
    ["end", { durationMs: 0 }],
    ["connection", { state: "closed", address }],
  ]);
  expect(begun).toEqual([{ ...start, durationMs: 0 }]);
});

test("telemetry that throws costs the channels nothing", async () => {
  const thrown = new Error("telemetry");
  const fail = (): never => {
    throw thrown;
  };
  const counted = Object.values(diagnosticsChannels).map(messagesOn);
  const { client, opend } = await open({ telemetry: { request: fail, connection: fail, push: fail } });
  const warnings: unknown[] = [];
  client.on("warning", (warning) => warnings.push(warning));
  await client.getUserSecurityGroup();
  opend.push(QotUpdateBasicQot, { basicQotList: [] });
  await client.getUserSecurityGroup();
  expect(counted.map(({ length }) => length)).toEqual([2, 2, 1, 1]);
  expect(warnings).toEqual([thrown, thrown, thrown]);
  await client.close();
});

test("a subscriber that throws disturbs nobody, and is told as an uncaught exception", async () => {
  const thrown = new Error("subscriber");
  // The runner's own listeners would fail the test.
  const runners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const uncaught = new Promise((resolve) => process.once("uncaughtException", resolve));
  undo.push(() => {
    for (const listener of runners) process.on("uncaughtException", listener);
  });
  on(diagnosticsChannels.requestStart, () => {
    throw thrown;
  });
  const after = messagesOn(diagnosticsChannels.requestStart);
  const { client } = await open();
  const warnings: unknown[] = [];
  client.on("warning", (warning) => warnings.push(warning));
  expect((await client.getUserSecurityGroup()).length).toBeGreaterThan(0);
  expect(after).toHaveLength(1);
  expect(await uncaught).toBe(thrown);
  expect(warnings).toEqual([]);
  await client.close();
});

test("nothing is published while nobody subscribes", async () => {
  const published: string[] = [];
  const channels = Object.values(diagnosticsChannels).map((name) => channel(name));
  // Publishing to a channel without subscribers can be seen nowhere else.
  for (const one of channels) {
    one.publish = () => published.push(String(one.name));
    undo.push(() => Reflect.deleteProperty(one, "publish"));
  }
  const { client, clock, opend } = await open();
  await client.getUserSecurityGroup();
  opend.push(QotUpdateBasicQot, { basicQotList: [] });
  opend.disconnect();
  await clock.advance(1000);
  await client.close();
  expect(published).toEqual([]);
});
