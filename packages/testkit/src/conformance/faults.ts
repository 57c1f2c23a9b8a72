import {
  type CallOptions,
  type Client,
  defaults,
  formatSymbol,
  GetGlobalState,
  InitConnect,
  InitWebSocket,
  ModifyUserSecurityOp,
  Notify,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/session";
import type { OpenDFault } from "../faults.ts";
import { comeBack, connIdOf, eventually, fail, losing, pass, rejects, same } from "./checks.ts";
import type { ConformanceCase, Harness, Peer } from "./harness.ts";

const tencent = { securities: ["HK.00700"], subTypes: [SubType.Basic] };
/** A retry that is allowed for reads does not touch writes. */
const add = (client: Client, options: CallOptions = { retry: "reads" }): Promise<unknown> =>
  client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"], options);
const codesOf = async (client: Client, group: string): Promise<string[]> =>
  (await client.getUserSecurity(group)).map(({ basic }) => basic.security.code);
const met = async (peer: Peer): Promise<void> => same(await peer.planned(), [], "faults that were not met");

/** A write whose connection is lost: it is told once and not sent again, and the client comes back. */
async function losesWrite(harness: Harness, fault: OpenDFault, isDone: boolean): Promise<void> {
  const { connect, peer } = harness;
  await using client = await connect();
  await peer.faults(fault);
  const asked = rejects(add(client), { code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
  await comeBack(harness, client);
  await asked;
  same((await codesOf(client, "C")).includes("FUTU"), isDone, "whether it was done");
  same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
  await met(peer);
}

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

const connections: ConformanceCase[] = [
  {
    fault: "refuse",
    name: "refuse: it tries until it is let in, and what waits is sent once",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults({ kind: "refuse", times: 3 });
      await peer.disconnect();
      await losing(peer, client);
      const asking = add(client);
      await comeBack(harness, client);
      await asking;
      same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
      await met(peer);
    },
  },
  {
    fault: "drop",
    name: "drop at the request: a write is not sent again",
    run: (harness) => losesWrite(harness, { kind: "drop", at: "request", protocol: QotModifyUserSecurity.id }, false),
  },
  {
    fault: "drop",
    name: "drop in place of the reply: a write is not sent again",
    run: (harness) => losesWrite(harness, { kind: "drop", protocol: QotModifyUserSecurity.id }, true),
  },
  {
    fault: "drop",
    name: "drop in the frame: a write is not sent again",
    run: (harness) => losesWrite(harness, { kind: "drop", at: "frame", protocol: QotModifyUserSecurity.id }, true),
  },
  {
    fault: "drop",
    name: "drop by a reset: a write is not sent again",
    run: (harness) => losesWrite(harness, { kind: "drop", broken: true, protocol: QotModifyUserSecurity.id }, true),
  },
  {
    fault: "drop",
    name: "drop again and again: a read is sent until it is answered, where that is wanted",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults({ kind: "drop", protocol: QotGetUserSecurity.id, at: "frame", afterBytes: 45 });
      const asking = client.getUserSecurity("A", { retry: "reads" });
      await comeBack(harness, client);
      same((await asking).length, 2, "securities");
      same(await peer.requests(QotGetUserSecurity.id), 2, "reads received");
      await met(peer);
    },
  },
  {
    fault: "stall",
    name: "stall: a request ends at its deadline, and the dead peer is left",
    async run(harness) {
      const { connect, peer, advance } = harness;
      await using client = await connect();
      const before = connIdOf(client);
      await peer.faults({ kind: "stall", at: "frame", protocol: QotModifyUserSecurity.id });
      const asked = rejects(add(client, { timeoutMs: 3000 }), { code: "OPEND_TIMEOUT", outcome: "unknown" });
      await eventually(async () => (await peer.requests(QotModifyUserSecurity.id)) === 1, "the request arrives");
      await advance(3000);
      await asked;
      const reading = client.getUserSecurity("C", { timeoutMs: 100_000, retry: "reads" });
      await pass(harness, 30_000);
      await comeBack(harness, client, before);
      same((await reading).length > 0, true, "whether there are securities");
      same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
    },
  },
  {
    fault: "stall",
    name: "stall for a while: what was held back arrives, each where it belongs",
    async run({ connect, peer }) {
      await using client = await connect();
      const before = connIdOf(client);
      await peer.faults({ kind: "stall", at: "frame", protocol: QotGetUserSecurity.id, forMs: 2000 });
      const asked = [client.getUserSecurity("A"), client.getUserSecurity("testgroup")];
      await eventually(async () => (await peer.requests(QotGetUserSecurity.id)) === 2, "the requests arrive");
      await peer.advance(2000);
      same(
        (await Promise.all(asked)).map(({ length }) => length),
        [2, 1],
        "securities",
      );
      same(connIdOf(client), before, "connection");
    },
  },
  {
    fault: "wrong-key",
    name: "wrong-key: a refused login is told as such, and the next one works",
    async run({ connect, peer }) {
      await peer.faults({ kind: "wrong-key" });
      await rejects(connect(), { code: "OPEND_LOGIN_FAILED" });
      await eventually(async () => (await peer.connections()) === 0, "the connection is closed");
      await using client = await connect();
      same((await client.getUserSecurityGroup()).length, 13, "groups");
    },
  },
  {
    fault: "wrong-key",
    name: "wrong-key, answered with silence: the login ends at its deadline",
    async run({ connect, peer, advance }) {
      await peer.faults({ kind: "wrong-key", answer: "silence" });
      const connecting = rejects(connect(), { code: "OPEND_LOGIN_FAILED" });
      const logins = async () => (await peer.requests(InitConnect.id)) + (await peer.requests(InitWebSocket.id));
      await eventually(async () => (await logins()) === 1, "the login arrives");
      await advance(defaults.connectTimeoutMs);
      await connecting;
      await eventually(async () => (await peer.connections()) === 0, "the connection is closed");
    },
  },
];

const replies: ConformanceCase[] = [
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

const refusals: ConformanceCase[] = [
  {
    fault: "reject",
    name: "reject: a refusal is told with its numbers and words, and the request is not sent again",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "reject", protocol: QotModifyUserSecurity.id, retMsg: "busy", errCode: 7 });
      const error = await rejects(add(client), { code: "OPEND_SERVER", outcome: "rejected", retType: -1 });
      same([error.errCode, error.message.includes("busy")], [7, true], "errCode and words");
      same((await codesOf(client, "C")).includes("FUTU"), false, "whether it was done");
      same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
    },
  },
  {
    fault: "reject",
    name: "reject of what was done: OpenD does not know, and neither does the client",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "reject", protocol: QotModifyUserSecurity.id, retType: -100, applied: true });
      const error = await rejects(add(client), { code: "OPEND_SERVER", outcome: "unknown", retType: -100 });
      same([error.retryable, (await codesOf(client, "C")).includes("FUTU")], [false, true], "retryable, and done");
      same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
    },
  },
  {
    fault: "rate-limit",
    name: "rate-limit: OpenD's refusal is told by its reason",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "rate-limit" });
      const error = await rejects(add(client), { code: "OPEND_SERVER", reason: "rate-limit", outcome: "rejected" });
      same(error.retryable, true, "retryable");
      await add(client);
      same(await peer.requests(QotModifyUserSecurity.id), 2, "writes received");
    },
  },
  {
    fault: "limits",
    name: "limits: paced requests are never refused, and those that are not paced are told",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults({ kind: "limits", times: 1 });
      for (let i = 0; i < 10; i++) await client.getUserSecurity("A");
      const waiting = client.getUserSecurity("A", { timeoutMs: 60_000 });
      // Both clocks, because each side counts by its own.
      for (let second = 0; second < 31; second++) {
        await peer.advance(1000);
        await pass(harness, 1000);
      }
      await pass(harness, 1000);
      same((await waiting).length, 2, "securities");
      same(await peer.planned(), ["limits"], "limits that still count");
      const burst = Array.from({ length: 10 }, () => client.getUserSecurity("A", { pacing: "off" }));
      const refused = (await Promise.allSettled(burst)).filter(({ status }) => status === "rejected");
      same(refused.length, 1, "refused requests");
      await met(peer);
    },
  },
  {
    fault: "upstream-lost",
    name: "upstream-lost: refusals are told, and OpenD's own news arrive, until all is well again",
    async run({ connect, peer }) {
      await using client = await connect();
      const before = connIdOf(client);
      await using news = client.pushes(Notify);
      await peer.faults({ kind: "upstream-lost", forMs: 5000, event: 7 });
      await rejects(add(client), { code: "OPEND_SERVER", outcome: "rejected" });
      same((await client.request(GetGlobalState, { userID: 0n })).qotLogined, false, "qotLogined");
      await peer.advance(5000);
      const told: unknown[] = [];
      while (told.length < 5) {
        const { value } = await news.next();
        told.push(
          value?.event?.eventType ?? value?.connectStatus?.qotLogined ?? value?.programStatus?.programStatus.type,
        );
      }
      same(told, [7, 2, false, 10, true], "event, programStatus and qotLogined");
      await add(client);
      same([connIdOf(client), await peer.requests(QotModifyUserSecurity.id)], [before, 2], "connection and writes");
    },
  },
];

const pushes: ConformanceCase[] = [
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
      await small.next();
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

/** What must hold of every kind of fault: each request settles once, writes are not repeated, no push is lost unsaid. */
export const faults: readonly ConformanceCase[] = [...connections, ...replies, ...refusals, ...pushes];
