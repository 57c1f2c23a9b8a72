import { Notify, QotUpdateBasicQot } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import type { ClientStatus } from "./client.ts";
import { dialects, login, quotes, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";

const stateOf = (status: ClientStatus | undefined) => status?.state;

describe.each(dialects)("status over $dialect", ({ dialect }) => {
  test("counts what is under way, what waits and what streams have thrown away", async () => {
    const { client, peer } = await login(dialect);
    const asking = client.getUserSecurity("HK").catch(() => undefined);
    const [quoteStream, notices] = [
      client.pushes(QotUpdateBasicQot, { buffer: 1, overflow: "drop-oldest" }),
      client.pushes(Notify, { buffer: 1 }),
    ];
    for (let i = 0; i < 3; i++) peer.push(3005, quotes({ a: i }));
    for (let i = 0; i < 2; i++) peer.push(1003, { type: 1 });
    expect([quoteStream.dropped, notices.dropped]).toEqual([2, 1]);
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 1, waiting: 0, droppedPushes: 3 });
    peer.drop();
    await asking;
    void client.getUserSecurity("HK").catch(() => undefined);
    expect(client.status()).toMatchObject({ state: "reconnecting", inFlight: 0, waiting: 1, droppedPushes: 3 });
    await client.close();
    expect(client.status()).toEqual({ state: "closed" });
  });

  test("is told by the events, in their order", async () => {
    const { client, peer, clock } = await login(dialect);
    const order: string[] = [];
    client.on("status", ({ state }) => order.push(`status ${state}`));
    client.on("reconnecting", ({ attempt, delayMs, cause }) =>
      order.push(`reconnecting ${attempt} ${delayMs} ${cause.code}`),
    );
    client.on("closed", ({ error }) => order.push(`closed ${error?.code}`));
    peer.drop();
    await clock.advance(100);
    await client.close();
    expect(order).toEqual([
      "status reconnecting",
      "reconnecting 1 100 OPEND_CONNECTION_LOST",
      "status ready",
      "status closed",
      "closed undefined",
    ]);
  });

  test("comes as an iterator: first where it stands, then each change, and the end with the client", async () => {
    const { client, peer, clock } = await login(dialect);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { state } of client.statuses()) seen.push(state);
    })();
    await settle();
    expect(seen).toEqual(["ready"]);
    peer.drop();
    await clock.advance(100);
    await client.close();
    await reading;
    expect(seen).toEqual(["ready", "reconnecting", "ready", "closed"]);
  });

  test("an iterator that is left hears nothing more; one of a closed client tells that and ends", async () => {
    const { client, peer } = await login(dialect);
    const left = client.statuses();
    for await (const _ of left) break;
    peer.drop();
    expect(await left.next()).toEqual({ value: undefined, done: true });
    await client.close();
    const late = client.statuses();
    expect(stateOf((await late.next()).value)).toBe("closed");
    expect(await late.next()).toEqual({ value: undefined, done: true });
  });

  test("a reader that is slow misses the oldest, and its misses are no dropped pushes", async () => {
    const { client, peer, clock } = await login(dialect, { reconnect: { initialMs: 1, maxMs: 1 } });
    const slow = client.statuses();
    for (let i = 0; i < 60; i++) {
      peer.drop();
      await clock.advance(1);
    }
    expect(client.status()).toMatchObject({ state: "ready", droppedPushes: 0 });
    await client.close();
    const states: (string | undefined)[] = [];
    for await (const status of slow) states.push(status.state);
    expect([states.length, states.at(-1)]).toEqual([100, "closed"]);
  });

  test("readers do not disturb each other", async () => {
    const { client, peer } = await login(dialect);
    const [one, two] = [client.statuses(), client.statuses()];
    await one.next();
    await two.next();
    const waiting = watch(two.next());
    await one.return?.();
    peer.drop();
    await settle();
    expect(stateOf(waiting.value?.value)).toBe("reconnecting");
    await client.close();
  });
});
