import { formatSymbol, GroupType, ModifyUserSecurityOp, parseSymbol } from "@tickwire/session";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Fixture } from "./fixture.ts";
import { defaultFixture } from "./fixtures.ts";
import { WatchlistState } from "./watchlist-state.ts";

const { Add, Del, MoveOut } = ModifyUserSecurityOp;
const ok = { retType: 0, s2c: undefined };
let state: WatchlistState;
beforeEach(() => {
  state = new WatchlistState(defaultFixture, "en");
});

const members = (groupName: string, of = state) =>
  of.securities({ groupName }).s2c?.staticInfoList?.map(({ basic }) => formatSymbol(basic.security));
const modify = (groupName: string, op: ModifyUserSecurityOp, symbols: string[], of = state) =>
  of.modify({ groupName, op, securityList: symbols.map((symbol) => parseSymbol(symbol)) });
const names = (groupType: GroupType, of = state) => of.groups({ groupType }).s2c?.groupList?.map((g) => g.groupName);

describe("groups (3222)", () => {
  test("are listed in order, by type", () => {
    const system = ["All", "Starred", "CN", "HK", "US", "Options", "Futures", "Bonds"];
    const custom = ["A", "some_group", "testgroup", "testgroup", "C"];
    expect(names(GroupType.All)).toEqual([...system, ...custom]);
    expect(names(GroupType.System)).toEqual(system);
    expect(names(GroupType.Custom)).toEqual(custom);
    expect(state.groups({ groupType: GroupType.Custom }).s2c?.groupList?.[0]?.groupType).toBe(GroupType.Custom);
  });

  test.each([GroupType.Unknown, 4, -1])("of the type %i are refused", (groupType) => {
    expect(state.groups({ groupType })).toEqual({ retType: -1, retMsg: `Unknown group type: ${groupType}` });
  });

  test("have Chinese names when OpenD is set to Chinese; only the system's change", () => {
    const chinese = new WatchlistState(defaultFixture, "zh");
    const system = ["全部", "特别关注", "沪深", "港股", "美股", "期权", "期货", "债券"];
    expect(names(GroupType.All, chinese)).toEqual([...system, "A", "some_group", "testgroup", "testgroup", "C"]);
  });
});

describe("securities (3213)", () => {
  test("are those of the first group of that name, in order", () => {
    expect(members("HK")).toEqual(["HK.800000", "HK.09988", "HK.00700"]);
    expect(members("testgroup")).toEqual(["US.FUTU"]);
    expect(members("Bonds")).toEqual([]);
  });

  test.each(["nope", "", "all", "All ", "港股"])("of the unknown group %j are refused", (groupName) => {
    expect(state.securities({ groupName })).toEqual({ retType: -1, retMsg: "Unknown watchlists" });
  });

  test("of an unknown group are refused in Chinese; a system group's English name is unknown then", () => {
    const chinese = new WatchlistState(defaultFixture, "zh");
    expect(chinese.securities({ groupName: "HK" })).toEqual({ retType: -1, retMsg: "未知自选股分组" });
    expect(members("港股", chinese)).toHaveLength(3);
  });

  test("carry what only warrants, options and futures have", () => {
    const bySymbol = new Map(
      state.securities({ groupName: "All" }).s2c?.staticInfoList?.map((i) => [formatSymbol(i.basic.security), i]),
    );
    expect(bySymbol.get("HK.14321")?.warrantExData).toEqual({ type: 1, owner: { market: 1, code: "00700" } });
    expect(bySymbol.get("US.FUTU260116C175000")?.optionExData).toMatchObject({
      owner: { market: 11, code: "FUTU" },
      strikeTime: "2026-01-16",
      strikePrice: 175,
    });
    expect(bySymbol.get("HK.HSImain")?.futureExData).toEqual({ lastTradeTime: "", isMainContract: true });
    expect(bySymbol.get("HK.00700")).not.toHaveProperty("warrantExData.type");
  });
});

describe("modify (3214)", () => {
  test("Add puts securities at the end, once, and into All", () => {
    modify("C", Del, ["HK.09626", "US.FUTU"]);
    expect(members("All")).not.toContain("HK.09626");
    expect(modify("C", Add, ["HK.09626", "SH.600519", "US.FUTU", "HK.09626"])).toEqual(ok);
    expect(members("C")).toEqual(["SH.600519", "SZ.000001", "HK.09626", "US.FUTU"]);
    expect(members("All")?.slice(-2)).toEqual(["HK.09626", "US.FUTU"]);
  });

  test("Del removes securities from every group", () => {
    expect(modify("C", Del, ["HK.00700", "SH.600519"])).toEqual(ok);
    for (const group of ["All", "Starred", "HK", "A", "some_group"]) expect(members(group)).not.toContain("HK.00700");
    expect(members("C")).toEqual(["SZ.000001"]);
  });

  test("MoveOut removes securities from that group only", () => {
    expect(modify("A", MoveOut, ["HK.00700", "US.FUTU"])).toEqual(ok);
    expect(members("A")).toEqual(["HK.HSImain"]);
    for (const group of ["All", "Starred", "HK", "some_group"]) expect(members(group)).toContain("HK.00700");
  });

  test("changes the first of two custom groups of one name", () => {
    modify("testgroup", Add, ["HK.00700"]);
    expect(members("testgroup")).toEqual(["US.FUTU", "HK.00700"]);
  });

  test("takes the custom group when a system group has the same name", () => {
    const fixture: Fixture = {
      ...defaultFixture,
      groups: [...defaultFixture.groups, { name: "HK", type: "custom", members: [] }],
    };
    const own = new WatchlistState(fixture, "en");
    expect(modify("HK", Add, ["US.FUTU"], own)).toEqual(ok);
    expect(members("HK", own)).toEqual(["HK.800000", "HK.09988", "HK.00700"]);
  });

  test("refuses a system group, an unknown group, an unknown security and an unknown operation", () => {
    expect(modify("HK", Add, ["US.FUTU"]).retMsg).toBe("The System grouping is not supported");
    expect(modify("nope", Add, ["US.FUTU"]).retMsg).toBe("Unknown watchlists");
    expect(modify("C", Add, ["HK.09626", "US.NOPE"]).retMsg).toBe("Unknown security: US.NOPE");
    expect(modify("C", ModifyUserSecurityOp.Unknown, ["US.FUTU"]).retMsg).toBe("Unknown operation: 0");
    expect(members("C")).toEqual(["SH.600519", "SZ.000001"]);
  });

  test("refuses in Chinese", () => {
    const chinese = new WatchlistState(defaultFixture, "zh");
    expect(modify("港股", Add, ["US.FUTU"], chinese)).toEqual({ retType: -1, retMsg: "不支持系统分组" });
  });

  test("refuses what would overfill All, and changes nothing then", () => {
    const gateway = { ...defaultFixture.gateway, watchlistCap: 9 };
    const full = new WatchlistState({ ...defaultFixture, gateway }, "en");
    modify("C", Del, ["HK.09626", "HK.14321"], full);
    expect(modify("C", Add, ["HK.09626", "HK.14321"], full)).toEqual({
      retType: -1,
      retMsg: "The watchlist is full: it holds at most 9 securities",
    });
    expect(members("C", full)).toEqual(["SH.600519", "SZ.000001"]);
    expect(modify("C", Add, ["HK.09626"], full)).toEqual(ok);
    expect(modify("C", Add, ["HK.09626", "HK.00700"], full)).toEqual(ok);
    expect(members("All", full)).toHaveLength(9);
  });

  test("needs no group All", () => {
    const groups = defaultFixture.groups.slice(1);
    const without = new WatchlistState({ ...defaultFixture, groups }, "en");
    expect(modify("C", Add, ["US.FUTU"], without)).toEqual(ok);
    expect(members("C", without)).toContain("US.FUTU");
  });

  test("leaves the fixture as it was", () => {
    modify("C", Del, ["HK.00700"]);
    expect(members("A", new WatchlistState(defaultFixture, "en"))).toContain("HK.00700");
  });
});

test("whatever is asked: no group has a security twice, All has what any group has, and a refusal changes nothing", () => {
  const groupNames = defaultFixture.groups.map(({ name }) => (typeof name === "string" ? name : name.en));
  const symbols = defaultFixture.securities.map(({ symbol }) => symbol);
  const request = fc.record({
    groupName: fc.constantFrom(...groupNames, "nope"),
    op: fc.constantFrom(Add, Del, MoveOut, ModifyUserSecurityOp.Unknown),
    securities: fc.array(fc.constantFrom(...symbols, "US.NOPE"), { maxLength: 6 }),
  });
  const gateway = { ...defaultFixture.gateway, watchlistCap: symbols.length - 1 };
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
      const own = new WatchlistState({ ...defaultFixture, gateway }, "en");
      const everything = () => groupNames.map((name) => members(name, own) ?? []);
      for (const { groupName, op, securities } of requests) {
        const before = everything();
        const { retType } = modify(groupName, op, securities, own);
        const after = everything();
        if (retType !== 0) expect(after).toEqual(before);
        for (const group of after) {
          expect(new Set(group).size).toBe(group.length);
          expect(after[0]).toEqual(expect.arrayContaining(group));
        }
      }
    }),
  );
});
