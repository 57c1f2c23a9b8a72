import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { connectSession } from "./connect.ts";
import { dialects, failureOf, start, watch } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";
import { CONN_ID, Peer } from "./testing/peer.ts";
import { wsWire } from "./wire-ws.ts";

test("over tcp InitConnect is sent, and its reply is told", async () => {
  const { connecting, peer } = start(new Peer("tcp"), { clientId: "desk-7" });
  const client = await connecting;
  expect(peer.asked).toEqual([
    {
      protoId: 1001,
      serialNo: 1,
      name: "InitConnect",
      c2s: {
        clientVer: 1011,
        clientID: "desk-7",
        recvNotify: true,
        packetEncAlgo: -1,
        pushProtoFmt: 0,
        programmingLanguage: "TypeScript",
      },
    },
  ]);
  expect(client.status()).toEqual({
    state: "ready",
    inFlight: 0,
    waiting: 0,
    droppedPushes: 0,
    connId: CONN_ID,
    serverVersion: 1011,
    loginUserId: 7_000_001n,
    keepAliveMs: 10_000,
  });
});

describe("over ws InitWebSocket is sent", () => {
  test.each([
    ["key", "3c6e0b8a9c15224a8228b9a98ca1531d"],
    ["密钥", createHash("md5").update("密钥").digest("hex")],
    ["", ""],
    [undefined, ""],
  ])("with the MD5 of the key %j", async (key, websocketKey) => {
    const peer = new Peer("ws");
    const seams = { transport: peer, clock: new ManualClock(), wire: wsWire(key) };
    const client = await connectSession(seams);
    expect(peer.asked).toEqual([
      {
        protoId: 1,
        serialNo: 1,
        name: "InitWebSocket",
        c2s: { websocketKey, clientID: "tickwire", programmingLanguage: "TypeScript" },
      },
    ]);
    expect(client.status()).toEqual({ state: "ready", inFlight: 0, waiting: 0, droppedPushes: 0, connId: CONN_ID });
  });

  test("and a reply without a connection id is taken", async () => {
    const peer = new Peer("ws");
    peer.hello = () => ({});
    expect((await start(peer).connecting).status()).toMatchObject({ state: "ready", connId: 0n });
  });
});

describe.each(dialects)("connecting over $dialect", ({ dialect }) => {
  test("resolves when the login is answered, and not before", async () => {
    const peer = new Peer(dialect);
    peer.onAsked = () => undefined;
    const { connecting, clock } = start(peer, { timeoutMs: 100 });
    const connected = watch(connecting);
    await settle();
    await clock.advance(19_999);
    expect([peer.asked.length, connected.state]).toEqual([1, "pending"]);
    peer.answer(peer.asked[0]!, peer.hello());
    await settle();
    expect(connected.state).toBe("fulfilled");
  });

  test("leaves only what the session needs", async () => {
    const { connecting, clock, peer } = start(new Peer(dialect));
    const client = await connecting;
    expect([clock.timers, clock.wakeListeners]).toEqual([1, 1]);
    await client.close();
    await settle();
    expect([clock.timers, clock.wakeListeners]).toEqual([0, 0]);
    expect(peer.isOpen).toBe(false);
  });

  test("is not disturbed by pushes and strangers before the login is answered", async () => {
    const peer = new Peer(dialect);
    peer.onAsked = (asked) => {
      queueMicrotask(() => {
        peer.push(1003, { type: 1 });
        peer.push(1003, { type: 1 }, asked.serialNo);
        peer.send(peer.frame(9999, asked.serialNo, Uint8Array.of(1)));
        peer.answer(asked, peer.hello());
      });
    };
    expect((await start(peer).connecting).status().state).toBe("ready");
  });

  test("takes a signal, which has no effect afterwards", async () => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const { connecting } = start(new Peer(dialect), { signal: controller.signal });
    const client = await connecting;
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    controller.abort();
    await settle();
    expect(client.status().state).toBe("ready");
  });

  test("two sessions of one transport do not know each other", async () => {
    const [one, two] = [new Peer(dialect), new Peer(dialect)];
    const first = await start(one).connecting;
    const second = await start(two).connecting;
    await first.close();
    expect(second.status().state).toBe("ready");
    expect(await failureOf(first.getUserSecurity("HK"))).toMatchObject({ code: "OPEND_CLOSED" });
  });
});
