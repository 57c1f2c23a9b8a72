import { ModifyUserSecurityOp } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { createConnection } from "./connection.ts";
import { OpenDError } from "./errors.ts";
import { dialects, failureOf, login, watch, wireOf } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";

const none = { staticInfoList: [] };

describe.each(dialects)("a slow peer over $dialect", ({ dialect }) => {
  /** A session in which one request is written and the peer takes no more. */
  async function setup() {
    const session = await login(dialect, { reconnect: false });
    session.peer.writable = false;
    const written = watch(session.client.getUserSecurity("written"));
    return {
      ...session,
      written,
      groups: () => session.peer.asked.map(({ c2s }) => (c2s as { groupName: string }).groupName),
    };
  }

  test("gets the next requests after it has drained, in order", async () => {
    const { client, peer, groups } = await setup();
    const asking = ["a", "b", "c"].map((name) => client.getUserSecurity(name));
    expect(groups()).toEqual(["written"]);
    peer.drain();
    expect(groups()).toEqual(["written", "a", "b", "c"]);
    for (const asked of peer.asked) peer.answer(asked, none);
    expect(await Promise.all(asking)).toEqual([[], [], []]);
  });

  test("gets no more than it takes after each drain", async () => {
    const { client, peer, groups } = await setup();
    const asking = ["a", "b", "c"].map((name) => watch(client.getUserSecurity(name)));
    peer.onAsked = () => {
      peer.writable = false;
    };
    peer.drain();
    expect(groups()).toEqual(["written", "a"]);
    asking.push(watch(client.getUserSecurity("d")));
    peer.drain();
    peer.drain();
    peer.drain();
    expect(groups()).toEqual(["written", "a", "b", "c", "d"]);
    await client.close();
    await settle();
    expect(asking.map(({ state }) => state)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
  });

  test("never gets a request that timed out while it waited: it was not sent", async () => {
    const { client, peer, clock, groups } = await setup();
    const expired = failureOf(client.modifyUserSecurity("expired", ModifyUserSecurityOp.Add, [], { timeoutMs: 100 }));
    const later = client.getUserSecurity("later");
    await clock.advance(100);
    expect(await expired).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "not-sent", retryable: true });
    peer.drain();
    expect(groups()).toEqual(["written", "later"]);
    peer.answer(peer.asked[1]!, none);
    expect(await later).toEqual([]);
  });

  test("never gets a request that was aborted while it waited: it was not sent", async () => {
    const { client, peer, groups } = await setup();
    const controller = new AbortController();
    const aborted = failureOf(client.getUserSecurity("aborted", { signal: controller.signal }));
    controller.abort();
    expect(await aborted).toMatchObject({ code: "OPEND_ABORTED", outcome: "not-sent" });
    peer.drain();
    expect(groups()).toEqual(["written"]);
  });

  test("that goes away leaves waiting requests not sent and the others unknown", async () => {
    const { client, peer, clock, written } = await setup();
    const waiting = failureOf(client.modifyUserSecurity("waiting", ModifyUserSecurityOp.Add, []));
    peer.drop();
    expect(await waiting).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "not-sent", retryable: true });
    expect(written.error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
    expect(clock.timers).toBe(0);
  });

  test("that goes away while the waiting ones are written leaves the rest not sent", async () => {
    const { client, peer } = await setup();
    const first = failureOf(client.getUserSecurity("first"));
    const second = failureOf(client.getUserSecurity("second"));
    peer.onAsked = () => peer.drop(new Error("EPIPE"));
    peer.drain();
    expect((await first).outcome).toBe("unknown");
    expect((await second).outcome).toBe("not-sent");
  });

  test("does not hold up close(): what waits was not sent", async () => {
    const { client, peer, clock, groups } = await setup();
    const waiting = failureOf(client.getUserSecurity("waiting"));
    await client.close();
    expect(await waiting).toMatchObject({ code: "OPEND_CLOSED", outcome: "not-sent" });
    peer.drain();
    await settle();
    expect(groups()).toEqual(["written"]);
    expect(clock.timers).toBe(0);
  });
});

describe.each(dialects)("a stream that cannot be read on, over $dialect", ({ dialect }) => {
  test.each([
    ["something else", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"), "does not"],
    [
      "the other dialect's header",
      new TextEncoder().encode("\0\0\0\0 no frame of this protocol at all, by its length"),
      "does not",
    ],
  ])("%s ends the connection", async (_, bytes, told) => {
    const { client, peer, clock } = await login(dialect, { reconnect: false });
    const closed: unknown[] = [];
    client.on("closed", (event) => closed.push(event));
    const asking = failureOf(client.getUserSecurity("HK"));
    peer.send(bytes);
    const error = await asking;
    expect(error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
    expect(error.message).toContain("the stream cannot be read on");
    expect(error.message).toContain(told);
    expect(error.cause).toMatchObject({ code: "CODEC_FRAME_MAGIC" });
    expect(closed).toHaveLength(1);
    expect(client.status()).toMatchObject({ state: "closed", error: { code: "OPEND_CONNECTION_LOST" } });
    expect([peer.closeCalls, clock.timers]).toEqual([1, 0]);
  });

  test("a body beyond the cap ends it, one of just the cap does not", async () => {
    const { client, peer } = await login(dialect, { maxBodyBytes: 1000, reconnect: false });
    peer.send(peer.frame(9999, 0, new Uint8Array(1000)));
    expect(client.status().state).toBe("ready");
    peer.send(peer.frame(9999, 0, new Uint8Array(1001)));
    const status = client.status();
    expect(status.state === "closed" && status.error?.cause).toMatchObject({ code: "CODEC_FRAME_TOO_LARGE" });
    expect(peer.closeCalls).toBe(1);
  });

  test("nothing is read after the end", async () => {
    const { client, peer, warnings } = await login(dialect);
    const asking = watch(client.getUserSecurity("HK"));
    const reply = peer.frame(3213, peer.last("Qot_GetUserSecurity").serialNo, { s2c: none });
    await Promise.all([client.close(), peer.send(reply)]);
    await settle();
    expect(asking.error?.code).toBe("OPEND_CLOSED");
    expect(warnings).toEqual([]);
  });
});

test("a WebSocket message shorter than its header ends the connection", async () => {
  const { client, peer } = await login("ws", { reconnect: false });
  peer.send(peer.frame(3005, 0, new Uint8Array(0)).subarray(0, 43));
  const status = client.status();
  expect(status.state === "closed" && status.error?.cause).toMatchObject({ code: "CODEC_FRAME_TRUNCATED" });
});

describe("a connection by itself", () => {
  function setup() {
    const clock = new ManualClock();
    const ends: OpenDError[] = [];
    const events = { push: () => undefined, ended: (error: OpenDError) => ends.push(error) };
    const wire = wireOf("tcp")({ clientId: "test", maxBodyBytes: 1000 });
    const connection = createConnection({ clock, wire, maxInFlight: 10, events });
    const link = { closes: 0, writes: 0, write: () => ++link.writes > 0, close: () => void link.closes++ };
    return { connection, link, ends };
  }

  test("that has ended closes a link that comes too late", () => {
    const { connection, link } = setup();
    connection.end(new OpenDError("OPEND_CLOSED", "closed"));
    connection.attach(link);
    expect(link.closes).toBe(1);
  });

  test("ends once, by the first reason", () => {
    const { connection, link, ends } = setup();
    connection.attach(link);
    connection.closed();
    connection.closed(new Error("again"));
    connection.end(new OpenDError("OPEND_CLOSED", "closed"));
    connection.drain();
    expect(ends.map(({ code }) => code)).toEqual(["OPEND_CONNECTION_LOST"]);
    expect(connection.ended).toBe(ends[0]);
    expect([link.closes, link.writes]).toEqual([0, 0]);
  });
});
