import { expect, test } from "vitest";
import { LongPort } from "./client.ts";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { json, ok, refuse, ScriptedFetch } from "./testing/scripted-fetch.ts";

/** A client that signs, on a clock that the test sets. */
function signing(startUnixMs: number) {
  const server = new ScriptedFetch(ok());
  const clock = { unix: startUnixMs, now: () => 0, unixMs: () => clock.unix, startTimer: () => ({ cancel() {} }) };
  const lp = new LongPort({ ...credentials, fetch: server.fetch, clock, pacing: false });
  const timestamps = () => server.sent.map(({ headers }) => Number(headers.get("x-timestamp")));
  return { lp, clock, timestamps };
}

test("timestamps grow, also when the clock stands still or is set back by a little", async () => {
  const { lp, clock, timestamps } = signing(1_700_000_000_000);
  for (const step of [0, 0, -5, -1000, 2000]) {
    clock.unix += step;
    await lp.watchlist.list();
  }
  expect(timestamps()).toEqual([0, 1, 2, 3, 995].map((ms) => 1_700_000_000_000 + ms));
});

test("a clock that was an hour ahead and is set right is followed", async () => {
  const { lp, clock, timestamps } = signing(1_700_003_600_000);
  await lp.watchlist.list();
  clock.unix = 1_700_000_000_000;
  await lp.watchlist.list();
  expect(timestamps()).toEqual([1_700_003_600_000, 1_700_000_000_000]);
});

test("calls that are refused together share one renewal of the token", async () => {
  const asked: boolean[] = [];
  const { lp, server } = withBearer(Array.from({ length: 5 }, () => refuse(401003, "expired", 401)).concat(ok()), {
    bearer: async (refused: boolean) => {
      asked.push(refused);
      return refused ? "o_new" : "o_old";
    },
  } as object);
  await Promise.all(Array.from({ length: 5 }, () => lp.watchlist.list()));
  expect(asked.filter((refused) => refused)).toEqual([true]);
  expect(server.sent.slice(5).map(({ headers }) => headers.get("authorization"))).toEqual(
    Array.from({ length: 5 }, () => "Bearer o_new"),
  );
});

test("a duplicate request may have been carried out by its first copy", async () => {
  const harness = withApiKey([refuse(403202, "duplicate request", 403)]);
  const error = await failureOf(harness, harness.lp.watchlist.create("A"));
  expect(error).toMatchObject({ code: "LONGPORT_AUTH", outcome: "unknown", retryable: false });
});

test.each([['"maintenance"'], ["[]"], ['{"groups":"x"}'], ['{"groups":[{"id":"1","securities":{}}]}']])(
  "a list in the form %s is no empty watchlist",
  async (data) => {
    const harness = withApiKey([ok(data)]);
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error).toMatchObject({ code: "LONGPORT_BAD_REPLY", outcome: "unknown" });
  },
);

test.each([["null"], ["{}"], ['{"groups":null}']])("a list in the form %s is an empty one", async (data) => {
  const harness = withApiKey([json(`{"code":0,"data":${data}}`)]);
  expect(await harness.lp.watchlist.list()).toEqual([]);
});
