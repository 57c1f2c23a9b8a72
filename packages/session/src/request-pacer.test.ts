import { GetGlobalState, limitKey, QotGetUserSecurity, QotGetUserSecurityGroup, type RateLimit } from "@tickwire/codec";
import { QotRequestHistoryKL } from "@tickwire/codec/quote";
import { TrdGetFunds, TrdModifyOrder, TrdPlaceComboOrder, TrdPlaceOrder } from "@tickwire/codec/trade";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import * as pacing from "./pacer.ts";
import { RequestPacer } from "./request-pacer.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";

const account = (accID: bigint, trdEnv = 1) => ({ header: { trdEnv, accID, trdMarket: 1 } });
const group = { groupName: "HK" };

/** How many of these turns are given at once; each call stays under way. */
function atOnce(times: number, turn: () => ReturnType<RequestPacer["turn"]>): number {
  return Array.from({ length: times }, turn).filter((given) => typeof given === "function").length;
}

describe("a turn", () => {
  test("is undefined where nothing is limited or nothing counts", () => {
    const pacer = new RequestPacer(new ManualClock());
    for (let i = 0; i < 100; i++) {
      expect(pacer.turn(GetGlobalState, { userID: 1n })).toBe(undefined);
      expect(pacer.turn(TrdGetFunds, { ...account(1n), refreshCache: false })).toBe(undefined);
      expect(pacer.turn(QotRequestHistoryKL, { nextReqKey: new Uint8Array(1) })).toBe(undefined);
    }
    expect(pacer.waiting).toBe(0);
  });

  test("is per protocol, as often as its limit says", () => {
    const pacer = new RequestPacer(new ManualClock());
    expect(atOnce(12, () => pacer.turn(QotGetUserSecurity, group))).toBe(10);
    expect(atOnce(12, () => pacer.turn(QotGetUserSecurityGroup, { groupType: 3 }))).toBe(10);
    expect(pacer.waiting).toBe(4);
  });

  test("is per account, and one for the protocols of a bucket", async () => {
    const clock = new ManualClock();
    const pacer = new RequestPacer(clock);
    for (const [c2s, delayMs] of [
      [account(1n), 0],
      [account(2n), 0],
      [account(2n, 0), 0],
      [account(2n), 70],
    ] as const) {
      const onWait = vi.fn();
      const turn = pacer.turn(TrdPlaceOrder, c2s, { onWait });
      expect(onWait.mock.calls).toEqual(delayMs === 0 ? [] : [[delayMs]]);
      expect(typeof turn).toBe(delayMs === 0 ? "function" : "object");
    }
    const combo = vi.fn();
    void pacer.turn(TrdPlaceComboOrder, account(1n), { onWait: combo });
    expect(combo).toHaveBeenCalledWith(70);
    expect(pacer.turn(TrdModifyOrder, account(1n))).toBeTypeOf("function");
  });

  test("comes more than the window after the end of the call before, and is refused by its deadline", async () => {
    const clock = new ManualClock();
    const pacer = new RequestPacer(clock);
    for (let i = 0; i < 10; i++) {
      const turn = pacer.turn(QotGetUserSecurity, group);
      if (typeof turn === "function") turn();
    }
    const refused = pacer.turn(QotGetUserSecurity, group, { deadline: clock.now() + 12_000 });
    await expect(refused).rejects.toMatchObject({ name: "PaceRefusal", retryAfterMs: 30_050 });
    let isGiven = false;
    void Promise.resolve(pacer.turn(QotGetUserSecurity, group)).then(() => {
      isGiven = true;
    });
    await clock.advance(30_049);
    expect(isGiven).toBe(false);
    await clock.advance(1);
    expect(isGiven).toBe(true);
  });
});

test("counts that have no use any more are dropped, others never", async () => {
  const made = vi.spyOn(pacing, "Pacer");
  const clock = new ManualClock();
  const pacer = new RequestPacer(clock);
  expect(atOnce(1, () => pacer.turn(TrdPlaceOrder, account(0n)))).toBe(1);
  for (let accID = 1n; accID <= 100n; accID += 1n) {
    const turn = pacer.turn(TrdPlaceOrder, account(accID));
    if (typeof turn === "function") turn();
    await clock.advance(40_000);
  }
  made.mockClear();
  // Its first call is under way still.
  expect(atOnce(1, () => pacer.turn(TrdPlaceOrder, account(0n)))).toBe(1);
  expect(made).not.toHaveBeenCalled();
  expect(atOnce(1, () => pacer.turn(TrdPlaceOrder, account(99n)))).toBe(1);
  expect(made).toHaveBeenCalledOnce();
});

test("whatever the requests and the network, no count of OpenD's exceeds its limit", async () => {
  const requests = [
    { protocol: QotGetUserSecurity, c2s: group },
    ...[1n, 2n].flatMap((accID) =>
      [TrdPlaceOrder, TrdPlaceComboOrder, TrdModifyOrder].map((protocol) => ({ protocol, c2s: account(accID) })),
    ),
    ...[true, false].map((refreshCache) => ({ protocol: TrdGetFunds, c2s: { ...account(1n), refreshCache } })),
  ];
  const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const call = fc.record({
    request: fc.constantFrom(...requests),
    afterMs: fc.oneof(fc.constant(0), ms(3000)),
    sendMs: ms(5000),
    replyMs: ms(5000),
  });
  let waits = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 50, maxLength: 150 }), async (calls) => {
      const clock = new ManualClock();
      const pacer = new RequestPacer(clock);
      const arrivals = new Map<string, { readonly limit: RateLimit; readonly times: number[] }>();
      let last = 0;
      for (const { request, afterMs, sendMs, replyMs } of calls) {
        const { protocol, c2s } = request;
        await clock.advance(afterMs);
        const turn = pacer.turn(protocol, c2s, { onWait: () => waits++ });
        const key = limitKey(protocol, c2s);
        expect(turn === undefined).toBe(key === undefined);
        if (turn === undefined || key === undefined) continue;
        const send = (leave: () => void) => {
          // One ordered stream: nothing overtakes what was sent before.
          last = Math.max(last, clock.now() + sendMs);
          const count = arrivals.get(key) ?? { limit: protocol.limit!, times: [] };
          arrivals.set(key, count);
          count.times.push(last);
          clock.startTimer(leave, last - clock.now() + replyMs);
        };
        if (typeof turn === "function") send(turn);
        else void turn.then(send);
        await settle();
      }
      await clock.advance(1_000_000);
      expect([pacer.waiting, clock.timers]).toEqual([0, 0]);
      for (const { limit, times } of arrivals.values())
        for (const [i, time] of times.entries())
          expect(times[i + limit.requests] ?? Number.POSITIVE_INFINITY).toBeGreaterThan(time + limit.windowMs);
    }),
    { numRuns: 30 },
  );
  expect(waits).toBeGreaterThan(100);
});
