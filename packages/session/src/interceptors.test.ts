import { QotGetUserSecurity, type QotGetUserSecurityS2C } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError } from "./errors.ts";
import type { Interceptor } from "./interceptors.ts";
import { dialects, failureOf, login } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";

const none = { staticInfoList: [] };

describe.each(dialects)("interceptors over $dialect", ({ dialect }) => {
  test("stand around a request, the first outermost, and see call and reply", async () => {
    const seen: string[] = [];
    const log =
      (name: string): Interceptor =>
      (next) =>
      async (call) => {
        seen.push(`${name} > ${call.protocol.name} ${(call.c2s as { groupName: string }).groupName}`);
        const reply = (await next(call)) as QotGetUserSecurityS2C;
        seen.push(`${name} < ${reply.staticInfoList.length}`);
        return reply;
      };
    const { client, peer } = await login(dialect, { interceptors: [log("outer"), log("inner")] });
    const asking = client.getUserSecurity("HK");
    await settle();
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    expect(await asking).toEqual([]);
    expect(seen).toEqual([
      "outer > Qot_GetUserSecurity HK",
      "inner > Qot_GetUserSecurity HK",
      "inner < 0",
      "outer < 0",
    ]);
  });

  test("are made once, and may change what is asked and how", async () => {
    let made = 0;
    const change: Interceptor = (next) => {
      made += 1;
      return (call) => next({ ...call, c2s: { groupName: "US" }, options: { ...call.options, timeoutMs: 50 } });
    };
    const { client, peer, clock } = await login(dialect, { interceptors: [change] });
    const failures = [failureOf(client.getUserSecurity("HK")), failureOf(client.getUserSecurity("HK"))];
    await clock.advance(50);
    for (const failure of failures) expect((await failure).code).toBe("OPEND_TIMEOUT");
    expect(peer.asked.map(({ c2s }) => (c2s as { groupName: string }).groupName)).toEqual(["US", "US"]);
    expect(made).toBe(1);
  });

  test("may answer by themselves, and nothing is sent", async () => {
    const { client, peer } = await login(dialect, { interceptors: [() => async () => none] });
    expect(await client.getUserSecurity("HK")).toEqual([]);
    expect(peer.asked).toEqual([]);
  });

  test("may ask again", async () => {
    const again: Interceptor = (next) => (call) => next(call).catch(() => next(call));
    const { client, peer } = await login(dialect, { interceptors: [again] });
    const asking = client.getUserSecurity("HK");
    await settle();
    peer.refuse(peer.asked[0]!, "no");
    await settle();
    peer.answer(peer.asked[1]!, none);
    expect(await asking).toEqual([]);
  });

  test("that throw, at once or later, reject the request and disturb nothing else", async () => {
    const problem = new OpenDError("OPEND_INVALID_ARGUMENT", "not allowed");
    const thrower: Interceptor = () => () => {
      throw problem;
    };
    const { client, warnings } = await login(dialect, { interceptors: [thrower] });
    expect(await failureOf(client.request(QotGetUserSecurity, { groupName: "HK" }))).toBe(problem);
    const rejecting: Interceptor = () => () => Promise.reject(problem);
    const other = await login(dialect, { interceptors: [rejecting] });
    expect(await failureOf(other.client.getUserSecurity("HK"))).toBe(problem);
    expect([warnings, client.status().state]).toEqual([[], "ready"]);
  });
});
