import { GetGlobalState, Notify, QotModifyUserSecurity } from "@tickwire/session";
import { connIdOf, pass, rejects, same } from "./checks.ts";
import { add, codesOf, met } from "./fault-checks.ts";
import type { ConformanceCase } from "./harness.ts";

/** What must hold of refusals, by plan, limit or a gateway that has lost its servers. */
export const faultyRefusals: readonly ConformanceCase[] = [
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
