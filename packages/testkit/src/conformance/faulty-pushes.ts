import { formatSymbol, QotSub, QotUpdateBasicQot } from "@tickwire/session";
import { connIdOf, eventually, pass, rejects, same, tencent } from "./checks.ts";
import type { ConformanceCase } from "./harness.ts";

/** What must hold of pushes that come in a burst, or too late. */
export const faultyPushes: readonly ConformanceCase[] = [
  {
    fault: "burst",
    name: "burst: of many pushes at once none is lost, or the reader is told",
    async run({ connect, peer }) {
      await using client = await connect();
      const options = { buffer: 100, overflow: "error" } as const;
      await using small = await client.subscribe(QotUpdateBasicQot, tencent, options);
      let count = 0;
      const onMessage = () => {
        count += 1;
      };
      await using _subscription = await client.subscribe(QotUpdateBasicQot, tencent, { onMessage });
      // The present quote, once for each that subscribed: it may come later than the reply.
      for (let first = 0; first < 2; first++) await small.next();
      await peer.faults({ kind: "burst", count: 500 });
      const before = count;
      await peer.advance(1000);
      await eventually(async () => (await peer.connections()) === 1 && count - before >= 500, "500 quotes come");
      same(count - before, 500, "quotes");
      const reading = async () => {
        for (let i = 0; i < 500; i++) await small.next();
      };
      await rejects(reading(), { code: "OPEND_SLOW_CONSUMER" });
    },
  },
  {
    fault: "late-push",
    name: "late-push: quotes that nobody wants any more disturb nobody",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const before = connIdOf(client);
      const warnings: unknown[] = [];
      client.on("warning", (warning) => warnings.push(warning));
      const other = { ...tencent, securities: ["US.FUTU"] };
      await using stream = await client.subscribe(QotUpdateBasicQot, other);
      await peer.faults({ kind: "late-push" });
      await (await client.subscribe(QotUpdateBasicQot, tencent)).close();
      await pass(harness, 61_000);
      await eventually(async () => (await peer.planned()).length === 0, "it is unsubscribed");
      await peer.advance(1000);
      same(await peer.requests(QotSub.id), 3, "Qot_Sub");
      for (let i = 0; i < 2; i++) {
        const { value } = await stream.next();
        same(
          value?.basicQotList.map(({ security }) => formatSymbol(security)),
          ["US.FUTU"],
          "the quote's security",
        );
      }
      same([connIdOf(client), warnings.length], [before, 0], "connection and warnings");
    },
  },
];
