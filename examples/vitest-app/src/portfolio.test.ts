import {
  ModifyUserSecurityOp,
  QotGetUserSecurity,
  QotModifyUserSecurity,
  QotUpdateBasicQot,
} from "@tickwire/node-client";
import { test } from "@tickwire/testkit/vitest";
import { describe, expect, vi } from "vitest";
import { main } from "./main.ts";
import { add, positions, prices } from "./portfolio.ts";

// After each test the fixtures close everything and call `opend.assertClean()`: a request that nothing answers, a handler that
// failed or was not asked, a fault that met nothing, or a timer that is left fails the test.
describe("portfolio screen", () => {
  test("reads the group", async ({ opend, client }) => {
    opend.on(QotGetUserSecurity, ({ c2s }) => ({
      staticInfoList:
        c2s.groupName === "US" ? [] : [{ basic: { security: { market: 1, code: "00700" }, name: "TENCENT" } }],
    }));

    expect(await positions(client, "HK")).toEqual([{ symbol: "00700", name: "TENCENT" }]);
    expect(await positions(client, "US")).toEqual([]);
    expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(2);
  });

  test("a write that is cut off is reported as unknown, never repeated", async ({ opend, client, clock }) => {
    opend.faults.add({ kind: "drop", protocol: "Qot_ModifyUserSecurity", at: "frame" });
    await expect(client.modifyUserSecurity("A", ModifyUserSecurityOp.Add, ["US.FUTU"])).rejects.toMatchObject({
      code: "OPEND_CONNECTION_LOST",
      outcome: "unknown",
    });
    await clock.advance(60_000);
    expect(client.status().state).toBe("ready");

    opend.faults.add({ kind: "drop", protocol: "Qot_ModifyUserSecurity", broken: true });
    expect(await add(client, "A", "US.FUTU")).toBe("check");
    expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(2);
  });

  describe("with time enough", () => {
    // By default a call that cannot have its turn within 10 seconds is refused at once.
    test.override({ clientOptions: { timeoutMs: 60_000 } });

    test("the eleventh call in 30 s waits, with no real waiting", async ({ opend, client, clock }) => {
      const calls = Array.from({ length: 11 }, () => positions(client, "A"));
      await Promise.all(calls.slice(0, 10));
      await clock.advance(29_000);
      expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(10);
      await clock.advance(2_000);
      expect(await calls[10]).toEqual(await calls[0]);
    });
  });

  test("pushes resume after the gateway restarts", async ({ opend, client, clock }) => {
    const shown = prices(client, "HK.00700");
    expect((await shown.next()).value).toBe(599);

    opend.disconnect();
    opend.faults.add({ kind: "refuse", times: 2 });
    await clock.advance(60_000);
    opend.push(QotUpdateBasicQot, { basicQotList: [{ security: { market: 1, code: "00700" }, curPrice: 401 }] });

    let price: number | undefined;
    do price = (await shown.next()).value;
    while (price !== 401);
    await client.close();
    opend.assertClean();
  });

  test("the app itself, which knows only an address", async ({ server }) => {
    vi.stubEnv("OPEND_URL", server.tcp.url);
    const lines: string[] = [];
    await main("C", (line) => lines.push(line));
    expect(lines.length).toBeGreaterThan(0);
    vi.unstubAllEnvs();
  });
});
