import {
  type CallOptions,
  type Client,
  formatSymbol,
  GetGlobalState,
  GroupType,
  ModifyUserSecurityOp,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/session";
import { comeBack, eventually, fail, pass, rejects, same, unanswered } from "./checks.ts";
import { faultyConnections } from "./faulty-connections.ts";
import { faultyPushes } from "./faulty-pushes.ts";
import { faultyRefusals } from "./faulty-refusals.ts";
import { faultyReplies } from "./faulty-replies.ts";
import type { ConformanceCase } from "./harness.ts";
import { recovery } from "./recovery.ts";

const symbolsOf = async (client: Client, group: string, options?: CallOptions): Promise<string[]> =>
  (await client.getUserSecurity(group, options)).map((info) => formatSymbol(info.basic.security));

const watchlist: ConformanceCase[] = [
  {
    name: "logs in and knows its connection's id",
    async run({ connect, peer }) {
      await using client = await connect();
      const status = client.status();
      if (status.state !== "ready") return fail(`the state is ${status.state}`);
      if (status.connId <= 0n) fail(`connId is ${status.connId}`);
      same(await peer.connections(), 1, "connections");
    },
  },
  {
    name: "lists all groups, in order and with their types",
    async run({ connect }) {
      await using client = await connect();
      const groups = await client.getUserSecurityGroup();
      same(groups.length, 13, "groups");
      same(groups[0], { groupName: "All", groupType: GroupType.System }, "the first group");
      same(groups[12], { groupName: "C", groupType: GroupType.Custom }, "the last group");
    },
  },
  {
    name: "lists the groups of one type",
    async run({ connect }) {
      await using client = await connect();
      const custom = await client.getUserSecurityGroup({ type: GroupType.Custom });
      same(
        custom.map((group) => group.groupName),
        ["A", "some_group", "testgroup", "testgroup", "C"],
        "custom groups",
      );
    },
  },
  {
    name: "lists a group's securities with exact 64-bit ids and Chinese names",
    async run({ connect }) {
      await using client = await connect();
      const [future, stock] = await client.getUserSecurity("A");
      same([future?.basic.id, stock?.basic.id], [71000662n, 54047868453564n], "ids");
      same(future?.futureExData?.isMainContract, true, "isMainContract");
      const names = (await client.getUserSecurity("C")).map((info) => info.basic.name).join();
      if (!/\p{Script=Han}/u.test(names)) fail(`no Chinese in ${names}`);
    },
  },
  {
    name: "takes the first of two groups of one name",
    async run({ connect }) {
      await using client = await connect();
      same(await symbolsOf(client, "testgroup"), ["US.FUTU"], "testgroup");
    },
  },
  {
    name: "adds, moves out and deletes",
    async run({ connect }) {
      await using client = await connect();
      await client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["HK.09626", { market: 11, code: "FUTU" }]);
      const added = await symbolsOf(client, "C");
      same(added.slice(-2), ["HK.09626", "US.FUTU"], "C after adding");
      await client.modifyUserSecurity("C", ModifyUserSecurityOp.MoveOut, ["US.FUTU"]);
      same((await symbolsOf(client, "C")).includes("US.FUTU"), false, "US.FUTU in C after moving out");
      same((await symbolsOf(client, "All")).includes("US.FUTU"), true, "US.FUTU in All after moving out");
      await client.modifyUserSecurity("C", ModifyUserSecurityOp.Del, ["HK.09626"]);
      same((await symbolsOf(client, "All")).includes("HK.09626"), false, "HK.09626 in All after deleting");
    },
  },
  {
    name: "asks any protocol by its descriptor",
    async run({ connect }) {
      await using client = await connect();
      const state = await client.request(GetGlobalState, { userID: 0n });
      same(state.qotLogined, true, "qotLogined");
    },
  },
];

const errors: ConformanceCase[] = [
  {
    name: "an unknown group is told with a stable reason",
    async run({ connect }) {
      await using client = await connect();
      await rejects(client.getUserSecurity("no such group"), {
        code: "OPEND_SERVER",
        reason: "unknown-group",
        outcome: "rejected",
        protocol: "Qot_GetUserSecurity",
      });
    },
  },
  {
    name: "a system group cannot be modified",
    async run({ connect }) {
      await using client = await connect();
      await rejects(client.modifyUserSecurity("Starred", ModifyUserSecurityOp.Add, ["HK.00700"]), {
        code: "OPEND_SERVER",
        reason: "system-group",
        outcome: "rejected",
      });
    },
  },
  {
    name: "a refusal keeps its retType and text",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults({ kind: "reject", protocol: QotGetUserSecurity.id, retType: -100, retMsg: "网络超时" });
      const error = await rejects(client.getUserSecurity("A"), {
        code: "OPEND_SERVER",
        retType: -100,
        outcome: "unknown",
      });
      if (!error.message.includes("网络超时")) fail(`the text is not in ${error.message}`);
      same(error.retryable, true, "retryable");
    },
  },
  {
    name: "a wrong argument names its place, and nothing is sent",
    async run({ connect, peer }) {
      await using client = await connect();
      const error = await rejects(
        client.modifyUserSecurity("A", ModifyUserSecurityOp.Add, [
          "HK.00700",
          { market: 1 } as { market: 1; code: string },
        ]),
        { code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent" },
      );
      if (!error.message.includes("c2s.securityList[1].code")) fail(`no path in ${error.message}`);
      same(await peer.requests(QotModifyUserSecurity.id), 0, "requests received");
    },
  },
];

const settling: ConformanceCase[] = [
  {
    name: "many requests at once get each its own reply",
    async run({ connect }) {
      await using client = await connect();
      const groups = ["A", "C", "some_group", "testgroup"];
      const alone = await Promise.all(groups.map((group) => symbolsOf(client, group)));
      const together = await Promise.all(
        Array.from({ length: 100 }, (_, i) => symbolsOf(client, groups[i % 4] as string, { pacing: "off" })),
      );
      for (const [i, symbols] of together.entries()) same(symbols, alone[i % 4], `reply ${i}`);
    },
  },
  {
    name: "a long text crosses whole",
    async run({ connect }) {
      await using client = await connect();
      await rejects(client.getUserSecurity("长".repeat(300_000)), { code: "OPEND_SERVER", reason: "unknown-group" });
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
    },
  },
  {
    name: "a request without a reply ends at its deadline, and the next one works",
    async run({ connect, peer, advance }) {
      await using client = await connect();
      await peer.faults(unanswered(QotGetUserSecurity));
      const asked = rejects(client.getUserSecurity("A", { timeoutMs: 3000 }), {
        code: "OPEND_TIMEOUT",
        outcome: "unknown",
      });
      await eventually(async () => (await peer.requests(QotGetUserSecurity.id)) === 1, "the request arrives");
      await advance(3000);
      await asked;
      await peer.faults();
      same((await client.getUserSecurity("A")).length, 2, "securities afterwards");
    },
  },
  {
    name: "an aborted request rejects at once with the signal's reason",
    async run({ connect, peer }) {
      await using client = await connect();
      await peer.faults(unanswered(QotGetUserSecurityGroup));
      const controller = new AbortController();
      const asked = rejects(client.getUserSecurityGroup({}, { signal: controller.signal }), { code: "OPEND_ABORTED" });
      await eventually(async () => (await peer.requests(QotGetUserSecurityGroup.id)) === 1, "the request arrives");
      const reason = new Error("the user left the page");
      controller.abort(reason);
      if ((await asked).cause !== reason) fail("the cause is not the signal's reason");
    },
  },
  {
    name: "writes in flight reject at once when the connection is lost, and are never sent again",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults(unanswered(QotModifyUserSecurity));
      const asked = ["HK.00700", "US.FUTU"].map((symbol) =>
        rejects(client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, [symbol], { retry: "reads" }), {
          code: "OPEND_CONNECTION_LOST",
          outcome: "unknown",
        }),
      );
      await eventually(async () => (await peer.requests(QotModifyUserSecurity.id)) === 2, "both requests arrive");
      await peer.disconnect();
      await Promise.all(asked);
      await comeBack(harness, client);
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
      same(await peer.requests(QotModifyUserSecurity.id), 2, "writes received");
    },
  },
  {
    name: "close settles what is under way and leaves no connection",
    async run({ connect, peer }) {
      const client = await connect();
      await peer.faults(unanswered(QotGetUserSecurity));
      const asked = rejects(client.getUserSecurity("A"), { code: "OPEND_CLOSED" });
      await client.close();
      await asked;
      await client.close();
      same(client.status(), { state: "closed" }, "status");
      await rejects(client.getUserSecurityGroup(), { code: "OPEND_CLOSED", outcome: "not-sent" });
      await eventually(async () => (await peer.connections()) === 0, "the peer sees the end");
    },
  },
];

const pushes: ConformanceCase[] = [
  {
    name: "a subscription gives the first quote within a second and the next after it, and is given up after a minute",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const stream = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
      await peer.advance(1000);
      let count = 0;
      for await (const { basicQotList } of stream) {
        same(
          basicQotList.map((quote) => formatSymbol(quote.security)),
          ["HK.00700"],
          "the quote's security",
        );
        if (++count === 2) break;
        await peer.advance(1000);
      }
      await pass(harness, 59_000);
      same(await peer.requests(QotSub.id), 1, "Qot_Sub within the minute that OpenD holds a subscription");
      await pass(harness, 2000);
      await eventually(async () => (await peer.requests(QotSub.id)) === 2, "leaving the loop unsubscribes");
    },
  },
  {
    name: "each stream gets its own securities",
    async run({ connect, peer }) {
      await using client = await connect();
      const subTypes = [SubType.Basic];
      const both = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700", "US.FUTU"], subTypes });
      const one = await client.subscribe(QotUpdateBasicQot, { securities: ["US.FUTU"], subTypes });
      await peer.pushQuote("HK.00700", 1111);
      await peer.pushQuote("US.FUTU", 2222);
      const prices = async (stream: typeof one, until: number): Promise<number[]> => {
        const seen: number[] = [];
        for await (const { basicQotList } of stream) {
          seen.push(...basicQotList.map((quote) => quote.curPrice));
          if (seen.includes(until)) break;
        }
        return seen;
      };
      same((await prices(both, 2222)).includes(1111), true, "HK.00700 in the first stream");
      same((await prices(one, 2222)).includes(1111), false, "HK.00700 in the second stream");
    },
  },
  {
    name: "a callback that throws is reported and does not disturb the connection",
    async run({ connect, peer }) {
      await using client = await connect();
      const warnings: unknown[] = [];
      client.on("warning", (warning) => warnings.push(warning));
      const problem = new Error("a mistake in the callback");
      const prices: number[] = [];
      const onMessage = ({ basicQotList }: { basicQotList: { curPrice: number }[] }) => {
        prices.push(...basicQotList.map((quote) => quote.curPrice));
        throw problem;
      };
      const to = { securities: ["HK.00700"], subTypes: [SubType.Basic] };
      await using _subscription = await client.subscribe(QotUpdateBasicQot, to, { onMessage });
      await peer.pushQuote("HK.00700", 1111);
      await eventually(async () => (await peer.connections()) === 1 && prices.includes(1111), "the callback is called");
      same(warnings.includes(problem), true, "a warning with the error");
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
    },
  },
];

/** What every client of this house promises, whatever the transport. */
export const conformance: readonly ConformanceCase[] = [
  ...watchlist,
  ...errors,
  ...settling,
  ...pushes,
  ...recovery,
  ...faultyConnections,
  ...faultyReplies,
  ...faultyRefusals,
  ...faultyPushes,
];
