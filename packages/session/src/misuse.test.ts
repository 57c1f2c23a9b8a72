// What callers without types get wrong. Each mistake is refused before anything is sent, in words that tell the mend.
import { type ModifyUserSecurityOp, QotSub, QotUpdateBasicQot, SubType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { dialects, failureOf, login, start } from "./testing/harness.ts";
import { Peer } from "./testing/peer.ts";

/** As a program without types sees the client. */
type Untyped = Record<keyof Client, (...args: unknown[]) => Promise<unknown>>;

const to = { securities: ["HK.00700"], subTypes: [SubType.Basic] };
const ADD: ModifyUserSecurityOp = 1;

describe.each(dialects)("over $dialect", ({ dialect }) => {
  test.each<[what: string, call: (client: Untyped) => Promise<unknown>, told: string]>([
    ["one security instead of a list", (c) => c.modifyUserSecurity("A", ADD, "HK.00700"), "securities must be a list"],
    ["no securities at all", (c) => c.modifyUserSecurity("A", ADD), "securities must be a list"],
    ["nothing to subscribe to", (c) => c.subscribe(QotUpdateBasicQot), "securities must be a list"],
    ["a push as a request", (c) => c.request(QotUpdateBasicQot, {}), "only the descriptor of a request"],
    ["a request as a push", (c) => c.subscribe(QotSub, to), "only the descriptor of a push"],
    ["a callback that is none", (c) => c.subscribe(QotUpdateBasicQot, to, { onMessage: 5 }), "onMessage must be"],
    ["no descriptor", (c) => c.request(undefined, {}), "only the descriptor of a request"],
    ["an unknown overflow", (c) => c.subscribe(QotUpdateBasicQot, to, { overflow: "bogus" }), "overflow must be"],
    ["a timeout as text", (c) => c.getUserSecurity("A", { timeoutMs: "2000" }), "timeoutMs must be a number above 0"],
    [
      "an unknown pacing",
      (c) => c.getUserSecurity("A", { pacing: "bogus" }),
      'pacing must be one of "wait", "reject", "off"',
    ],
    ["an unknown retry", (c) => c.getUserSecurity("A", { retry: true }), 'retry must be one of "never", "reads"'],
    [
      "an unknown whileDown",
      (c) => c.getUserSecurity("A", { whileDown: 1 }),
      'whileDown must be one of "wait", "reject"',
    ],
    ["something else as signal", (c) => c.getUserSecurity("A", { signal: {} }), "signal must be an AbortSignal"],
  ])("%s", async (_, call, told) => {
    const { client, peer } = await login(dialect);
    const error = await failureOf(call(client as unknown as Untyped));
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent" });
    expect(error.message).toContain(told);
    expect(peer.asked).toEqual([]);
  });

  test("onMessage that is undefined means an iterator", async () => {
    const { client, peer } = await login(dialect);
    peer.onAsked = (asked) => queueMicrotask(() => peer.answer(asked, {}));
    const stream = await client.subscribe(QotUpdateBasicQot, to, { onMessage: undefined } as object);
    expect(Symbol.asyncIterator in stream).toBe(true);
  });

  test("a wrong signal of connect leaves no timer", async () => {
    const { connecting, clock } = start(new Peer(dialect), { signal: {} as AbortSignal });
    expect((await failureOf(connecting)).message).toContain("signal must be an AbortSignal");
    expect(clock.timers).toBe(0);
  });

  test("an option that is undefined counts as not given", async () => {
    const { connecting } = start(new Peer(dialect), { timeoutMs: undefined, clientId: undefined, signal: undefined });
    expect((await connecting).status().state).toBe("ready");
  });
});
