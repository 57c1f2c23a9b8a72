import { expect, test } from "vitest";
import { failureOf, login, start } from "./testing/harness.ts";
import { START_UNIX_MS, settle } from "./testing/manual-clock.ts";
import { Peer } from "./testing/peer.ts";

test("is sent at 0.8 times OpenD's interval, with the time of day, again and again", async () => {
  const { peer, clock } = await login("tcp");
  await clock.advance(7999);
  expect(peer.names).toEqual([]);
  await clock.advance(1);
  expect(peer.names).toEqual(["KeepAlive"]);
  expect(peer.last("KeepAlive").c2s).toEqual({ time: BigInt(START_UNIX_MS / 1000 + 8) });
  peer.answer(peer.last("KeepAlive"), { time: 1n });
  await clock.advance(16_000);
  expect(peer.names).toEqual(["KeepAlive", "KeepAlive", "KeepAlive"]);
});

test("without an answer is no error, and goes on", async () => {
  const { client, peer, clock, warnings } = await login("tcp");
  await clock.advance(80_000);
  expect(peer.names).toHaveLength(10);
  expect(client.status().state).toBe("ready");
  expect(warnings).toEqual([]);
});

test("that is refused is no error either", async () => {
  const { client, peer, clock, warnings } = await login("tcp");
  await clock.advance(8000);
  peer.refuse(peer.last("KeepAlive"), "no");
  await settle();
  expect(client.status()).toMatchObject({ state: "ready", inFlight: 0 });
  expect(warnings).toEqual([]);
});

test("stops when the client is closed", async () => {
  const { client, peer, clock } = await login("tcp");
  await client.close();
  await clock.advance(100_000);
  expect(peer.names).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("stops when the link is lost", async () => {
  const { peer, clock } = await login("tcp");
  peer.drop();
  await clock.advance(100_000);
  expect(peer.names).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("stops when sending it shows that the link is lost", async () => {
  const { client, peer, clock } = await login("tcp");
  peer.onAsked = () => peer.drop(new Error("EPIPE"));
  await clock.advance(8000);
  expect(client.status().state).toBe("closed");
  expect(clock.timers).toBe(0);
  await clock.advance(100_000);
  expect(peer.names).toEqual(["KeepAlive"]);
});

test.each([0, -1])("is left out when OpenD's interval is %i", async (keepAliveInterval) => {
  const peer = new Peer("tcp");
  peer.hello = () => ({ ...new Peer("tcp").hello(), keepAliveInterval });
  const { connecting, clock } = start(peer);
  await connecting;
  expect(clock.timers).toBe(0);
});

test("is left out over WebSocket", async () => {
  const { peer, clock } = await login("ws");
  expect(clock.timers).toBe(0);
  await clock.advance(100_000);
  expect(peer.names).toEqual([]);
});

test("is sent also when as many requests are under way as there may be", async () => {
  const { client, peer, clock } = await login("tcp", { maxInFlight: 1, timeoutMs: 60_000 });
  const asking = failureOf(client.getUserSecurity("HK"));
  await clock.advance(8000);
  expect(peer.names).toEqual(["Qot_GetUserSecurity", "KeepAlive"]);
  peer.drop();
  expect((await asking).code).toBe("OPEND_CONNECTION_LOST");
});
