// What streams and their readers see of a lost connection and of silence.
import { Notify, QotUpdateBasicQot, SubType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import type { ClientOptions } from "./options.ts";
import type { PushStream } from "./push-stream.ts";
import type { Resubscribed } from "./subscriptions.ts";
import { dialects, failureOf, login, pricesOf, quotes, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import type { Dialect } from "./transport.ts";

const to = (...securities: string[]) => ({ securities, subTypes: [SubType.Basic] });

/** A client whose peer accepts every subscription. */
async function setup(dialect: Dialect, options: ClientOptions = {}) {
  const session = await login(dialect, options);
  const { client, peer } = session;
  const accept = (asked: Parameters<typeof peer.onAsked>[0]) => {
    if (asked.protoId === 3001) queueMicrotask(() => peer.answer(asked, {}));
    else peer.serve(asked);
  };
  peer.onAsked = accept;
  const resubscribed: Resubscribed[] = [];
  client.on("resubscribed", (result) => resubscribed.push(result));
  return {
    ...session,
    accept,
    resubscribed,
    push: (prices: Record<string, number>) => peer.push(3005, quotes(prices)),
  };
}

function eventsOf(stream: Pick<PushStream<unknown>, "on">) {
  const events: string[] = [];
  stream.on("gap", ({ sinceMs }) => events.push(`gap ${sinceMs}`));
  stream.on("stale", ({ sinceMs }) => events.push(`stale ${sinceMs}`));
  return events;
}

describe.each(dialects)("a stream whose connection is lost, over $dialect", ({ dialect }) => {
  test("goes on after it: subscribed again, told of the gap, with the next pushes", async () => {
    const { client, peer, clock, push, resubscribed } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    const events = eventsOf(stream);
    push({ "00700": 400 });
    peer.drop();
    peer.asked.length = 0;
    await clock.advance(100);
    expect(peer.names.slice(1)).toEqual(["Qot_Sub"]);
    expect(resubscribed).toEqual([
      { restored: [{ security: { market: 1, code: "00700" }, subType: SubType.Basic }], failed: [] },
    ]);
    expect(events).toEqual(["gap 100"]);
    push({ "00700": 401 });
    expect(pricesOf((await stream.next()).value!)).toBe("00700=400");
    expect(pricesOf((await stream.next()).value!)).toBe("00700=401");
  });

  test("is told of one gap, however often the connection is lost until it is subscribed again", async () => {
    const { client, peer, clock, accept } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    const events = eventsOf(stream);
    peer.onAsked = (asked) => {
      if (asked.protoId === 3001) queueMicrotask(() => peer.drop());
      else peer.serve(asked);
    };
    peer.drop();
    await clock.advance(100 + 200);
    expect([events, peer.opened]).toEqual([[], 3]);
    peer.onAsked = accept;
    await clock.advance(400);
    expect(events).toEqual(["gap 700"]);
    expect(client.status().state).toBe("ready");
  });

  test("that goes by no subscription is told of the gap too", async () => {
    const { client, peer, clock } = await setup(dialect);
    const events = eventsOf(client.pushes(Notify));
    const heard: unknown[] = [];
    const callback = client.pushes(Notify, { onMessage: (message) => heard.push(message) });
    const told = eventsOf(callback);
    peer.drop();
    await clock.advance(100);
    peer.push(1003, { type: 1 });
    expect([events, told, heard.length]).toEqual([["gap 100"], ["gap 100"], 1]);
    await callback.close();
    peer.drop();
    await clock.advance(200);
    expect([events, told]).toEqual([["gap 100", "gap 200"], ["gap 100"]]);
  });

  test("that begins while there is none is subscribed when there is one", async () => {
    const { client, peer, clock, push, resubscribed } = await setup(dialect);
    peer.drop();
    const subscribing = watch(client.subscribe(QotUpdateBasicQot, to("HK.00700")));
    await clock.advance(100);
    expect(subscribing.state).toBe("fulfilled");
    push({ "00700": 400 });
    expect(pricesOf((await subscribing.value!.next()).value!)).toBe("00700=400");
    expect([peer.names.filter((name) => name === "Qot_Sub").length, resubscribed]).toEqual([1, []]);
  });

  test("is subscribed again though another one was refused for its options", async () => {
    const { client, peer, clock, push } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    const wrong = client.subscribe(QotUpdateBasicQot, to("HK.00700"), { timeoutMs: -1 });
    expect((await failureOf(wrong)).code).toBe("OPEND_INVALID_ARGUMENT");
    peer.drop();
    await clock.advance(100);
    expect(peer.names.filter((name) => name === "Qot_Sub")).toHaveLength(2);
    push({ "00700": 400 });
    expect(pricesOf((await stream.next()).value!)).toBe("00700=400");
  });

  test("gives up what it subscribed to, whatever has become of the caller's lists", async () => {
    const { client, peer, clock } = await setup(dialect);
    const security = { market: 1, code: "00700" };
    const subTypes: SubType[] = [SubType.Basic];
    const stream = await client.subscribe(QotUpdateBasicQot, { securities: [security], subTypes });
    security.code = "00005";
    subTypes.push(SubType.Ticker);
    await stream.close();
    await clock.advance(61_000);
    expect(peer.last("Qot_Sub").c2s).toMatchObject({
      isSubOrUnSub: false,
      securityList: [{ market: 1, code: "00700" }],
      subTypeList: [SubType.Basic],
    });
  });

  test("that has ended meanwhile is not subscribed again", async () => {
    const { client, peer, clock } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    peer.drop();
    await stream.close();
    peer.asked.length = 0;
    await clock.advance(100_000);
    expect(peer.names).not.toContain("Qot_Sub");
  });

  test("that cannot be subscribed again is told why", async () => {
    const { client, peer, clock, resubscribed } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    const events = eventsOf(stream);
    peer.onAsked = (asked) => {
      if (asked.protoId === 3001) queueMicrotask(() => peer.refuse(asked, "订阅额度不足"));
      else peer.serve(asked);
    };
    peer.drop();
    await clock.advance(100);
    expect(resubscribed).toMatchObject([
      { restored: [], failed: [{ security: { code: "00700" }, error: { code: "OPEND_SERVER", reason: "quota" } }] },
    ]);
    expect(events).toEqual(["gap 100"]);
  });

  test("ends with the client that gives up", async () => {
    const { client, peer, clock } = await setup(dialect, { reconnect: { maxAttempts: 1 } });
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    const failing = failureOf(stream.next());
    peer.beforeOpen = () => Promise.reject(new Error("unplugged"));
    peer.drop();
    await clock.advance(100);
    expect((await failing).code).toBe("OPEND_CONNECTION_LOST");
    expect(clock.timers).toBe(0);
  });
});

describe.each(dialects)("silence over $dialect", ({ dialect }) => {
  test("is told once for each time, with its length", async () => {
    const { client, clock, push } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { staleAfterMs: 3000 });
    const events = eventsOf(stream);
    await clock.advance(2000);
    push({ "00700": 400 });
    await clock.advance(2999);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(["stale 3000"]);
    await clock.advance(20_000);
    expect(events).toEqual(["stale 3000"]);
    push({ "00700": 401 });
    await clock.advance(3000);
    expect(events).toEqual(["stale 3000", "stale 3000"]);
  });

  test("is not broken by what the stream is not about", async () => {
    const { client, clock, push } = await setup(dialect);
    const heard: unknown[] = [];
    const onMessage = (message: unknown) => heard.push(message);
    const events = eventsOf(
      await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { staleAfterMs: 3000, onMessage }),
    );
    await clock.advance(2000);
    push({ "00005": 60 });
    await clock.advance(1000);
    expect([events, heard]).toEqual([["stale 3000"], []]);
  });

  test.each(["the stream", "the client"])("is not watched any more after the end of %s", async (what) => {
    const { client, clock } = await setup(dialect);
    const timers = clock.timers;
    const stream = client.pushes(Notify, { staleAfterMs: 3000 });
    expect(clock.timers).toBe(timers + 1);
    const events = eventsOf(stream);
    await (what === "the stream" ? stream : client).close();
    await settle();
    expect(clock.timers).toBe(what === "the stream" ? timers : 0);
    await clock.advance(10_000);
    expect(events).toEqual([]);
  });

  test.each([0, -1, Number.NaN])("of %d ms is refused", async (staleAfterMs) => {
    const { client, peer } = await setup(dialect);
    const error = await failureOf(client.subscribe(QotUpdateBasicQot, to("HK.00700"), { staleAfterMs }));
    expect(error.message).toContain(`staleAfterMs must be a number above 0, got ${staleAfterMs}`);
    expect(peer.names).toEqual([]);
  });

  test("a listener that throws is told, and can be removed", async () => {
    const { client, peer, clock, warnings } = await setup(dialect);
    const stream = client.pushes(Notify);
    const problem = new Error("mine");
    const listener = stream.on("gap", () => {
      throw problem;
    });
    peer.drop();
    await clock.advance(100);
    expect(warnings).toEqual([problem]);
    listener[Symbol.dispose]();
    peer.drop();
    await clock.advance(200);
    expect(warnings).toEqual([problem]);
  });
});

describe.each(dialects)("a stream that overflows before its subscription fails, over $dialect", ({ dialect }) => {
  test("takes nothing away from another one", async () => {
    const { client, peer, clock, push, accept } = await setup(dialect);
    await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { onMessage: () => undefined });
    peer.onAsked = () => undefined;
    const failing = failureOf(
      client.subscribe(QotUpdateBasicQot, to("HK.00700"), { buffer: 1, overflow: "error", timeoutMs: 100 }),
    );
    push({ "00700": 400 });
    push({ "00700": 401 });
    await clock.advance(100);
    expect((await failing).code).toBe("OPEND_TIMEOUT");
    peer.onAsked = accept;
    peer.asked.length = 0;
    await clock.advance(100_000);
    expect(peer.names).not.toContain("Qot_Sub");
  });
});
