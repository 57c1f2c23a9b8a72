import { QotRequestHistoryKL } from "@tickwire/codec/quote";
import { KLType, parseSymbol, QotSub, QotUpdateBasicQot, RehabType, SubType } from "@tickwire/session";
import { expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import { parseFixture } from "./fixtures.ts";
import { RawClient } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

const security = parseSymbol("HK.00001");
const subTypeList = Object.values(SubType).filter((type) => type !== SubType.None);

test("nothing of the securities is there when the fixture has none", () => {
  const fixture = parseFixture({ version: 1, securities: [], groups: [] });
  const client = new RawClient(new FakeOpenD({ fixture }), "tcp").login();
  const asked = { securityList: [security], subTypeList, isSubOrUnSub: true };
  expect(client.ask(QotSub, asked).retMsg).toBe("Unknown security: HK.00001");
  expect(client.ask(QotSub, { ...asked, securityList: [] }).retType).toBe(0);
});

const most = { volume: `${10n ** 15n}`, turnover: 1e15, turnoverRate: 1e15 };
const quotes = [0, 1e-9, 1e15].flatMap((curPrice) =>
  [{}, most, { priceSpread: 1e-9 }, { priceSpread: 1e9 }].map((more) => ({ curPrice, ...more })),
);
const kinds = ["Eqty", "Index", "Future"].flatMap((secType) =>
  [0, 1, 2 ** 31 - 1].map((lotSize) => [secType, lotSize]),
);

test.each(quotes)("every kind of security has finite prices from %j on", async (quote) => {
  for (const [secType, lotSize] of kinds) {
    const known = { symbol: "HK.00001", id: "1", lotSize, secType, name: "x", listTime: "", quote };
    const clock = new VirtualClock();
    const opend = new FakeOpenD({ clock, fixture: parseFixture({ version: 1, securities: [known], groups: [] }) });
    const client = new RawClient(opend, "tcp").login();
    client.ask(QotSub, { securityList: [security], subTypeList, isSubOrUnSub: true, isRegOrUnRegPush: true });
    await clock.advance(5000);
    const prices = client.pushes(QotUpdateBasicQot).map(({ basicQotList }) => basicQotList[0]!.curPrice);
    expect(prices).toHaveLength(6);
    const asked = { security, rehabType: RehabType.None, beginTime: "2025-01-01", endTime: "2026-02-01" };
    const { klList } = client.ask(QotRequestHistoryKL, { ...asked, klType: KLType.Month }).s2c!;
    expect(klList).toHaveLength(13);
    const told = klList.flatMap(({ closePrice, turnover, changeRate }) => [closePrice, turnover, changeRate]);
    expect([...prices, ...told].filter((value) => !Number.isFinite(value))).toEqual([]);
    opend.close();
  }
});
