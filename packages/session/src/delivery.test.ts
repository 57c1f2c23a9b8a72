import { Notify, QotUpdateBasicQot, SubType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import type { SubscribeTo } from "./arguments.ts";
import type { ClientOptions } from "./options.ts";
import { dialects, failureOf, login, pricesOf, quotes, type Session, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";

const to = (...securities: string[]): SubscribeTo => ({ securities, subTypes: [SubType.Basic] });

/** After so long OpenD lets a subscription go, with the client's margin. */
const HOLD_MS = 60_500;

/** A session whose peer accepts every subscription at once, and a record of them: `+00700`, `-00700`. */
async function setup(dialect: Session["peer"]["dialect"], options: ClientOptions = {}) {
  const session = await login(dialect, options);
  const { peer } = session;
  const subs: string[] = [];
  peer.onAsked = (asked) => {
    if (asked.protoId !== 3001) return peer.serve(asked);
    const { isSubOrUnSub, securityList } = asked.c2s as { isSubOrUnSub: boolean; securityList: { code: string }[] };
    subs.push(`${isSubOrUnSub ? "+" : "-"}${securityList.map(({ code }) => code).join(",")}`);
    queueMicrotask(() => peer.answer(asked, {}));
  };
  return { ...session, subs, push: (prices: Record<string, number>) => peer.push(3005, quotes(prices)) };
}

describe.each(dialects)("a subscription over $dialect", ({ dialect }) => {
  test("is asked for as the schema says", async () => {
    const { client, peer } = await setup(dialect);
    await client.subscribe(QotUpdateBasicQot, {
      securities: ["HK.00700", { market: 11, code: "AAPL" }],
      subTypes: [1, 4],
    });
    expect(peer.asked).toMatchObject([
      {
        protoId: 3001,
        c2s: {
          securityList: [
            { market: 1, code: "00700" },
            { market: 11, code: "AAPL" },
          ],
          subTypeList: [1, 4],
          isSubOrUnSub: true,
          isRegOrUnRegPush: true,
          regPushRehabTypeList: [],
        },
      },
    ]);
  });

  test("gives the pushes of its securities only, also those that come before it is confirmed", async () => {
    const { client, peer, push } = await setup(dialect);
    peer.onAsked = (asked) => {
      push({ "00700": 400 });
      queueMicrotask(() => peer.answer(asked, {}));
    };
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    push({ "00005": 60 });
    push({ "00005": 61, "00700": 401 });
    expect(pricesOf((await stream.next()).value!)).toBe("00700=400");
    expect(pricesOf((await stream.next()).value!)).toBe("00700=401");
  });

  test("is left by break at once; OpenD gives it up when it lets go", async () => {
    const { client, subs, push, clock } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { timeoutMs: 1000 });
    await clock.advance(1000);
    push({ "00700": 400 });
    for await (const _ of stream) break;
    await clock.advance(HOLD_MS - 1001);
    expect(subs).toEqual(["+00700"]);
    await clock.advance(1);
    expect(subs).toEqual(["+00700", "-00700"]);
  });

  test("is given up by break, and by the last stream only", async () => {
    const { client, subs, push, clock } = await setup(dialect);
    const first = await client.subscribe(QotUpdateBasicQot, to("HK.00700", "HK.00005"));
    const second = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    push({ "00700": 400 });
    for await (const _ of first) break;
    await clock.advance(HOLD_MS);
    expect(subs).toEqual(["+00700,00005", "+00700", "-00005"]);
    push({ "00700": 401 });
    expect(pricesOf((await second.next()).value!)).toBe("00700=400");
    expect(pricesOf((await second.next()).value!)).toBe("00700=401");
    await second.close();
    await settle();
    expect(subs.at(-1)).toBe("-00700");
    expect(await first.next()).toEqual({ value: undefined, done: true });
  });

  test.each([
    ["yet", "订阅时间过短，至少需要订阅1分钟", []],
    ["for another reason", "no", [{ code: "OPEND_SERVER", protocol: "Qot_Sub" }]],
  ])("that OpenD does not give up %s ends all the same, and is given up later", async (_, text, told) => {
    const { client, peer, subs, warnings, clock } = await setup(dialect);
    const accept = peer.onAsked;
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    peer.onAsked = (asked) => {
      if (asked.protoId === 3001) queueMicrotask(() => peer.refuse(asked, text));
      else peer.serve(asked);
    };
    await stream.close();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    await clock.advance(HOLD_MS);
    expect(warnings).toMatchObject(told);
    peer.onAsked = accept;
    await clock.advance(10_000);
    expect(subs.at(-1)).toBe("-00700");
  });

  test("that is refused delivers nothing and is not counted", async () => {
    const { client, peer, subs, push, clock } = await setup(dialect);
    const accept = peer.onAsked;
    const heard: string[] = [];
    const onMessage = (message: ReturnType<typeof quotes>) => heard.push(pricesOf(message));
    peer.onAsked = (asked) =>
      queueMicrotask(() => peer.refuse(asked, "订阅额度不足，订阅失败，已用订阅额度：1000/1000"));
    const error = await failureOf(client.subscribe(QotUpdateBasicQot, to("HK.00700"), { onMessage }));
    expect(error).toMatchObject({ code: "OPEND_SERVER", reason: "quota", protocol: "Qot_Sub" });
    push({ "00700": 400 });
    expect(heard).toEqual([]);
    peer.onAsked = accept;
    await (await client.subscribe(QotUpdateBasicQot, to("HK.00700"))).close();
    await clock.advance(HOLD_MS);
    expect(subs).toEqual(["+00700", "-00700"]);
  });

  test("takes a deadline and a signal", async () => {
    const { client, peer, clock } = await setup(dialect);
    peer.onAsked = () => undefined;
    const late = failureOf(client.subscribe(QotUpdateBasicQot, to("HK.00700"), { timeoutMs: 50 }));
    const controller = new AbortController();
    const aborted = failureOf(client.subscribe(QotUpdateBasicQot, to("HK.00700"), { signal: controller.signal }));
    controller.abort();
    await clock.advance(50);
    expect((await late).code).toBe("OPEND_TIMEOUT");
    expect((await aborted).code).toBe("OPEND_ABORTED");
  });

  test("ends with the client: without an error when it was closed, else with why", async () => {
    const closed = await setup(dialect);
    const ended = await closed.client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    closed.push({ "00700": 400 });
    await closed.client.close();
    expect(pricesOf((await ended.next()).value!)).toBe("00700=400");
    expect(await ended.next()).toEqual({ value: undefined, done: true });
    await ended.close();

    const lost = await setup(dialect, { reconnect: false });
    const broken = await lost.client.subscribe(QotUpdateBasicQot, to("HK.00700"));
    lost.peer.drop();
    expect((await failureOf(broken.next())).code).toBe("OPEND_CONNECTION_LOST");
    await broken.close();
    expect([closed.warnings, lost.warnings]).toEqual([[], []]);
    expect([closed.subs, lost.subs]).toEqual([["+00700"], ["+00700"]]);
  });

  test.each<[string, SubscribeTo, string]>([
    ["no securities", { securities: [], subTypes: [1] }, "securities must be a list of at least one"],
    ["no kinds of data", { securities: ["HK.00700"], subTypes: [] }, "subTypes must be a list of at least one"],
    ["a bad symbol", { securities: ["HK.00700", "XX.1"], subTypes: [1] }, 'securities[1]: "XX.1" is not a symbol'],
  ])("with %s is refused, and nothing is sent", async (_, wanted, told) => {
    const { client, peer } = await setup(dialect);
    const error = await failureOf(client.subscribe(QotUpdateBasicQot, wanted));
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", protocol: "Qot_UpdateBasicQot" });
    expect(error.message).toContain(told);
    expect(peer.asked).toEqual([]);
  });

  test.each([0, -1, Number.NaN])("with a buffer of %d is refused, and nothing is sent", async (buffer) => {
    const { client, peer } = await setup(dialect);
    const error = await failureOf(client.subscribe(QotUpdateBasicQot, to("HK.00700"), { buffer }));
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain(`buffer must be at least 1, got ${buffer}`);
    expect(() => client.pushes(Notify, { buffer })).toThrow(/buffer must be at least 1/);
    expect(peer.asked).toEqual([]);
  });
});

describe.each(dialects)("a callback over $dialect", ({ dialect }) => {
  test("gets the pushes until it is closed, once", async () => {
    const { client, subs, push, clock } = await setup(dialect);
    const heard: string[] = [];
    const onMessage = (message: ReturnType<typeof quotes>) => heard.push(pricesOf(message));
    const subscription = await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { onMessage });
    push({ "00700": 400, "00005": 60 });
    await subscription.close();
    await subscription.close();
    await subscription[Symbol.asyncDispose]();
    push({ "00700": 401 });
    expect(heard).toEqual(["00700=400"]);
    await clock.advance(HOLD_MS);
    expect(subs).toEqual(["+00700", "-00700"]);
  });

  test("that is closed twice does not take away what another one wants", async () => {
    const { client, subs, clock } = await setup(dialect);
    const onMessage = () => undefined;
    const first = await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { onMessage });
    await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { onMessage });
    await first.close();
    await first.close();
    await clock.advance(2 * HOLD_MS);
    expect(subs).toEqual(["+00700", "+00700"]);
  });

  test("that gives back what rejects is told, of whatever make it is", async () => {
    const { client, push, warnings } = await setup(dialect);
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library
    const thenable = { then: (_: unknown, reject: (error: unknown) => void) => reject("thenable") };
    const results: unknown[] = [Promise.reject("promise"), thenable, null, 7, "text"];
    client.pushes(QotUpdateBasicQot, { onMessage: () => results.shift() });
    for (let i = results.length; i > 0; i--) push({ a: i });
    await settle();
    expect(warnings).toEqual(expect.arrayContaining(["promise", "thenable"]));
    expect(warnings).toHaveLength(2);
  });

  test("that is slow holds up nobody", async () => {
    const { client, push } = await setup(dialect);
    let calls = 0;
    client.pushes(QotUpdateBasicQot, { onMessage: () => new Promise(() => calls++) });
    push({ a: 1 });
    push({ a: 2 });
    expect(calls).toBe(2);
  });

  test("may close its own subscription, and a sibling's, while it is called", async () => {
    const { client, push } = await setup(dialect);
    const heard: string[] = [];
    const own = client.pushes(QotUpdateBasicQot, {
      onMessage() {
        heard.push("first");
        void own.close();
        void sibling.close();
      },
    });
    const sibling = client.pushes(QotUpdateBasicQot, { onMessage: () => heard.push("second") });
    push({ a: 1 });
    push({ a: 2 });
    await settle();
    expect(heard).toEqual(["first"]);
  });
});

describe.each(dialects)("an unread stream over $dialect", ({ dialect }) => {
  test("of quotes is conflated by default, and ends up with the newest of each", async () => {
    const { client, push } = await setup(dialect);
    const stream = client.pushes(QotUpdateBasicQot, { buffer: 2 });
    push({ "00700": 400, "00005": 60 });
    push({ "00700": 401 });
    push({ "09988": 80 });
    expect(pricesOf((await stream.next()).value!)).toBe("00005=60 00700=401 09988=80");
    expect(stream.dropped).toBe(0);
    const waiting = watch(stream.next());
    await settle();
    expect(waiting.state).toBe("pending");
  });

  test("of events drops the oldest by default", async () => {
    const { client, peer } = await setup(dialect);
    const stream = client.pushes(Notify, { buffer: 1 });
    for (const type of [1, 2, 3]) peer.push(1003, { type });
    expect((await stream.next()).value).toMatchObject({ type: 3 });
    expect(stream.dropped).toBe(2);
  });

  test("keeps 1000 by default", async () => {
    const { client, peer } = await setup(dialect);
    const stream = client.pushes(Notify);
    for (let i = 0; i < 1001; i++) peer.push(1003, { type: 1 });
    expect(stream.dropped).toBe(1);
  });

  test("that shall end with an error gives up its subscription", async () => {
    const { client, subs, push, clock } = await setup(dialect);
    const stream = await client.subscribe(QotUpdateBasicQot, to("HK.00700"), { buffer: 1, overflow: "error" });
    push({ "00700": 400 });
    push({ "00700": 401 });
    await clock.advance(HOLD_MS);
    expect(subs).toEqual(["+00700", "-00700"]);
    expect(pricesOf((await stream.next()).value!)).toBe("00700=400");
    expect((await failureOf(stream.next())).code).toBe("OPEND_SLOW_CONSUMER");
  });
});
