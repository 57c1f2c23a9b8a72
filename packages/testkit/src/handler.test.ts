import { QotGetReference } from "@tickwire/codec/quote";
import { TrdUnlockTrade } from "@tickwire/codec/trade";
import {
  GroupType,
  type PushProtocol,
  QotGetUserSecurity,
  type QotGetUserSecurityC2S,
  QotGetUserSecurityGroup,
  type QotGetUserSecurityS2C,
  QotUpdateBasicQot,
  type RequestProtocol,
} from "@tickwire/session";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import type { NotCleanError } from "./clean.ts";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import type { Handler, HandlerReply } from "./handler.ts";
import { Mishaps } from "./mishaps.ts";
import type { PartialMessage } from "./partial-message.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let opend: FakeOpenD;
const start = (options: FakeOpenDOptions = {}) => {
  opend = new FakeOpenD({ clock, ...options });
  return new RawClient(opend, "tcp").login();
};
beforeEach(() => {
  clock = new VirtualClock();
});
const problems = () => {
  try {
    opend.assertClean();
  } catch (error) {
    return (error as NotCleanError).problems.map(({ kind, message }) => [kind, message] as const);
  }
  return [];
};
const groups = (...names: string[]) => ({ groupList: names.map((groupName) => ({ groupName })) });

describe("a partial reply", () => {
  test("gets what the wire requires, in neutral values, and keeps what is optional absent", () => {
    const client = start();
    opend.on(QotGetUserSecurity, () => ({ staticInfoList: [{ basic: { name: "TENCENT", id: 1n } }, {}] }));
    const { s2c } = client.ask(QotGetUserSecurity, { groupName: "HK" });
    const basic = { security: { market: 0, code: "" }, lotSize: 0, secType: 0, listTime: "", delisting: undefined };
    expect(s2c?.staticInfoList[0]?.basic).toMatchObject({ ...basic, name: "TENCENT", id: 1n });
    expect(s2c?.staticInfoList[1]).toMatchObject({ basic: { ...basic, name: "", id: 0n }, warrantExData: undefined });
  });

  test("is the same within a whole reply, and nothing is put into one without content", () => {
    const client = start();
    opend.on(QotGetUserSecurityGroup, () => ({ retType: 0, s2c: groups("mine") }));
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).s2c?.groupList).toEqual([
      { groupName: "mine", groupType: GroupType.Unknown },
    ]);
    opend.on(QotGetUserSecurityGroup, () => ({ retType: 0 }));
    expect(client.ask(QotGetUserSecurityGroup, { groupType: 3 }).s2c).toBeUndefined();
  });
});

describe("handlers for one request", () => {
  test("are a script in order, before the lasting ones", () => {
    const client = start();
    const name = () => client.ask(QotGetUserSecurityGroup, { groupType: 3 }).s2c?.groupList[0]?.groupName;
    opend.once(QotGetUserSecurityGroup, () => groups("first"));
    opend.on(QotGetUserSecurityGroup, () => groups("always"));
    const second = () => groups("second");
    opend.once(QotGetUserSecurityGroup, second);
    opend.once(QotGetUserSecurityGroup, second);
    const taken = opend.once(QotGetUserSecurityGroup, () => groups("taken back"));
    taken[Symbol.dispose]();
    expect(Array.from({ length: 5 }, name)).toEqual(["first", "second", "second", "always", "always"]);
  });

  test("that were not asked are told", () => {
    start();
    opend.once(QotGetUserSecurity, () => ({}));
    opend.once(QotGetUserSecurity, () => ({}));
    opend.once(QotGetUserSecurityGroup, () => ({}));
    opend.disconnect();
    expect(problems()).toEqual([
      ["unused-handler", "2 handlers of Qot_GetUserSecurity for one request each (once) were never asked"],
      ["unused-handler", "1 handler of Qot_GetUserSecurityGroup for one request (once) was never asked"],
    ]);
  });

  test("are used up by a failure, which is told", () => {
    const client = start();
    opend.once(QotGetUserSecurity, () => {
      throw new Error("a mistake");
    });
    expect(client.ask(QotGetUserSecurity, { groupName: "A" }).retType).toBe(-1);
    expect(client.ask(QotGetUserSecurity, { groupName: "A" }).retType).toBe(0);
    opend.on(QotGetUserSecurity, () => ({ staticInfoList: [{ basic: { id: 7 as never } }] }));
    client.ask(QotGetUserSecurity, { groupName: "A" });
    opend.disconnect();
    expect(problems()).toEqual([
      ["handler-failed", "the handler of Qot_GetUserSecurity failed: a mistake"],
      ["handler-failed", expect.stringContaining("staticInfoList[0].basic.id")],
    ]);
  });
});

describe("a request that nothing answers", () => {
  const asked = { security: { market: 1, code: "00700" }, referenceType: 1 };

  test("is refused, and told with the handler to write", () => {
    const client = start();
    expect(client.ask(QotGetReference, asked)).toMatchObject({ retType: -1 });
    client.ask(QotGetReference, asked);
    client.ask({ ...QotGetReference, id: 9999 } as typeof QotGetReference, asked);
    opend.disconnect();
    expect(() => opend.assertClean()).toThrow(`[TESTKIT_NOT_CLEAN] 
- Qot_GetReference (3206) was asked 2 times, and nothing answers it. Write a handler:
  
  import { QotGetReference } from "@tickwire/codec/quote";
  
  // Asked with { security: { market: 1, code: "00700" }, referenceType: 1 }
  opend.on(QotGetReference, () => ({
    staticInfoList: [{
      basic: { security: { market: 0, code: "" }, id: 0n, lotSize: 0, secType: 0, name: "", listTime: "" },
    }],
  }));
  
- protocol id 9999 was asked once, which is not in this version's registry of protocols`);
  });

  test("is let be where the fake is told to", () => {
    const client = start({ onUnhandled: "refuse" });
    client.ask(QotGetReference, asked);
    opend.disconnect();
    expect(problems()).toEqual([]);
  });

  test("is told although a handler has passed it on", () => {
    const client = start();
    opend.on(QotGetReference, ({ builtIn }) => builtIn());
    expect(client.ask(QotGetReference, asked).retType).toBe(-1);
    client.hangUp();
    expect(problems().map(([kind]) => kind)).toEqual(["unhandled-request"]);
  });

  test("does not show a password", () => {
    const mishaps = new Mishaps();
    mishaps.unhandled(TrdUnlockTrade.id, { unlock: true, pwdMD5: "21232f297a57a5a743894a0e4a801fc3" });
    expect(mishaps.problems[0]?.message).toContain('{ unlock: true, pwdMD5: "…" }');
  });
});

test("connections that are open and timers that are pending are told", () => {
  const client = start();
  expect(problems()).toEqual([["open-connection", "1 connection is open"]]);
  const second = new RawClient(opend, "ws");
  const timer = clock.startTimer(() => undefined, 1);
  const listener = clock.onWake(() => undefined);
  expect(problems().map(([, message]) => message)).toEqual([
    "2 connections are open",
    "1 timer is pending",
    "1 listener waits for a wake-up",
  ]);
  client.hangUp();
  second.hangUp();
  timer.cancel();
  listener.cancel();
  opend.assertClean();
});

test("planned faults that have met too little are told, those without an end when they met nothing", () => {
  const client = start();
  client.hangUp();
  opend.faults.add(
    { kind: "drop", protocol: "Qot_Sub", times: 2 },
    { kind: "limits" },
    { kind: "refuse", times: Infinity },
  );
  expect(problems()).toEqual([
    [
      "unused-fault",
      expect.stringContaining('OpenD has met too little or nothing: { kind: "drop", protocol: "Qot_Sub"'),
    ],
    ["unused-fault", expect.stringContaining('nothing: { kind: "refuse", times: Infinity }')],
  ]);
});

test("the types of replies: anything may be left out, nothing may be unknown or wrong", () => {
  const on = <C2S, S2C, Reply extends HandlerReply<S2C>>(
    _: RequestProtocol<C2S, S2C>,
    handler: Handler<C2S, S2C, Reply>,
  ) => handler;
  const push = <S2C>(_: PushProtocol<S2C>, s2c: PartialMessage<S2C>) => s2c;

  on(QotGetUserSecurity, ({ c2s }) => {
    expectTypeOf(c2s.groupName).toEqualTypeOf<string>();
    return c2s.groupName === "A" ? {} : { retType: -1, retMsg: "no" };
  });
  on(QotGetUserSecurity, async ({ builtIn }) => builtIn());
  const shared: Handler<QotGetUserSecurityC2S, QotGetUserSecurityS2C> = () => ({ staticInfoList: [{ basic: {} }] });
  on(QotGetUserSecurity, shared);
  const silence = (protocol: RequestProtocol<never, unknown>) =>
    on(protocol, () => new Promise<never>(() => undefined));
  silence(QotGetUserSecurity);
  on(QotGetUserSecurity, () => new Promise<never>(() => undefined));
  // @ts-expect-error The protocol's c2s has another name for it.
  on(QotGetUserSecurity, ({ c2s }) => ({ staticInfoList: c2s.group === "A" ? [] : [{}] }));
  // @ts-expect-error An unknown field.
  on(QotGetUserSecurity, () => ({ staticInfoLst: [] }));
  // @ts-expect-error An unknown field beside a known one.
  on(QotGetUserSecurity, () => ({ staticInfoList: [], more: 1 }));
  // @ts-expect-error The same, later.
  on(QotGetUserSecurity, async () => ({ staticInfoList: [], more: 1 }));
  // @ts-expect-error An unknown field further down.
  on(QotGetUserSecurity, () => ({ staticInfoList: [{ basic: { nam: "" } }] }));
  // @ts-expect-error A number for a 64-bit integer.
  on(QotGetUserSecurity, () => ({ staticInfoList: [{ basic: { id: 1 } }] }));
  // @ts-expect-error An unknown field of a whole reply.
  on(QotGetUserSecurity, () => ({ retType: -1, retMessage: "no" }));
  // @ts-expect-error An unknown field of a whole reply's content.
  on(QotGetUserSecurity, () => ({ retType: 0, s2c: { staticInfoList: [{ base: {} }] } }));

  push(QotUpdateBasicQot, { basicQotList: [{ curPrice: 401 }] });
  // @ts-expect-error An unknown field.
  push(QotUpdateBasicQot, { basicQotList: [{ price: 401 }] });
  // @ts-expect-error A text for a number.
  push(QotUpdateBasicQot, { basicQotList: [{ curPrice: "401" }] });
});
