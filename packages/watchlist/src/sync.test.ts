import { QotModifyUserSecurity } from "@tickwire/session";
import { passing } from "@tickwire/tooling/passing";
import { describe, expect, test } from "vitest";
import { combine } from "./combine.ts";
import { diff } from "./diff.ts";
import { sync } from "./sync.ts";
import { futuBroker, futuFixture, longPortBroker, longPortFixture, shares } from "./testing/brokers.ts";

const futuWith = (groups: Readonly<Record<string, readonly string[]>>, others: readonly string[] = []) =>
  futuBroker({ fixture: futuFixture(groups, others) });
const longPortWith = (groups: Readonly<Record<string, readonly string[]>>) =>
  longPortBroker({ fixture: longPortFixture(groups) });

describe("diff", () => {
  test("adds what is missing in the order of the source, in batches, and tells what cannot be had", async () => {
    const futu = await futuWith({ Tech: ["HK.00003", "HK.HSImain", "HK.00001", "US.BRK.B", "JP.7203", "HK.00002"] });
    const longport = longPortWith({ Tech: ["1.HK", "AAPL.US"] });
    const plan = await diff(
      { watchlist: futu.watchlist, group: "Tech" },
      { watchlist: longport.watchlist, group: "Tech" },
      { batchSize: 2 },
    );
    expect(plan).toEqual({
      group: "#1",
      steps: [
        { kind: "add", symbols: ["3.HK", "BRK.B.US"] },
        { kind: "add", symbols: ["2.HK"] },
      ],
      unsupported: [
        { symbol: "futu:HK.HSImain", why: "HK.HSImain: LongPort has no futures" },
        { symbol: "futu:JP.7203", why: "JP.7203: LongPort has no Japanese market" },
      ],
      kept: [],
    });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test("a mirror removes and reorders too, but leaves alone what the source's broker cannot have", async () => {
    const futu = await futuWith({ Tech: ["HK.00003", "HK.00001"] });
    const longport = longPortWith({ Tech: ["1.HK", "AAPL.US", "BTCUSD.HAS", "3.HK"] });
    const from = { watchlist: futu.watchlist, group: "Tech" };
    const to = { watchlist: longport.watchlist, group: "Tech" };
    expect(await diff(from, to, { mode: "mirror" })).toEqual({
      group: "#1",
      steps: [
        { kind: "remove", symbols: ["AAPL.US"] },
        { kind: "reorder", symbols: ["3.HK", "1.HK", "longport:BTCUSD.HAS"] },
      ],
      unsupported: [],
      kept: ["longport:BTCUSD.HAS"],
    });
    // A list comes from no broker.
    const list = { symbols: ["03.HK", "1.HK", "3.HK"] };
    expect((await diff(list, to, { mode: "mirror" })).steps).toEqual([
      { kind: "remove", symbols: ["AAPL.US", "longport:BTCUSD.HAS"] },
      { kind: "reorder", symbols: ["3.HK", "1.HK"] },
    ]);
    // Futu sets no order.
    expect((await diff(to, from, { mode: "mirror" })).steps).toEqual([{ kind: "add", symbols: ["AAPL.US"] }]);
  });

  test("what is the same needs no steps", async () => {
    const futu = await futuWith({ Tech: ["HK.00003", "HK.00001"] });
    const longport = longPortWith({ Tech: ["3.HK", "1.HK"] });
    const from = { watchlist: futu.watchlist, group: "Tech" };
    const to = { watchlist: longport.watchlist, group: "Tech" };
    for (const mode of ["add", "mirror"] as const) {
      expect((await diff(from, to, { mode })).steps).toEqual([]);
      expect(await sync(from, to, { mode })).toMatchObject({ isComplete: true, items: [] });
    }
  });

  test("a target that is not there is created only when that is wanted, and can be done", async () => {
    const futu = await futuWith({ Tech: ["HK.00001"] });
    const longport = longPortWith({ Mine: ["1.HK"] });
    const from = { watchlist: futu.watchlist, group: "Tech" };
    const to = { watchlist: longport.watchlist, group: "Tech" };
    await expect(diff(from, to)).rejects.toMatchObject({ code: "WATCHLIST_NO_GROUP" });
    expect((await diff(from, to, { create: true })).steps.map(({ kind }) => kind)).toEqual(["create", "add"]);
    const back = { watchlist: futu.watchlist, group: "Mine" };
    await expect(diff({ ...to, group: "Mine" }, back, { create: true })).rejects.toMatchObject({
      code: "WATCHLIST_NO_GROUP",
    });
  });

  test("refuses a target that cannot be changed, and wrong options", async () => {
    const futu = await futuWith({ Tech: ["HK.00001"] });
    const from = { watchlist: futu.watchlist, group: "Tech" };
    await expect(diff(from, { watchlist: futu.watchlist, group: "All" })).rejects.toMatchObject({
      code: "WATCHLIST_READ_ONLY",
    });
    for (const wrong of [{ batchSize: 0 }, { batchSize: 1.5 }, { mode: "replace" as "add" }])
      await expect(diff(from, from, wrong)).rejects.toMatchObject({ code: "WATCHLIST_INVALID_ARGUMENT" });
    await expect(diff({ symbols: ["HK.00001"] }, from)).rejects.toMatchObject({ code: "WATCHLIST_INVALID_ARGUMENT" });
  });
});

describe("sync", () => {
  test("shows the plan, does it, and tells each step and each security", async () => {
    const futu = await futuWith({ Tech: ["HK.00003", "HK.00001", "US.AAPL", "HK.HSImain"] });
    const longport = longPortWith({ Other: ["9.HK"] });
    const all = combine({ futu: futu.watchlist, longport: longport.watchlist });
    const shown: unknown[] = [];
    const done: string[] = [];
    const result = await sync(
      { watchlist: all, group: "futu:Tech" },
      { watchlist: all, group: "longport:科技" },
      {
        create: true,
        batchSize: 2,
        approve: (plan) => {
          shown.push(plan);
          return true;
        },
        onStep: ({ kind, symbols }) => done.push(`${kind} ${symbols.join(" ")}`.trim()),
      },
    );
    expect(shown).toEqual([result.plan]);
    expect(done).toEqual(["create", "add 3.HK 1.HK", "add AAPL.US"]);
    expect(result).toMatchObject({ isComplete: true, plan: { unsupported: [{ symbol: "futu:HK.HSImain" }] } });
    expect(result.items).toEqual(
      ["3.HK", "1.HK", "AAPL.US"].map((symbol) => ({ symbol, action: "add", result: "done" })),
    );
    expect(await longport.members("科技")).toEqual(["3.HK", "1.HK", "AAPL.US"]);
  });

  test("a dry run, and a plan that is not approved, change nothing", async () => {
    const futu = await futuWith({ Tech: ["HK.00003"] });
    const longport = longPortWith({ Tech: ["1.HK"] });
    const from = { watchlist: futu.watchlist, group: "Tech" };
    const to = { watchlist: longport.watchlist, group: "Tech" };
    for (const options of [{ dryRun: true }, { approve: () => false }, { approve: async () => false }]) {
      const result = await sync(from, to, { ...options, mode: "mirror" });
      expect(result.isComplete).toBe(false);
      expect(result.stoppedBy).toBeUndefined();
      expect(result.items).toEqual([
        { symbol: "3.HK", action: "add", result: "not-done" },
        { symbol: "1.HK", action: "remove", result: "not-done" },
      ]);
    }
    expect(await longport.members("Tech")).toEqual(["1.HK"]);
    expect(longport.fake.requests.of("update")).toHaveLength(0);
  });

  test("those that a broker does not want are found among the others, and told", async () => {
    const known = shares(16).filter((symbol) => symbol !== "HK.00005" && symbol !== "HK.00006");
    const futu = await futuWith({ Tech: [] }, known);
    const symbols = shares(16).map((symbol) => `futu:${symbol}`);
    const result = await sync({ symbols }, { watchlist: futu.watchlist, group: "Tech" });
    expect(await futu.members("Tech")).toEqual(known);
    const refused = result.items.filter((item) => item.result === "refused");
    expect(refused.map(({ symbol }) => symbol)).toEqual(["5.HK", "6.HK"]);
    expect(refused[0]?.error).toMatchObject({ code: "WATCHLIST_REFUSED" });
    expect(result.items.filter((item) => item.result === "done")).toHaveLength(14);
    expect(result.isComplete).toBe(false);
    expect(result.stoppedBy).toBeUndefined();
    // The whole, halves, quarters, pairs, and the two.
    expect(futu.opend.requests.of(QotModifyUserSecurity).length).toBeLessThanOrEqual(11);
  });

  test("a mirror orders what there is, with what was refused left out or left behind", async () => {
    const longport = longPortWith({ Tech: ["9.HK", "1.HK", "2.HK"] });
    longport.fake.faults.add({ kind: "refuse-in-200", code: 310_010, operation: "update", times: 2 });
    const result = await sync(
      { symbols: ["2.HK", "3.HK", "1.HK"] },
      { watchlist: longport.watchlist, group: "Tech" },
      { mode: "mirror" },
    );
    expect(result.items.map(({ symbol, result: how }) => `${symbol} ${how}`)).toEqual(["3.HK refused", "9.HK refused"]);
    expect(await longport.members("Tech")).toEqual(["2.HK", "1.HK", "9.HK"]);
  });

  test("stops at the account's limit, without trying one by one", async () => {
    const longport = longPortBroker({ fixture: longPortFixture({ Tech: [] }), maxSecurities: 60 });
    const symbols = Array.from({ length: 100 }, (_, index) => `${index + 1}.HK`);
    const result = await sync({ symbols }, { watchlist: longport.watchlist, group: "Tech" }, { batchSize: 20 });
    expect(result.stoppedBy).toMatchObject({ code: "WATCHLIST_FULL" });
    expect(result.items.filter(({ result: how }) => how === "done")).toHaveLength(60);
    expect(longport.fake.requests.of("update")).toHaveLength(4);
  });

  test("keeps OpenD's limits: 25 steps take as long as its windows do", async () => {
    const { clock, ...futu } = await futuBroker({
      fixture: futuFixture({ Tech: [] }, shares(250)),
      enforceLimits: true,
    });
    const symbols = shares(250).map((symbol) => `futu:${symbol}`);
    const run = sync({ symbols }, { watchlist: futu.watchlist, group: "Tech" }, { batchSize: 10 });
    const result = await passing(clock, run);
    expect(result).toMatchObject({ isComplete: true });
    expect(futu.opend.requests.of(QotModifyUserSecurity)).toHaveLength(25);
    expect(clock.now()).toBeGreaterThan(60_000);
    expect(clock.now()).toBeLessThan(65_000);
  });

  test("a watchlist of somebody's own that rejects with anything stops it, and the outcome is open", async () => {
    const { watchlist } = longPortWith({ Tech: [] });
    const broken = new Proxy(watchlist, {
      get: (target, name: keyof typeof watchlist) =>
        name === "add" ? () => Promise.reject(new RangeError("oops")) : (target[name] as CallableFunction).bind(target),
    });
    const result = await sync({ symbols: ["1.HK"] }, { watchlist: broken, group: "Tech" });
    expect(result.stoppedBy).toMatchObject({ code: "WATCHLIST_FAILED", outcome: "unknown" });
    expect(result.items).toMatchObject([{ symbol: "1.HK", result: "unknown" }]);
  });
});
