import {
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotUpdateBasicQot,
} from "@tickwire/session";
import { comeBack, connIdOf, eventually, fail, rejects, same, tencent } from "./checks.ts";
import { add, codesOf, losesWrite, met } from "./fault-checks.ts";
import type { ConformanceCase, Harness } from "./harness.ts";

/** A damaged reply whose frame can be read costs its own request and nothing else. */
async function losesReply({ connect, peer }: Harness, part: "sha1" | "body"): Promise<void> {
  await using client = await connect();
  const before = connIdOf(client);
  await peer.faults({ kind: "corrupt", part, protocol: QotModifyUserSecurity.id });
  const asked = add(client);
  // Looked at below, when it is known what it has to be.
  asked.catch(() => undefined);
  await eventually(async () => (await peer.requests(QotModifyUserSecurity.id)) === 1, "the request arrives");
  // WebSocket frames have no checksum, so the fault waits for others.
  if ((await peer.planned()).length > 0) await asked;
  else await rejects(asked, { code: "OPEND_BAD_REPLY", outcome: "unknown" });
  same((await codesOf(client, "C")).includes("FUTU"), true, "whether it was done");
  same([connIdOf(client), await peer.requests(QotModifyUserSecurity.id)], [before, 1], "connection and writes");
}

/** What must hold of replies that come in pieces, damaged, twice, late or out of order. */
export const faultyReplies: readonly ConformanceCase[] = [
  {
    fault: "fragment",
    name: "fragment: logins, replies and pushes in single bytes are read as any",
    async run({ connect, peer }) {
      await peer.faults(
        { kind: "fragment", protocol: QotUpdateBasicQot.id, times: 2 },
        { kind: "fragment", times: 1000 },
      );
      await using client = await connect();
      same(await codesOf(client, "testgroup"), ["FUTU"], "securities");
      await using stream = await client.subscribe(QotUpdateBasicQot, tencent);
      await peer.pushQuote("HK.00700", 1111);
      const prices: unknown[] = [];
      while (prices.length < 2) prices.push((await stream.next()).value?.basicQotList[0]?.curPrice);
      same(prices[1], 1111, "the pushed price");
      same(await peer.planned(), ["fragment"], "the fault of pushes is over");
    },
  },
  {
    fault: "corrupt",
    name: "corrupt magic: the connection is left, and a write is not sent again",
    run: (harness) => losesWrite(harness, { kind: "corrupt", part: "magic", protocol: QotModifyUserSecurity.id }, true),
  },
  {
    fault: "corrupt",
    name: "corrupt length: what cannot be told apart any more is settled, and the connection left",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults({ kind: "corrupt", part: "length", protocol: QotModifyUserSecurity.id });
      const asked = [add(client), client.getUserSecurityGroup()];
      const settled = Promise.allSettled(asked);
      await eventually(async () => (await peer.requests(QotGetUserSecurityGroup.id)) === 1, "the requests arrive");
      if ((await peer.planned()).length > 0) await Promise.all(asked);
      else {
        await comeBack(harness, client);
        for (const result of await settled) {
          const { code, outcome } = result.status === "rejected" ? result.reason : fail("a reply was read");
          if (code !== "OPEND_BAD_REPLY" && code !== "OPEND_CONNECTION_LOST") fail(`the code is ${code}`);
          same(outcome, "unknown", "outcome");
        }
      }
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
      same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
    },
  },
  {
    fault: "corrupt",
    name: "corrupt sha1: it costs one request, and a write is not sent again",
    run: (harness) => losesReply(harness, "sha1"),
  },
  {
    fault: "corrupt",
    name: "corrupt body: it costs one request, and a write is not sent again",
    run: (harness) => losesReply(harness, "body"),
  },
  {
    fault: "corrupt",
    name: "corrupt body of a push: it is told, and the stream goes on",
    async run({ connect, peer }) {
      await using client = await connect();
      const warnings: unknown[] = [];
      client.on("warning", (warning) => warnings.push(warning));
      await using stream = await client.subscribe(QotUpdateBasicQot, tencent);
      await stream.next();
      await peer.faults({ kind: "corrupt", part: "body", protocol: QotUpdateBasicQot.id });
      await peer.pushQuote("HK.00700", 1111);
      await peer.pushQuote("HK.00700", 2222);
      same((await stream.next()).value?.basicQotList[0]?.curPrice, 2222, "the next price");
      same(warnings.length, 1, "warnings");
    },
  },
  {
    fault: "duplicate",
    name: "duplicate: a reply that comes twice settles its own request, once",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "duplicate", protocol: QotGetUserSecurity.id, times: 3 });
      const groups = ["A", "testgroup", "A"];
      const asked = await Promise.all(groups.map((group) => client.getUserSecurity(group)));
      same(
        asked.map(({ length }) => length),
        [2, 1, 2],
        "securities",
      );
      await met(peer);
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
    },
  },
  {
    fault: "reorder",
    name: "reorder: each request gets its own reply",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "reorder", protocol: QotGetUserSecurity.id });
      const asked = await Promise.all(["A", "testgroup"].map((group) => client.getUserSecurity(group)));
      same(
        asked.map(({ length }) => length),
        [2, 1],
        "securities",
      );
      await met(peer);
    },
  },
  {
    fault: "late",
    name: "late: a reply after the deadline settles nothing, and not the next request either",
    async run({ connect, peer, advance }) {
      await using client = await connect();
      const before = connIdOf(client);
      await peer.faults({ kind: "late", protocol: QotGetUserSecurity.id, delayMs: 5000 });
      const asked = rejects(client.getUserSecurity("A", { timeoutMs: 3000 }), {
        code: "OPEND_TIMEOUT",
        outcome: "unknown",
      });
      await eventually(async () => (await peer.requests(QotGetUserSecurity.id)) === 1, "the request arrives");
      await advance(3000);
      await asked;
      const next = client.getUserSecurity("testgroup");
      await peer.advance(5000);
      same((await next).length, 1, "securities of the next request");
      same(connIdOf(client), before, "connection");
    },
  },
];
