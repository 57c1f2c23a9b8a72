// Against testkit's fake server: it checks signatures, keeps groups, and reads bodies and queries by code of its own.
import { FakeLongPort } from "@tickwire/testkit";
import { describe, expect, test } from "vitest";
import { LongPort } from "./client.ts";
import { LongPortError } from "./errors.ts";
import type { LongPortOptions } from "./options.ts";

const modes: Record<string, LongPortOptions> = {
  "API key": { appKey: "fake-app-key", appSecret: "fake-app-secret", accessToken: "fake-access-token" },
  OAuth: { bearer: "fake-bearer-token" },
};

describe.each(Object.entries(modes))("with %s", (_, credentials) => {
  test.each(["observed", "documented"] as const)("a group lives and dies, with %s answers", async (answers) => {
    const server = new FakeLongPort({ answers });
    const { watchlist } = new LongPort({ ...credentials, fetch: server.fetch, pacing: false });
    const before = await watchlist.list();
    const id = await watchlist.create("信息產業組", ["BABA.US", "AAPL.US"]);
    const state = async () => {
      const group = (await watchlist.list()).find((each) => each.id === id);
      return group && `${group.name}: ${group.securities.map(({ symbol }) => symbol).join(" ")}`;
    };
    expect(await state()).toBe("信息產業組: BABA.US AAPL.US");
    await watchlist.update(id, { securities: ["700.HK"], mode: "add" });
    expect(await state()).toBe("信息產業組: BABA.US AAPL.US 700.HK");
    await watchlist.update(id, { securities: ["BABA.US"], mode: "remove" });
    await watchlist.update(id, { name: "Watchlist2" });
    expect(await state()).toBe("Watchlist2: AAPL.US 700.HK");
    await watchlist.update(id, { securities: ["9988.HK", "AAPL.US"], mode: "replace" });
    await watchlist.pin(["AAPL.US"]);
    const pinned = (await watchlist.list()).find((each) => each.id === id)?.securities.filter((each) => each.isPinned);
    expect(pinned?.map(({ symbol }) => symbol)).toEqual(["AAPL.US"]);
    await watchlist.unpin(["AAPL.US"]);
    await watchlist.delete(id, { purge: true });
    expect(await state()).toBeUndefined();
    expect((await watchlist.list()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  test.each(["network-error", "slow", "cut-body", "error-envelope"] as const)(
    "a write that was done although %s hid it is told as unknown, and done once",
    async (kind) => {
      const server = new FakeLongPort();
      const { watchlist } = new LongPort({ ...credentials, fetch: server.fetch });
      const count = (await watchlist.list()).length;
      server.faults.add({ kind, applied: true });
      // The fake's time is real here, so the call is given up instead of waited for.
      const controller = new AbortController();
      const creating = watchlist.create("once", [], { signal: controller.signal });
      if (kind === "slow") {
        while (server.requests.all.length < 2) await new Promise((resolve) => setImmediate(resolve));
        controller.abort();
      }
      await expect(creating).rejects.toMatchObject({ outcome: "unknown", retryable: false });
      expect(await watchlist.list()).toHaveLength(count + 1);
    },
  );
});

describe("what the server refuses", () => {
  async function failure(options: Partial<LongPortOptions>, server = new FakeLongPort()): Promise<LongPortError> {
    const lp = new LongPort({ ...modes["API key"], fetch: server.fetch, ...options } as LongPortOptions);
    const error = await lp.watchlist.list().catch((reason: unknown) => reason);
    if (error instanceof LongPortError) return error;
    throw new Error("it succeeded");
  }

  test.each<[object, number]>([
    [{ appSecret: "another" }, 403201],
    [{ appKey: "another" }, 403203],
    [{ accessToken: "another" }, 401004],
    [{ appKey: undefined, bearer: "another" }, 401004],
  ])("%j", async (options, serverCode) => {
    const error = await failure(options);
    expect(error).toMatchObject({ code: "LONGPORT_AUTH", outcome: "rejected", serverCode });
    expect(error.traceId).toMatch(/^fake-trace-/);
  });

  test("a clock that is wrong by an hour is found out", async () => {
    const server = new FakeLongPort();
    server.faults.add({ kind: "skewed-clock" });
    const error = await failure({}, server);
    expect(error.message).toMatch(/this computer's clock is 3(599|600) s behind the server's/);
    expect(error.clockSkewMs).toBeGreaterThan(3_590_000);
  });
});

test("a refreshed token is used, and the old one is dead", async () => {
  const server = new FakeLongPort();
  const make = () => new LongPort({ ...modes["API key"], fetch: server.fetch } as LongPortOptions);
  const [lp, other] = [make(), make()];
  const { token, expiredAt } = await lp.refreshToken({ expiredAt: new Date("2099-01-01") });
  expect(expiredAt).toEqual(new Date("2099-01-01"));
  expect(token).not.toBe("fake-access-token");
  expect(await lp.watchlist.list()).not.toEqual([]);
  await expect(other.watchlist.list()).rejects.toMatchObject({ code: "LONGPORT_AUTH", serverCode: 401003 });
});
