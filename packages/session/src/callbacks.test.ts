// What a user's own callbacks may do in the middle of things.
import { GroupType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { dialects, failureOf, login, start, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { Peer } from "./testing/peer.ts";
import type { Dialect } from "./transport.ts";

/** A client whose peer has no groups. */
async function setup(dialect: Dialect) {
  const session = await login(dialect);
  const { peer } = session;
  peer.onAsked = (asked) => {
    if (asked.protoId === 3222) queueMicrotask(() => peer.answer(asked, { groupList: [] }));
    else peer.serve(asked);
  };
  return session;
}

describe.each(dialects)("a listener over $dialect", ({ dialect }) => {
  test("that closes the client at ready leaves nobody waiting for the connection", async () => {
    const { client, peer, clock } = await setup(dialect);
    peer.drop();
    const waiting = client.getUserSecurityGroup({ type: GroupType.All }, { timeoutMs: Number.POSITIVE_INFINITY });
    client.on("status", ({ state }) => {
      if (state === "ready") void client.close();
    });
    const failing = failureOf(waiting);
    await clock.advance(100);
    expect((await failing).code).toBe("OPEND_CLOSED");
    expect(clock.timers).toBe(0);
  });

  test("in which the new connection ends leaves what waits to the one after it", async () => {
    const { client, peer, clock } = await setup(dialect);
    let times = 0;
    client.on("status", ({ state }) => {
      if (state === "ready" && times++ === 0) peer.drop();
    });
    peer.drop();
    const waiting = watch(client.getUserSecurityGroup());
    await clock.advance(100);
    expect([waiting.state, client.status().state]).toEqual(["pending", "reconnecting"]);
    await clock.advance(200);
    expect([waiting.state, client.status().state]).toEqual(["fulfilled", "ready"]);
  });

  test.each(["reconnecting", "ready"])("that closes the client at %s changes nobody's order", async (at) => {
    const { client, peer, clock } = await setup(dialect);
    const heard: string[] = [];
    client.on("status", ({ state }) => {
      if (state === at) void client.close();
    });
    client.on("status", ({ state }) => heard.push(state));
    client.on("reconnecting", ({ attempt }) => heard.push(`try ${attempt}`));
    client.on("closed", () => heard.push("end"));
    peer.drop();
    await clock.advance(100);
    const before = at === "ready" ? ["reconnecting", "try 1", "ready"] : ["reconnecting"];
    expect(heard).toEqual([...before, "closed", "end"]);
  });

  test("that is asynchronous and fails is told by a warning", async () => {
    const { client, peer, clock, warnings } = await setup(dialect);
    const error = new Error("mine");
    client.on("status", async () => {
      await Promise.resolve();
      throw error;
    });
    peer.drop();
    await clock.advance(100);
    expect(warnings).toEqual([error, error]);
  });
});

describe.each(dialects)("connecting over $dialect", ({ dialect }) => {
  test.each([
    ["while it is being told of", (abort: () => void) => abort()],
    ["right after it was told of", (abort: () => void) => queueMicrotask(abort)],
  ])("rejects when the connection is given up %s", async (_, when) => {
    const controller = new AbortController();
    const { connecting, clock, peer } = start(new Peer(dialect), {
      signal: controller.signal,
      telemetry: {
        connection({ state }) {
          if (state === "ready") when(() => controller.abort());
        },
      },
    });
    expect((await failureOf(connecting)).code).toBe("OPEND_ABORTED");
    await settle();
    expect([clock.timers, clock.wakeListeners, peer.isOpen]).toEqual([0, 0, false]);
  });

  test("does not begin with an interceptor that cannot be made, nor with a signal that has aborted", async () => {
    const error = new Error("mine");
    const broken = start(new Peer(dialect), {
      interceptors: [
        () => {
          throw error;
        },
      ],
    });
    await expect(broken.connecting).rejects.toBe(error);
    const aborted = start(new Peer(dialect), { signal: AbortSignal.abort() });
    expect((await failureOf(aborted.connecting)).code).toBe("OPEND_ABORTED");
    await settle();
    for (const { clock, peer } of [broken, aborted])
      expect([clock.timers, clock.wakeListeners, peer.opened]).toEqual([0, 0, 0]);
  });
});
