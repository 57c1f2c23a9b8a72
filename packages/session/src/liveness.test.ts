import { describe, expect, test } from "vitest";
import { dialects, failureOf, login, type Session, start } from "./testing/harness.ts";
import { START_UNIX_MS, settle } from "./testing/manual-clock.ts";
import { isHeartbeat, Peer } from "./testing/peer.ts";

/** From now on the peer takes what it is sent, and says nothing. */
const mute = ({ peer }: Session) => {
  peer.onAsked = () => undefined;
};
const beats = ({ peer }: Session) => peer.asked.filter(({ protoId }) => isHeartbeat(protoId)).length;
const stateOf = ({ client }: Session) => client.status().state;

describe("heartbeats over tcp", () => {
  test("are sent at 0.8 times OpenD's interval, with the time of day, again and again", async () => {
    const { peer, clock } = await login("tcp");
    await clock.advance(7999);
    expect(peer.names).toEqual([]);
    await clock.advance(1);
    expect(peer.names).toEqual(["KeepAlive"]);
    expect(peer.last("KeepAlive").c2s).toEqual({ time: BigInt(START_UNIX_MS / 1000 + 8) });
    await clock.advance(16_000);
    expect(peer.names).toEqual(["KeepAlive", "KeepAlive", "KeepAlive"]);
  });

  test("are sent although pushes come, since OpenD wants to hear from us", async () => {
    const session = await login("tcp");
    for (let second = 0; second < 80; second++) {
      await session.clock.advance(1000);
      session.peer.push(1003, { type: 1 });
    }
    expect(beats(session)).toBe(10);
  });

  test("that are refused are no error", async () => {
    const session = await login("tcp");
    const { client, peer, clock, warnings } = session;
    peer.onAsked = (asked) => peer.refuse(asked, "no");
    await clock.advance(80_000);
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 0 });
    expect(warnings).toEqual([]);
  });

  test("are sent also when as many requests are under way as there may be", async () => {
    const { client, peer, clock } = await login("tcp", { maxInFlight: 1, timeoutMs: 60_000 });
    const asking = failureOf(client.getUserSecurity("HK"));
    await clock.advance(8000);
    expect(peer.names).toEqual(["Qot_GetUserSecurity", "KeepAlive"]);
    peer.drop();
    expect((await asking).code).toBe("OPEND_CONNECTION_LOST");
  });

  test("that are never answered do not pile up while pushes come, however patient the client is", async () => {
    const { client, peer, clock } = await login("tcp", { deadAfterMs: 86_400_000 });
    peer.onAsked = () => undefined;
    for (let minutes = 0; minutes < 60; minutes++) {
      await clock.advance(60_000);
      peer.push(1003, { type: 1 });
    }
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 4 });
  });

  test("stop when sending one shows that the link is lost", async () => {
    const { client, peer, clock } = await login("tcp", { reconnect: false });
    peer.onAsked = () => peer.drop(new Error("EPIPE"));
    await clock.advance(8000);
    expect([client.status().state, clock.timers]).toEqual(["closed", 0]);
    await clock.advance(100_000);
    expect(peer.names).toEqual(["KeepAlive"]);
  });

  test.each([0, -1])("are sent into a silence only when OpenD's interval is %i", async (keepAliveInterval) => {
    const peer = new Peer("tcp");
    peer.hello = () => ({ ...new Peer("tcp").hello(), keepAliveInterval });
    const { connecting, clock } = start(peer);
    const client = await connecting;
    for (let second = 0; second < 60; second++) {
      await clock.advance(1000);
      peer.push(1003, { type: 1 });
    }
    expect(peer.names).toEqual(["InitConnect"]);
    await clock.advance(30_000);
    expect(new Set(peer.names)).toEqual(new Set(["InitConnect", "KeepAlive"]));
    expect(client.status().state).toBe("ready");
  });
});

test("over WebSocket the probe is sent into a silence only", async () => {
  const session = await login("ws");
  const { peer, clock } = session;
  for (let second = 0; second < 60; second++) {
    await clock.advance(1000);
    peer.push(1003, { type: 1 });
  }
  expect(peer.names).toEqual([]);
  await clock.advance(60_000);
  expect(peer.names.every((name) => name === "GetGlobalState")).toBe(true);
  expect(beats(session)).toBeGreaterThan(1);
  expect(stateOf(session)).toBe("ready");
});

describe.each(dialects)("a dead peer over $dialect", ({ dialect }) => {
  test("is told by its silence, and not before", async () => {
    const session = await login(dialect, { reconnect: false, deadAfterMs: 12_000 });
    mute(session);
    await session.clock.advance(11_999);
    expect(stateOf(session)).toBe("ready");
    expect(beats(session)).toBeGreaterThan(0);
    await session.clock.advance(1);
    const status = session.client.status();
    expect(status).toMatchObject({ state: "closed", error: { code: "OPEND_CONNECTION_LOST" } });
    expect(status.state === "closed" && status.error?.message).toContain("nothing came for 12000 ms");
    await settle();
    expect([session.clock.timers, session.peer.isOpen]).toEqual([0, false]);
  });

  test("rejects what is under way, and the next connection is opened", async () => {
    const session = await login(dialect, { timeoutMs: 60_000 });
    const { client, peer, clock } = session;
    const serve = peer.onAsked;
    mute(session);
    const asking = failureOf(client.getUserSecurity("HK"));
    peer.beforeOpen = () => {
      peer.onAsked = serve;
    };
    await clock.advance(30_000);
    expect(await asking).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
    expect(client.status()).toMatchObject({ state: "reconnecting", attempt: 1 });
    await clock.advance(200);
    expect([stateOf(session), peer.opened, peer.mostAtOnce]).toEqual(["ready", 2, 1]);
  });

  test("is judged by bytes of any kind", async () => {
    const session = await login(dialect, { reconnect: false });
    mute(session);
    const { peer, clock } = session;
    void session.client.getUserSecurity("HK", { timeoutMs: 200_000 }).catch(() => undefined);
    const { serialNo } = peer.last("Qot_GetUserSecurity");
    const reply = peer.frame(3213, serialNo, { s2c: { staticInfoList: [] } });
    if (dialect === "tcp") {
      // A reply that takes its time counts with each byte.
      for (const byte of reply) {
        await clock.advance(2000);
        peer.send(Uint8Array.of(byte));
      }
    } else {
      for (let i = 0; i < 50; i++) {
        await clock.advance(2000);
        peer.send(peer.frame(9999, 0, new Uint8Array(0)));
      }
    }
    expect(stateOf(session)).toBe("ready");
    await session.client.close();
  });

  test("is not looked for any more when the client is closed", async () => {
    const { client, peer, clock } = await login(dialect);
    await client.close();
    await clock.advance(100_000);
    expect([peer.names, clock.timers, clock.wakeListeners]).toEqual([[], 0, 0]);
  });
});

describe.each(dialects)("a computer that slept, over $dialect", ({ dialect }) => {
  test("does not take its own silence for the peer's: it asks first", async () => {
    const session = await login(dialect, { reconnect: false });
    const { peer, clock } = session;
    clock.sleep(3_600_000);
    expect(beats(session)).toBe(0);
    await clock.advance(0);
    expect(beats(session)).toBe(1);
    await clock.advance(60_000);
    expect(stateOf(session)).toBe("ready");
    expect(peer.opened).toBe(1);
  });

  test("waits 5 s for the peer to be heard again", async () => {
    const session = await login(dialect, { reconnect: false });
    mute(session);
    session.clock.sleep(3_600_000);
    await session.clock.advance(4999);
    expect([beats(session), stateOf(session)]).toEqual([1, "ready"]);
    await session.clock.advance(1);
    expect(stateOf(session)).toBe("closed");
  });

  test("asks at once when the runtime tells that it is awake", async () => {
    const session = await login(dialect, { reconnect: false });
    mute(session);
    await session.clock.advance(1000);
    await session.clock.wake();
    expect(beats(session)).toBe(1);
    await session.clock.advance(4999);
    expect(stateOf(session)).toBe("ready");
    await session.clock.advance(1);
    expect(stateOf(session)).toBe("closed");
  });

  test("has its usual patience back when the peer was heard", async () => {
    const session = await login(dialect, { reconnect: false });
    await session.clock.wake();
    await session.clock.advance(1000);
    mute(session);
    await session.clock.advance(28_999);
    expect(stateOf(session)).toBe("ready");
    await session.clock.advance(10_000);
    expect(stateOf(session)).toBe("closed");
  });
});
