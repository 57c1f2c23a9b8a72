import { ModifyUserSecurityOp, QotGetUserSecurity, QotModifyUserSecurity, RetType } from "@tickwire/codec";
import { describe, expect, test, vi } from "vitest";
import type { Client } from "./client.ts";
import type { CallOptions } from "./options.ts";
import { dialects, failureOf, login, type Session, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";

const none = { staticInfoList: [] };
const read = (client: Client, options?: CallOptions) =>
  client.request(QotGetUserSecurity, { groupName: "HK" }, options);
const write = (client: Client, options?: CallOptions) =>
  client.request(QotModifyUserSecurity, { groupName: "HK", op: ModifyUserSecurityOp.Add }, options);

/** Every way in which a request that was sent ends. */
const endings: [string, (session: Session, controller: AbortController) => unknown, string | undefined][] = [
  ["reply", ({ peer }) => peer.answer(peer.last("Qot_GetUserSecurity"), none), undefined],
  ["refusal", ({ peer }) => peer.refuse(peer.last("Qot_GetUserSecurity"), "no"), "OPEND_SERVER"],
  ["bad reply", ({ peer }) => peer.send(peer.frame(3213, 2, Uint8Array.of(8))), "OPEND_BAD_REPLY"],
  ["timeout", ({ clock }) => clock.advance(10_000), "OPEND_TIMEOUT"],
  ["abort", (_, controller) => controller.abort(), "OPEND_ABORTED"],
  ["lost link", ({ peer }) => peer.drop(), "OPEND_CONNECTION_LOST"],
  ["close", ({ client }) => client.close(), "OPEND_CLOSED"],
];

describe.each(dialects)("a request over $dialect", ({ dialect }) => {
  describe.each(endings)("ended by %s", (_, end, code) => {
    test("settles once, whatever comes afterwards", async () => {
      const session = await login(dialect);
      const controller = new AbortController();
      const asking = watch(read(session.client, { signal: controller.signal }));
      await settle();
      expect(asking.state).toBe("pending");
      expect(session.client.status()).toMatchObject({ inFlight: 1 });
      await end(session, controller);
      await settle();
      expect(asking.error?.code).toBe(code);
      const { state, value, error } = asking;
      expect(state).toBe(code === undefined ? "fulfilled" : "rejected");
      for (const [, again] of endings) await again(session, controller);
      await settle();
      expect(asking).toEqual({ state, ...(code === undefined ? { value } : { error }) });
      expect(session.clock.timers).toBe(0);
    });

    test("leaves no listener on the signal", async () => {
      const session = await login(dialect);
      const controller = new AbortController();
      const added = vi.spyOn(controller.signal, "addEventListener");
      const removed = vi.spyOn(controller.signal, "removeEventListener");
      const asking = watch(read(session.client, { signal: controller.signal }));
      await end(session, controller);
      await settle();
      expect(asking.state).not.toBe("pending");
      expect(added).toHaveBeenCalledTimes(1);
      expect(removed.mock.calls).toEqual(added.mock.calls);
    });
  });

  test("times out at its deadline: the client's or its own", async () => {
    const { client, clock } = await login(dialect, { timeoutMs: 3000 });
    const byDefault = watch(read(client));
    const own = watch(read(client, { timeoutMs: 500 }));
    await clock.advance(499);
    expect(own.state).toBe("pending");
    await clock.advance(1);
    expect(own.error?.message).toBe("[OPEND_TIMEOUT] Qot_GetUserSecurity #3: no reply within 500 ms");
    await clock.advance(2499);
    expect(byDefault.state).toBe("pending");
    await clock.advance(1);
    expect(byDefault.error).toMatchObject({ code: "OPEND_TIMEOUT", serialNo: 2 });
  });

  test("that timed out may have been done: only a read may be repeated", async () => {
    const { client, clock } = await login(dialect);
    const [reading, writing] = [failureOf(read(client)), failureOf(write(client))];
    await clock.advance(10_000);
    expect(await reading).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "unknown", retryable: true });
    expect(await writing).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "unknown", retryable: false });
  });

  test("rejects at once when the link is lost, with why", async () => {
    const { client, peer, clock } = await login(dialect, { reconnect: false });
    const [reading, writing] = [failureOf(read(client)), failureOf(write(client))];
    const cause = new Error("ECONNRESET");
    peer.drop(cause);
    const error = await reading;
    expect(error.message).toContain("the connection broke: ECONNRESET");
    expect(error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown", retryable: true, cause });
    expect(await writing).toMatchObject({ outcome: "unknown", retryable: false });
    expect(clock.timers).toBe(0);
  });

  test("is refused when the client is not open any more", async () => {
    const lost = await login(dialect, { reconnect: false });
    lost.peer.drop();
    const refused = await failureOf(read(lost.client));
    expect(refused).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "not-sent" });
    expect(refused.message).toBe("[OPEND_CONNECTION_LOST] Qot_GetUserSecurity: OpenD closed the connection");

    const closed = await login(dialect);
    await closed.client.close();
    expect(await failureOf(read(closed.client))).toMatchObject({ code: "OPEND_CLOSED", outcome: "not-sent" });
    expect(closed.clock.timers).toBe(0);
  });

  test("under way when the client is closed may have been done, and this client cannot repeat it", async () => {
    const { client } = await login(dialect);
    const [reading, writing] = [failureOf(read(client)), failureOf(write(client))];
    await client.close();
    expect(await reading).toMatchObject({ code: "OPEND_CLOSED", outcome: "unknown", retryable: false });
    expect(await writing).toMatchObject({ code: "OPEND_CLOSED", outcome: "unknown", retryable: false });
  });
});

describe.each(dialects)("aborting over $dialect", ({ dialect }) => {
  test("before it was sent sends nothing and takes no serial number", async () => {
    const { client, peer, clock } = await login(dialect);
    const timers = clock.timers;
    const error = await failureOf(read(client, { signal: AbortSignal.abort("changed my mind") }));
    expect(error).toMatchObject({ code: "OPEND_ABORTED", outcome: "not-sent", retryable: false });
    expect(error.cause).toBe("changed my mind");
    expect(error.serialNo).toBeUndefined();
    expect([peer.asked.length, clock.timers]).toEqual([0, timers]);
    void read(client).catch(() => undefined);
    expect(peer.asked[0]?.serialNo).toBe(2);
  });

  test("in flight rejects at once with the reason; the reply then goes nowhere", async () => {
    const { client, peer, warnings } = await login(dialect);
    const controller = new AbortController();
    const reason = { why: "left the page" };
    const [reading, writing] = [
      failureOf(read(client, { signal: controller.signal })),
      failureOf(write(client, { signal: controller.signal })),
    ];
    controller.abort(reason);
    for (const error of [await reading, await writing]) {
      expect(error).toMatchObject({ code: "OPEND_ABORTED", outcome: "unknown", retryable: false });
      expect(error.cause).toBe(reason);
    }
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    await settle();
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 0 });
    expect(warnings).toEqual([]);
  });

  test("10,000 requests on one signal leave no listener", async () => {
    const { client, peer } = await login(dialect, { pacing: "off" });
    const { signal } = new AbortController();
    let listeners = 0;
    let most = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    vi.spyOn(signal, "addEventListener").mockImplementation((...args: Parameters<typeof add>) => {
      most = Math.max(most, ++listeners);
      add(...args);
    });
    vi.spyOn(signal, "removeEventListener").mockImplementation((...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    });
    for (let i = 0; i < 10_000; i++) {
      const asking = read(client, { signal });
      const asked = peer.asked.pop()!;
      if (i % 2 === 0) peer.answer(asked, none);
      else peer.refuse(asked, "no");
      await asking.catch(() => undefined);
    }
    expect(listeners).toBe(0);
    expect(most).toBe(1);
  });
});

describe.each(dialects)("refused before anything is sent, over $dialect", ({ dialect }) => {
  test("a wrong argument, which the error names", async () => {
    const { client, peer, clock } = await login(dialect);
    const timers = clock.timers;
    const c2s = { groupName: "HK", op: 1, securityList: [{ market: 1, code: "00700" }, { market: 1 }] };
    const error = await failureOf(client.request(QotModifyUserSecurity, c2s as never));
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent", retryable: false });
    expect(error.message).toContain("c2s.securityList[1].code");
    expect(error.message).not.toContain("CODEC_");
    expect(error.cause).toMatchObject({ code: "CODEC_MISSING_REQUIRED", paths: ["c2s.securityList[1].code"] });
    expect([peer.asked.length, clock.timers]).toEqual([0, timers]);
    void read(client).catch(() => undefined);
    expect(peer.asked[0]?.serialNo).toBe(2);
  });

  test.each([0, -1, Number.NaN])("a timeout of %d", async (timeoutMs) => {
    const { client, peer } = await login(dialect);
    const error = await failureOf(read(client, { timeoutMs }));
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain(`timeoutMs must be a number above 0, got ${timeoutMs}`);
    expect(peer.asked).toEqual([]);
  });

  test("one request more than may be under way, until there is room", async () => {
    const { client, peer } = await login(dialect, { maxInFlight: 2 });
    const first = read(client);
    void write(client).catch(() => undefined);
    const error = await failureOf(read(client));
    expect(error).toMatchObject({ code: "OPEND_OVERLOADED", outcome: "not-sent" });
    expect(error.message).toContain("2 requests are under way");
    expect(peer.asked).toHaveLength(2);
    peer.answer(peer.asked[0]!, none);
    await first;
    void read(client).catch(() => undefined);
    expect(peer.asked.map(({ serialNo }) => serialNo)).toEqual([2, 3, 4]);
    await client.close();
  });

  test("a refusal by the server carries its type", async () => {
    const { client, peer } = await login(dialect);
    const asking = failureOf(write(client));
    peer.refuse(peer.last("Qot_ModifyUserSecurity"), "不支持系统分组", RetType.Failed);
    expect(await asking).toMatchObject({ code: "OPEND_SERVER", reason: "system-group", outcome: "rejected" });
  });
});
