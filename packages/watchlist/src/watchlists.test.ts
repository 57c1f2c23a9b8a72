// Both brokers behind the one interface, against the fakes.

import { TickwireError } from "@tickwire/codec";
import { QotGetUserSecurity, QotGetUserSecurityGroup, QotModifyUserSecurity } from "@tickwire/session";
import { passing } from "@tickwire/tooling/passing";
import { describe, expect, test } from "vitest";
import { combine } from "./combine.ts";
import { WatchlistError } from "./errors.ts";
import { futuBroker, futuFixture, longPortBroker } from "./testing/brokers.ts";

describe("Futu", () => {
  test("lists groups in order; of one name the first is the one that counts", async () => {
    const { watchlist } = await futuBroker();
    const groups = await watchlist.groups();
    expect(groups[0]).toEqual({ id: "All", name: "All", source: "futu", isReadOnly: true, isShadowed: false });
    expect(groups.filter(({ name }) => name === "testgroup")).toEqual([
      { id: "testgroup", name: "testgroup", source: "futu", isReadOnly: false, isShadowed: false },
      { id: "testgroup#2", name: "testgroup", source: "futu", isReadOnly: false, isShadowed: true },
    ]);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length);
  });

  test("an id that is made for a second group is no other group's name", async () => {
    const fixture = futuFixture({ X: [], "X#2": [] });
    const more = { name: "X", type: "custom" as const, members: [] };
    const { watchlist } = await futuBroker({ fixture: { ...fixture, groups: [...fixture.groups, more, more] } });
    expect((await watchlist.groups()).map(({ id }) => id)).toEqual(["All", "X", "X#2", "X#3", "X#4"]);
    expect(await watchlist.find("X#2")).toMatchObject({ name: "X#2", isShadowed: false });
    await expect(watchlist.items("X#4")).rejects.toMatchObject({ code: "WATCHLIST_SHADOWED" });
  });

  test("lists securities by their common symbols", async () => {
    const { watchlist } = await futuBroker();
    expect(await watchlist.items("some_group")).toEqual([
      { symbol: "FUTU.US", name: "Futu Holdings Limited", nativeId: "US.FUTU" },
      { symbol: "700.HK", name: "Tencent", nativeId: "HK.00700" },
    ]);
    expect((await watchlist.items("All")).map(({ symbol }) => symbol)).toEqual([
      "futu:HK.HSImain",
      "700.HK",
      "9626.HK",
      "9988.HK",
      "HSI.HK",
      "14321.HK",
      "FUTU.US",
      "FUTU260116C175000.US",
      "600519.SH",
      "000001.SZ",
    ]);
  });

  test("adds once what is given twice, and removes from the group or from everywhere", async () => {
    const { watchlist, members, opend } = await futuBroker();
    await watchlist.add("C", ["9988.HK", "09988.HK", "futu:HK.HSImain"]);
    expect(await members("C")).toEqual(["SH.600519", "SZ.000001", "HK.09988", "HK.HSImain"]);
    await watchlist.remove("C", "9988.HK");
    expect(await members("C")).toEqual(["SH.600519", "SZ.000001", "HK.HSImain"]);
    expect(await members("All")).toContain("HK.09988");
    await watchlist.remove("C", ["600519.SH"], { everywhere: true });
    expect(await members("All")).not.toContain("SH.600519");
    expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(3);
  });

  test.each([
    ["create", (w) => w.create("New")],
    ["rename", (w) => w.rename("C", "D")],
    ["delete", (w) => w.delete("C")],
    ["reorder", (w) => w.reorder("C", [])],
  ] as const satisfies [string, (w: Awaited<ReturnType<typeof futuBroker>>["watchlist"]) => Promise<unknown>][])(
    "cannot %s, and says what to do",
    async (name, call) => {
      const { watchlist, opend } = await futuBroker();
      expect(watchlist.capabilities()[name]).toBe(false);
      await expect(call(watchlist)).rejects.toThrow(`[WATCHLIST_CANNOT] OpenD cannot ${name} groups: do it in the app`);
      expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(0);
    },
  );

  test("what goes wrong has this package's code and the client's error as its cause", async () => {
    const { watchlist, opend, client } = await futuBroker();
    const codeOf = async (promise: Promise<unknown>) => {
      const error = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(WatchlistError);
      expect(error).toBeInstanceOf(TickwireError);
      return error as WatchlistError;
    };
    expect(await codeOf(watchlist.items("nope"))).toMatchObject({ code: "WATCHLIST_NO_GROUP" });
    expect((await codeOf(watchlist.add("nope", "700.HK"))).message).toContain('there are "All", "Starred"');
    expect(await codeOf(watchlist.items("testgroup#2"))).toMatchObject({ code: "WATCHLIST_SHADOWED" });
    const readOnly = await codeOf(watchlist.add("HK", "700.HK"));
    expect(readOnly).toMatchObject({ code: "WATCHLIST_READ_ONLY", outcome: "rejected" });
    expect(readOnly.cause).toMatchObject({ code: "OPEND_SERVER", reason: "system-group" });
    expect(await codeOf(watchlist.add("C", "5.HK"))).toMatchObject({ code: "WATCHLIST_REFUSED" });
    const before = opend.requests.of(QotModifyUserSecurity).length;
    const unsupported = await codeOf(watchlist.add("C", ["700.HK", "BTCUSD.HAS", "STI.SG"]));
    expect(unsupported).toMatchObject({ code: "WATCHLIST_UNSUPPORTED", outcome: "not-sent" });
    expect(unsupported.message).toMatch(/BTCUSD\.HAS: .*; STI\.SG: /);
    for (const wrong of ["HK.00700", "700", [], null as unknown as string])
      expect(await codeOf(watchlist.add("C", wrong))).toMatchObject({ code: "WATCHLIST_INVALID_ARGUMENT" });
    expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(before);
    const aborted = await codeOf(watchlist.items("C", { signal: AbortSignal.abort("enough") }));
    expect(aborted).toMatchObject({ code: "WATCHLIST_ABORTED", cause: "enough" });
    await client.close();
    expect(await codeOf(watchlist.groups())).toMatchObject({ code: "WATCHLIST_FAILED", outcome: "not-sent" });
  });

  test("needs one request for a list, and one for a change", async () => {
    const { watchlist, opend } = await futuBroker();
    await watchlist.items("C");
    await watchlist.add("C", "700.HK");
    expect(opend.requests.of(QotGetUserSecurityGroup)).toHaveLength(0);
    expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(1);
    expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(1);
  });
});

describe("LongPort", () => {
  test("lists groups and securities", async () => {
    const { watchlist } = longPortBroker();
    const groups = await watchlist.groups();
    expect(groups.find(({ name }) => name === "holdings")).toEqual({
      id: "#-6",
      name: "holdings",
      source: "longport",
      isReadOnly: true,
      isShadowed: false,
    });
    expect(groups.at(-1)).toMatchObject({ id: "#9007199254740993", name: "big id" });
    const expected = [
      { symbol: "700.HK", name: "TENCENT", nativeId: "700.HK" },
      { symbol: "BRK.B.US", name: "Berkshire Hathaway-B", nativeId: "BRK.B.US" },
    ];
    expect(await watchlist.items("Favourites")).toEqual(expected);
    expect(await watchlist.items("#28021")).toEqual(expected);
  });

  test("creates, renames, adds, removes, reorders, deletes", async () => {
    const { watchlist, members } = longPortBroker();
    const group = await watchlist.create("科技");
    expect(group).toMatchObject({ id: "#10086", name: "科技", isReadOnly: false });
    await watchlist.add(group.id, ["00700.HK", "AAPL.US"]);
    await watchlist.add("科技", "longport:BTCUSD.HAS");
    expect(await members("科技")).toEqual(["700.HK", "AAPL.US", "BTCUSD.HAS"]);
    await watchlist.reorder("科技", ["AAPL.US", "BTCUSD.HAS", "700.HK"]);
    await watchlist.remove("科技", ["BTCUSD.HAS", "9988.HK"]);
    await watchlist.rename(group.id, "Tech");
    expect(await members("Tech")).toEqual(["AAPL.US", "700.HK"]);
    await watchlist.delete("Tech");
    expect(await members("Tech")).toBeUndefined();
  });

  test("a group's name that looks like another's id is found by its own id", async () => {
    const { watchlist, members } = longPortBroker();
    const group = await watchlist.create("#28021");
    await watchlist.add(group.id, "1.HK");
    expect(await members(group.id)).toEqual(["1.HK"]);
    expect((await watchlist.items("#28021")).map(({ symbol }) => symbol)).toEqual(["700.HK", "BRK.B.US"]);
  });

  test("does not reorder what has changed, or is a view", async () => {
    const { watchlist, fake } = longPortBroker();
    for (const symbols of [["700.HK"], ["700.HK", "AAPL.US"], ["700.HK", "BRK.B.US", "AAPL.US"]])
      await expect(watchlist.reorder("Favourites", symbols)).rejects.toMatchObject({ code: "WATCHLIST_CHANGED" });
    for (const view of ["holdings", "#-6"]) {
      await expect(watchlist.reorder(view, ["700.HK", "TSLA.US"])).rejects.toMatchObject({
        code: "WATCHLIST_READ_ONLY",
      });
      await expect(watchlist.add(view, "1.HK")).rejects.toMatchObject({ code: "WATCHLIST_READ_ONLY" });
    }
    expect(fake.requests.of("update")).toHaveLength(0);
  });

  test("what goes wrong has this package's code", async () => {
    const { watchlist, clock, fake } = longPortBroker({ maxSecurities: 12 });
    await expect(watchlist.items("nope")).rejects.toMatchObject({ code: "WATCHLIST_NO_GROUP" });
    await expect(watchlist.remove("Favourites", "1.HK", { everywhere: true })).rejects.toThrow(
      "[WATCHLIST_CANNOT] LongPort has no call that removes from every group: remove from each of them",
    );
    await expect(watchlist.add("Favourites", "7203.JP")).rejects.toMatchObject({ code: "WATCHLIST_INVALID_ARGUMENT" });
    await expect(watchlist.add("Favourites", "futu:JP.7203")).rejects.toMatchObject({ code: "WATCHLIST_UNSUPPORTED" });
    await expect(watchlist.add("us", "700.HK")).rejects.toMatchObject({ code: "WATCHLIST_REFUSED" });
    const many = Array.from({ length: 12 }, (_, index) => `${index + 1}.HK`);
    await expect(watchlist.add("Favourites", many)).rejects.toMatchObject({
      code: "WATCHLIST_FULL",
      outcome: "rejected",
      cause: { serverCode: 701_006 },
    });
    fake.faults.add({ kind: "network-error", operation: "update", applied: true });
    await expect(passing(clock, watchlist.add("#28021", "AAPL.US"))).rejects.toMatchObject({
      code: "WATCHLIST_FAILED",
      outcome: "unknown",
      cause: { code: "LONGPORT_NETWORK" },
    });
  });
});

describe("combined", () => {
  test("is one watchlist whose groups have the source in front", async () => {
    const futu = await futuBroker();
    const longport = longPortBroker();
    const all = combine({ futu: futu.watchlist, longport: longport.watchlist });
    const groups = await all.groups();
    expect(groups.filter(({ source }) => source === "futu")).toHaveLength(13);
    expect(groups.at(-1)).toMatchObject({ id: "longport:#9007199254740993", source: "longport", name: "big id" });
    const created = await all.create("longport:HK: tech");
    expect(created).toMatchObject({ id: "longport:#10086", name: "HK: tech" });
    await all.add("longport:HK: tech", "0700.HK");
    expect(await all.items(created.id)).toMatchObject([{ symbol: "700.HK" }]);
    await all.add(created.id, "1.HK");
    await all.reorder(created.id, ["1.HK", "700.HK"]);
    await all.remove(created.id, "700.HK");
    await all.rename(created.id, "one");
    expect(await longport.members("one")).toEqual(["1.HK"]);
    expect(await all.find("longport:one")).toMatchObject({ id: created.id, source: "longport" });
    await all.delete("longport:one");
    expect(await longport.members("one")).toBeUndefined();
    await all.add("futu:C", "700.HK");
    expect(await futu.members("C")).toContain("HK.00700");
    expect(all.native("futu:C", "700.HK")).toEqual({ symbol: "HK.00700" });
    await expect(all.create("futu:New")).rejects.toMatchObject({ code: "WATCHLIST_CANNOT" });
  });

  test("can what all of its sources can; of one group, what that can", async () => {
    const { watchlist } = longPortBroker();
    const futu = (await futuBroker()).watchlist;
    const all = combine({ futu, longport: watchlist });
    expect(all.capabilities()).toEqual({
      create: false,
      rename: false,
      delete: false,
      reorder: false,
      removeEverywhere: false,
      minPollMs: 4000,
    });
    expect(all.capabilities("longport:x")).toEqual(watchlist.capabilities());
    expect(all.capabilities("futu:x")).toEqual(futu.capabilities());
  });

  test("refuses what names no source", async () => {
    const { watchlist } = longPortBroker();
    const all = combine({ mine: watchlist });
    for (const group of ["Favourites", "futu:C", ":x", ""])
      await expect(all.items(group)).rejects.toThrow(`[WATCHLIST_NO_GROUP] ${JSON.stringify(group)} names no source`);
    expect(() => combine({ "a:b": watchlist })).toThrow("[WATCHLIST_INVALID_ARGUMENT]");
    expect(() => combine({})).toThrow("[WATCHLIST_INVALID_ARGUMENT]");
  });
});
