// A sync of 200 securities, interrupted at every request by every fault of both fakes, and run again.

import { QotGetUserSecurity, QotGetUserSecurityGroup, QotModifyUserSecurity } from "@tickwire/session";
import { type LongPortFault, type LongPortFaultKind, longPortFaultKinds } from "@tickwire/testkit";
import { passing } from "@tickwire/tooling/passing";
import { afterAll, describe, expect, test } from "vitest";
import type { Plan, Side } from "./diff.ts";
import { toFutuSymbol } from "./symbol.ts";
import { type SyncOptions, type SyncResult, sync } from "./sync.ts";
import {
  type FutuBroker,
  futuBroker,
  futuFixture,
  type LongPortBroker,
  longPortBroker,
  longPortFixture,
  shares,
} from "./testing/brokers.ts";

const LONGPORT_ONLY = "BTCUSD.HAS";
const FUTU_ONLY = "HK.HSImain";
/** 200 of Hong Kong's at Futu, not in the order of their codes. */
const futuSource = shares(200).sort((a, b) => Number(a.slice(-2)) - Number(b.slice(-2)));
const longPortOf = (futu: string) => `${Number(futu.slice(3))}.HK`;
const longPortSource = futuSource.map(longPortOf);
/** What the target has before: ten of the source's in another order, and 30 that the source does not have. */
const shared = futuSource.slice(50, 60).reverse();
const strangers = shares(230).slice(200);

const counted = { runs: 0, steps: 0, interrupted: 0, completed: 0 };
afterAll(() => {
  const { runs, steps, interrupted, completed } = counted;
  process.stdout.write(
    `interruptions: ${runs} first runs of plans with ${steps} steps in all; ${interrupted} stopped or refused, ${completed} unharmed\n`,
  );
});

const options = { batchSize: 20, timeoutMs: 1000 } satisfies SyncOptions;

/** What the run says of each security is true of the target as it then is. */
function checkItems({ items }: SyncResult, before: readonly string[], after: readonly string[], isLie = false): void {
  expect(new Set(after).size, "nothing is doubled").toBe(after.length);
  const planned = new Set(items.map(({ symbol }) => symbol));
  for (const symbol of before) if (!planned.has(symbol)) expect(after, `${symbol} is not lost`).toContain(symbol);
  if (isLie) return;
  for (const { symbol, action, result, error } of items) {
    const isThere = after.includes(symbol);
    const where = `${action} ${symbol}: ${result}`;
    if (result === "done") expect(isThere, where).toBe(action === "add");
    if (result === "refused" || result === "not-done") expect(isThere, where).toBe(action === "remove");
    if (result === "refused" || result === "unknown") expect(error, where).toBeDefined();
  }
}

interface Case {
  readonly brokers: { readonly futu: FutuBroker; readonly longport: LongPortBroker };
  readonly from: Side;
  readonly to: Side;
  readonly more: SyncOptions;
  /** True where the fault says that nothing was done, and it was. */
  readonly isLie?: boolean;
  /** The target's securities, by their common symbols. */
  target(): Promise<readonly string[]>;
  /** Arms the fault for the request that comes when so many steps are done; gives what disarms it. */
  arm(): () => void;
}

/** The plan of a case without any fault. */
async function planOf({ from, to, more, brokers }: Case): Promise<Plan> {
  return (await passing(brokers.futu.clock, sync(from, to, { ...options, ...more, dryRun: true }))).plan;
}

/** Interrupts before step `at`, or -1: while the sides are read. Then runs again until all is done. */
async function interrupt(it: Case, at: number, final: readonly string[], isOrdered: boolean): Promise<void> {
  const { clock } = it.brokers.futu;
  const run = (more: SyncOptions) => passing(clock, sync(it.from, it.to, { ...options, ...it.more, ...more }));
  const before = await it.target();
  let done = 0;
  let disarm = at === -1 ? it.arm() : undefined;
  const armAt = () => {
    if (done === at) disarm = it.arm();
  };
  const first = await run({
    approve: () => {
      armAt();
      return true;
    },
    onStep: () => {
      done += 1;
      armAt();
    },
  }).catch((error: unknown) => error as Error);
  disarm?.();
  counted.runs += 1;
  // Long enough for a client to notice that its peer is dead, and to come back.
  await clock.advance(60_000);
  if (first instanceof Error) {
    expect(at, String(first)).toBe(-1);
    expect(first).toMatchObject({ code: expect.stringMatching(/^WATCHLIST_/) });
    expect(await it.target()).toEqual(before);
    counted.interrupted += 1;
  } else {
    counted.steps += first.plan.steps.length;
    checkItems(first, before, await it.target(), it.isLie);
    if (first.isComplete) counted.completed += 1;
    else counted.interrupted += 1;
  }
  const second = await run({});
  expect(second.stoppedBy).toBeUndefined();
  expect(second.isComplete).toBe(true);
  const after = await it.target();
  if (isOrdered) expect(after).toEqual(final);
  else {
    expect(after).toHaveLength(final.length);
    expect(new Set(after)).toEqual(new Set(final));
  }
  expect((await run({ dryRun: true })).plan.steps, "a third run has nothing to do").toEqual([]);
  await it.brokers.futu.client.close();
  expect(clock.pendingTimers).toBe(0);
}

describe("to LongPort", () => {
  const faults = longPortFaultKinds.flatMap((kind): LongPortFault[] => {
    const fault = { kind, times: Number.POSITIVE_INFINITY };
    // The others always have their effect, or never.
    const isEither: readonly LongPortFaultKind[] = [
      "rate-limit-envelope",
      "rate-limit-plain",
      "error-envelope",
      "error-plain",
      "refuse-in-200",
      "not-json",
      "network-error",
      "slow",
    ];
    return isEither.includes(kind) ? [fault, { ...fault, applied: true }] : [fault];
  });

  /** Only who signs has to know the time. */
  const signed = {
    bearer: undefined,
    appKey: "fake-app-key",
    appSecret: "fake-app-secret",
    accessToken: "fake-access-token",
  } as const;

  async function newCase(fault: LongPortFault, group: string): Promise<Case> {
    const futu = await futuBroker({ fixture: futuFixture({ Tech: futuSource }) }, { pacing: "off" });
    const fixture = longPortFixture({
      Tech: [...shared.map(longPortOf), ...strangers.map(longPortOf), LONGPORT_ONLY],
    });
    const isSigned = fault.kind === "skewed-clock";
    const longport = longPortBroker({ fixture, clock: futu.clock }, isSigned ? signed : {});
    return {
      brokers: { futu, longport },
      from: { watchlist: futu.watchlist, group: "Tech" },
      to: { watchlist: longport.watchlist, group },
      // Signing takes real time, in which the clock may run ahead.
      more: { mode: "mirror", create: true, ...(isSigned && { timeoutMs: 60_000 }) },
      isLie: fault.applied === true && /rate-limit|refuse/.test(fault.kind),
      target: async () => (await longport.members(group)) ?? [],
      arm: () => {
        const planned = longport.fake.faults.add(fault);
        return () => planned[Symbol.dispose]();
      },
    };
  }

  describe.each([
    ["a group that is there", "Tech", ["add", "remove", "reorder"], [...longPortSource, LONGPORT_ONLY]],
    ["a group that is new", "New", ["create", "add"], longPortSource],
  ] as const)("%s", (_, group, kinds, final) => {
    test.each(faults.map((fault) => [`${fault.kind}${fault.applied ? ", done all the same" : ""}`, fault] as const))(
      "%s",
      async (_name, fault) => {
        const it = await newCase(fault, group);
        const { steps } = await planOf(it);
        expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(kinds));
        expect(steps.length).toBeGreaterThanOrEqual(11);
        await it.brokers.futu.client.close();
        for (let at = -1; at < steps.length; at++) await interrupt(await newCase(fault, group), at, final, true);
      },
    );
  });
});

describe("to Futu", () => {
  /** What happens to requests once the fault is armed. */
  const faults: Record<string, (broker: FutuBroker) => () => void> = {
    ...Object.fromEntries(
      [false, true].flatMap((isApplied) => {
        const name = (what: string) => `${what}${isApplied ? ", done all the same" : ""}`;
        return [
          [name("the connection ends"), onNext(isApplied, ({ opend }) => opend.disconnect())],
          [name("the network breaks"), onNext(isApplied, ({ opend }) => opend.disconnect(new Error("ECONNRESET")))],
          [
            name("OpenD goes and refuses the next connections"),
            onNext(isApplied, ({ opend }) => {
              opend.disconnect();
              opend.faults.add({ kind: "refuse", times: 3 });
            }),
          ],
          [name("no answer to this request"), onNext(isApplied, () => undefined)],
          [name("the peer is dead"), onNext(isApplied, ({ opend }) => opend.mute())],
        ];
      }),
    ),
    "a refusal, once": refusing("busy", 1),
    "refusals without end": refusing("busy", Number.POSITIVE_INFINITY),
    "the rate limit": refusing("request is too frequent: frequency", 1),
  };

  function onNext(isApplied: boolean, act: (broker: FutuBroker) => void) {
    return (broker: FutuBroker) =>
      intercepting(broker, (builtIn) => {
        if (isApplied) builtIn();
        act(broker);
        return new Promise<never>(() => undefined);
      });
  }

  function refusing(retMsg: string, times: number) {
    let left = times;
    return (broker: FutuBroker) => {
      left = times;
      return intercepting(broker, (builtIn) => (left-- > 0 ? { retType: -1, retMsg } : builtIn()));
    };
  }

  function intercepting(
    { opend }: FutuBroker,
    // biome-ignore lint/suspicious/noExplicitAny: one handler for three protocols
    answer: (builtIn: () => any) => any,
  ): () => void {
    const handlers = [
      opend.on(QotGetUserSecurityGroup, ({ builtIn }) => answer(builtIn)),
      opend.on(QotGetUserSecurity, ({ builtIn }) => answer(builtIn)),
      opend.on(QotModifyUserSecurity, ({ builtIn }) => answer(builtIn)),
    ];
    return () => {
      for (const handler of handlers) handler[Symbol.dispose]();
    };
  }

  async function newCase(fault: (broker: FutuBroker) => () => void): Promise<Case> {
    const fixture = futuFixture({ Tech: [...shared, ...strangers, FUTU_ONLY] }, futuSource);
    const futu = await futuBroker({ fixture }, { pacing: "off" });
    const longport = longPortBroker({
      fixture: longPortFixture({ Tech: [...longPortSource, LONGPORT_ONLY] }),
      clock: futu.clock,
    });
    return {
      brokers: { futu, longport },
      from: { watchlist: longport.watchlist, group: "Tech" },
      to: { watchlist: futu.watchlist, group: "Tech" },
      more: { mode: "mirror" },
      target: async () =>
        (await futu.members("Tech")).map((symbol) => (symbol === FUTU_ONLY ? symbol : longPortOf(symbol))),
      arm: () => fault(futu),
    };
  }

  const final = [...longPortSource, FUTU_ONLY];
  test.each(Object.entries(faults))("%s", async (_, fault) => {
    const it = await newCase(fault);
    const { steps, unsupported, kept } = await planOf(it);
    expect(steps.map(({ kind }) => kind)).toEqual([...Array(10).fill("add"), ...Array(2).fill("remove")]);
    expect(unsupported).toEqual([{ symbol: `longport:${LONGPORT_ONLY}`, why: expect.any(String) }]);
    expect(kept.map((symbol) => toFutuSymbol(symbol).symbol)).toEqual([FUTU_ONLY]);
    await it.brokers.futu.client.close();
    for (let at = -1; at < steps.length; at++) await interrupt(await newCase(fault), at, final, false);
  });
});

describe("stopped on purpose", () => {
  test("a signal stops it between any two steps, with every outcome known", async () => {
    const final = longPortSource;
    for (let stopAfter = 0; stopAfter <= 11; stopAfter++) {
      const futu = await futuBroker({ fixture: futuFixture({ Tech: futuSource }) }, { pacing: "off" });
      const longport = longPortBroker({ fixture: longPortFixture({}), clock: futu.clock });
      const from = { watchlist: futu.watchlist, group: "Tech" };
      const to = { watchlist: longport.watchlist, group: "Tech" };
      const controller = new AbortController();
      let done = 0;
      const stopIfDue = () => {
        if (done++ === stopAfter) controller.abort("enough");
        return true;
      };
      const first = await sync(from, to, {
        ...options,
        create: true,
        signal: controller.signal,
        approve: stopIfDue,
        onStep: stopIfDue,
      });
      const isOver = stopAfter === 11;
      expect(first.isComplete).toBe(isOver);
      expect(first.stoppedBy).toEqual(
        isOver ? undefined : expect.objectContaining({ code: "WATCHLIST_ABORTED", cause: "enough" }),
      );
      expect(first.items.filter(({ result }) => result === "unknown")).toEqual([]);
      checkItems(first, [], (await longport.members("Tech")) ?? []);
      expect(await sync(from, to, { ...options, create: true })).toMatchObject({ isComplete: true });
      expect(await longport.members("Tech")).toEqual(final);
      await futu.client.close();
    }
  });
});
