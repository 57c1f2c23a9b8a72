import { PushQuoteData } from "@tickwire/codec/longport";
import { connectQuotes, LongPort, type LongPortOptions, type QuoteClient } from "@tickwire/longport";
import type { Desk } from "./desk.ts";
import { type Case, rejects, type Suite, same } from "./suite.ts";

const bearer = "fake-bearer-token";
const signed = { appKey: "fake-app-key", appSecret: "fake-app-secret", accessToken: "fake-access-token" };

interface World {
  readonly desk: Desk;
  readonly id: number;
  readonly lp: (options: LongPortOptions) => LongPort;
}

/** A case with a fake LongPort on sockets. What is tried again is tried without delay. */
function inWorld(name: string, act: (world: World) => Promise<void>): Case {
  return {
    name,
    async run(desk) {
      const { id, url } = await desk.startLongPort();
      await act({ desk, id, lp: (options) => new LongPort({ baseUrl: url, random: () => 0, ...options }) });
      await desk.stop(id);
    },
  };
}

function withQuotes(name: string, act: (quotes: QuoteClient, world: World) => Promise<void>): Case {
  return inWorld(name, async (world) => {
    const quotes = await connectQuotes(world.lp(signed));
    try {
      await act(quotes, world);
    } finally {
      await quotes.close();
    }
  });
}

export const longportSuite: Suite = {
  subject: "longport",
  way: "",
  cases: [
    inWorld("lists, creates, updates and deletes, in Chinese and with 64-bit ids", async ({ lp }) => {
      const { watchlist } = lp({ bearer });
      const group = async (id: bigint) => (await watchlist.list()).find((each) => each.id === id);
      const id = await watchlist.create("信息產業組", ["700.HK"]);
      await watchlist.update(id, { securities: ["AAPL.US"], mode: "add" });
      const { name, securities } = (await group(id)) ?? {};
      same([name, securities?.map(({ symbol }) => symbol)], ["信息產業組", ["700.HK", "AAPL.US"]]);
      await watchlist.update(9_007_199_254_740_993n, { name: "exact" });
      same((await group(9_007_199_254_740_993n))?.name, "exact");
      await watchlist.delete(id);
      same(await group(id), undefined);
    }),
    inWorld("signs by Web Crypto", async ({ lp }) => {
      if ((await lp(signed).watchlist.list()).length === 0) throw new Error("no groups");
      await rejects(() => lp({ ...signed, appSecret: "wrong" }).watchlist.list(), { code: "LONGPORT_AUTH" });
    }),
    inWorld("asks for a new token when the old one is refused", async ({ lp }) => {
      const asked: boolean[] = [];
      const { watchlist } = lp({
        bearer(isRefused) {
          asked.push(isRefused);
          return isRefused ? bearer : "an-old-token";
        },
      });
      await watchlist.list();
      same(asked, [false, true]);
    }),
    inWorld("a creation whose answer was cut off may have been done, and is not repeated", async ({ lp, desk, id }) => {
      await desk.planFault(id, { operation: "create", kind: "cut-body" });
      const { watchlist } = lp({ bearer });
      await rejects(() => watchlist.create("once", ["700.HK"]), { outcome: "unknown" });
      same((await watchlist.list()).filter(({ name }) => name === "once").length, 1);
    }),
    inWorld("a read whose connection broke is tried again", async ({ lp, desk, id }) => {
      await desk.planFault(id, { operation: "list", kind: "network-error" });
      if ((await lp({ bearer }).watchlist.list()).length === 0) throw new Error("no groups");
    }),
    inWorld("a call that is given up rejects with the signal's reason", async ({ lp, desk, id }) => {
      await desk.planFault(id, { operation: "list", kind: "slow" });
      const controller = new AbortController();
      const listing = lp({ bearer }).watchlist.list({ signal: controller.signal });
      controller.abort("enough");
      same((await rejects(() => listing, { code: "LONGPORT_ABORTED" })).cause, "enough");
    }),
    inWorld("a server that is not there is told as such", async ({ lp }) => {
      const { watchlist } = lp({ bearer, retries: 0, baseUrl: "http://127.0.0.1:1" });
      await rejects(() => watchlist.list(), { code: "LONGPORT_NETWORK" });
    }),
    withQuotes("subscribes, and reads the present state at once", async (quotes) => {
      const stream = await quotes.subscribe(["700.HK", "AAPL.US"]);
      const first = [(await stream.next()).value, (await stream.next()).value];
      same(
        first.map((quote) => [quote?.symbol, quote?.lastDone]),
        [
          ["700.HK", "364.400"],
          ["AAPL.US", "149.240"],
        ],
      );
      same((await quotes.snapshot(["AAPL.US"]))[0]?.prevClose, "149.240");
      same((await quotes.staticInfo(["700.HK"]))[0]?.nameEn, "TENCENT");
    }),
    withQuotes("reads what comes compressed", async (quotes, { desk, id }) => {
      await desk.planSocketFault(id, { kind: "gzip", command: PushQuoteData.code });
      const stream = await quotes.subscribe(["700.HK"]);
      same((await stream.next()).value?.lastDone, "364.400");
    }),
    withQuotes(
      "comes back after a lost connection, subscribes again and tells the gap",
      async (quotes, { desk, id }) => {
        const stream = await quotes.subscribe(["700.HK"]);
        await stream.next();
        const gap = new Promise<void>((resolve) => stream.on("gap", () => resolve()));
        await desk.disconnectQuotes(id);
        await gap;
        same((await stream.next()).value?.symbol, "700.HK");
        same(quotes.status().state, "ready");
      },
    ),
    inWorld("a login that is refused rejects", async ({ lp }) => {
      await rejects(() => connectQuotes(lp({ bearer: "wrong" })), { code: "LONGPORT_AUTH" });
    }),
    withQuotes("closing ends a stream", async (quotes) => {
      const stream = await quotes.subscribe(["700.HK"]);
      await quotes.close();
      let left = 0;
      for await (const _ of stream) left += 1;
      if (left > 1) throw new Error(`${left} quotes came after the end`);
    }),
  ],
};
