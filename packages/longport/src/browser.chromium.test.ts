// In a real browser, over real HTTP from another origin, with an OAuth token: an app secret never belongs here.
import { afterEach, beforeEach, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { LongPort, LongPortError } from "./index.ts";

let baseUrl: string;
beforeEach(async () => {
  baseUrl = await commands.startFakeLongPort();
});
afterEach(() => commands.stopFakeLongPort(baseUrl));

test("lists, creates, updates and deletes with a bearer token", async () => {
  const { watchlist } = new LongPort({ baseUrl, bearer: "fake-bearer-token" });
  const group = async (id: bigint) => (await watchlist.list()).find((each) => each.id === id);
  const symbols = async (id: bigint) => (await group(id))?.securities.map((security) => security.symbol);

  const id = await watchlist.create("信息產業組", ["700.HK"]);
  expect((await group(id))?.name).toBe("信息產業組");
  await watchlist.update(id, { securities: ["AAPL.US"], mode: "add" });
  expect(await symbols(id)).toEqual(["700.HK", "AAPL.US"]);
  await watchlist.update(9_007_199_254_740_993n, { name: "exact" });
  expect((await group(9_007_199_254_740_993n))?.name).toBe("exact");
  await watchlist.delete(id);
  expect(await group(id)).toBeUndefined();
});

test("asks for a new token when the old one is refused", async () => {
  const asked: boolean[] = [];
  const { watchlist } = new LongPort({
    baseUrl,
    bearer: (refused) => {
      asked.push(refused);
      return refused ? "fake-bearer-token" : "an-old-token";
    },
  });
  expect(await watchlist.list()).not.toHaveLength(0);
  expect(asked).toEqual([false, true]);
});

test("signs with the browser's own crypto", async () => {
  const { watchlist } = new LongPort({
    baseUrl,
    appKey: "fake-app-key",
    appSecret: "fake-app-secret",
    accessToken: "fake-access-token",
  });
  expect(await watchlist.list()).not.toHaveLength(0);
});

test("a server that is not there is told as such", async () => {
  await commands.stopFakeLongPort(baseUrl);
  const { watchlist } = new LongPort({ baseUrl, bearer: "fake-bearer-token", retries: 0 });
  const error = await watchlist.list().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LongPortError);
  expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "unknown" });
});
