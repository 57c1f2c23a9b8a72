import {
  formatSymbol,
  ModifyUserSecurityOp,
  QotGetUserSecurity,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
} from "@tickwire/session";
import { comeBack, connIdOf, eventually, fail, losing, pass, rejects, same, tencent, unanswered } from "./checks.ts";
import type { ConformanceCase } from "./harness.ts";

/** What must hold when connections are lost, peers fall silent and requests are too many. */
export const recovery: readonly ConformanceCase[] = [
  {
    name: "a client comes back when its peer has started anew",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const before = connIdOf(client);
      const states: string[] = [];
      client.on("status", ({ state }) => states.push(state));
      await peer.faults({ kind: "refuse", times: 2 });
      await peer.disconnect();
      await comeBack(harness, client);
      same(states, ["reconnecting", "reconnecting", "reconnecting", "ready"], "states");
      same(await peer.connections(), 1, "connections");
      if (connIdOf(client) === before) fail("the connection's id is the old one");
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
    },
  },
  {
    name: "a request waits while there is no connection",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.disconnect();
      await losing(peer, client);
      await rejects(client.getUserSecurityGroup({}, { whileDown: "reject" }), {
        code: "OPEND_CONNECTION_LOST",
        outcome: "not-sent",
      });
      const asking = client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"]);
      await comeBack(harness, client);
      await asking;
      same(await peer.requests(QotModifyUserSecurity.id), 1, "requests received");
    },
  },
  {
    name: "a read whose connection is lost is sent again where that is wanted",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await peer.faults(unanswered(QotGetUserSecurity));
      const asking = client.getUserSecurity("A", { retry: "reads" });
      await eventually(async () => (await peer.requests(QotGetUserSecurity.id)) === 1, "the request arrives");
      await peer.faults();
      await peer.disconnect();
      await comeBack(harness, client);
      same((await asking).length, 2, "securities");
      same(await peer.requests(QotGetUserSecurity.id), 2, "requests received");
    },
  },
  {
    name: "a stream survives a lost connection and is told of the gap",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const told: string[] = [];
      client.on("resubscribed", ({ restored, failed }) => {
        const symbols = restored.map(({ security }) => formatSymbol(security));
        told.push(`restored ${symbols.join()}; failed ${failed.length}`);
      });
      await using stream = await client.subscribe(QotUpdateBasicQot, tencent);
      stream.on("gap", ({ sinceMs }) => told.push(sinceMs >= 0 ? "gap" : `gap ${sinceMs}`));
      await stream.next();
      await peer.disconnect();
      await comeBack(harness, client);
      await eventually(
        async () => (await peer.requests(QotSub.id)) === 2 && told.length === 2,
        "it is subscribed again",
      );
      same(told, ["restored HK.00700; failed 0", "gap"], "events");
      // The first quote of the subscription, and one that comes with time.
      for (let quote = 0; quote < 2; quote++) {
        const { value } = await stream.next();
        same(
          value?.basicQotList.map(({ security }) => formatSymbol(security)),
          ["HK.00700"],
          "the quote's security",
        );
        await peer.advance(1000);
      }
    },
  },
  {
    name: "what no stream wants any more is not subscribed again",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await (await client.subscribe(QotUpdateBasicQot, tencent)).close();
      await peer.disconnect();
      await comeBack(harness, client);
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
      same(await peer.requests(QotSub.id), 1, "Qot_Sub received");
    },
  },
  {
    name: "silence of a stream is told, once",
    async run({ connect, peer, advance }) {
      await using client = await connect();
      let quotes = 0;
      const silences: number[] = [];
      const onMessage = () => {
        quotes += 1;
      };
      const options = { staleAfterMs: 3000, onMessage };
      await using subscription = await client.subscribe(QotUpdateBasicQot, tencent, options);
      subscription.on("stale", ({ sinceMs }) => silences.push(sinceMs));
      await eventually(async () => (await peer.connections()) === 1 && quotes === 1, "the first quote comes");
      await advance(2999);
      same(silences, [], "silences too early");
      await advance(1);
      await advance(3000);
      same(silences, [3000], "silences");
      await peer.advance(1000);
      await eventually(async () => (await peer.connections()) === 1 && quotes === 2, "the next quote comes");
      await advance(3000);
      same(silences, [3000, 3000], "silences afterwards");
    },
  },
  {
    name: "a peer that has fallen silent is left, and what was under way is told",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const before = connIdOf(client);
      await peer.mute();
      const asking = rejects(client.getUserSecurity("A", { timeoutMs: 100_000 }), {
        code: "OPEND_CONNECTION_LOST",
        outcome: "unknown",
      });
      await eventually(async () => (await peer.requests(QotGetUserSecurity.id)) === 1, "the request arrives");
      await pass(harness, 30_000);
      await asking;
      await comeBack(harness, client, before);
      await eventually(async () => (await peer.connections()) === 1, "the old connection is closed");
      if (connIdOf(client) === before) fail("the connection is the old one");
      same((await client.getUserSecurityGroup()).length, 13, "groups afterwards");
    },
  },
  {
    name: "a peer that has nothing to say stays connected",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      const before = connIdOf(client);
      await pass(harness, 90_000);
      same([connIdOf(client), await peer.connections()], [before, 1], "connection");
    },
  },
  {
    name: "a request beyond the rate limit waits for its turn, or is refused with the time to wait",
    async run(harness) {
      const { connect, peer, advance } = harness;
      await using client = await connect();
      const paced: string[] = [];
      client.on("paced", ({ protocol }) => paced.push(protocol));
      for (let i = 0; i < 10; i++) await client.getUserSecurity("A");
      const error = await rejects(client.getUserSecurity("A", { pacing: "reject" }), {
        code: "OPEND_PACING",
        outcome: "not-sent",
      });
      const { retryAfterMs = 0 } = error;
      if (retryAfterMs <= 30_000 || retryAfterMs > 31_000) fail(`retryAfterMs is ${retryAfterMs}`);
      const asking = client.getUserSecurity("A", { timeoutMs: 60_000 });
      await pass(harness, 30_000);
      const status = client.status();
      same([status.state !== "closed" && status.waiting, paced], [1, [QotGetUserSecurity.name]], "waiting and paced");
      same(await peer.requests(QotGetUserSecurity.id), 10, "requests received within the window");
      await advance(retryAfterMs - 30_000);
      same((await asking).length, 2, "securities");
      same(await peer.requests(QotGetUserSecurity.id), 11, "requests received");
    },
  },
  {
    name: "close while there is no connection settles what waits and leaves nothing",
    async run({ connect, peer, advance }) {
      const client = await connect();
      await peer.faults({ kind: "refuse", times: 1000 });
      await peer.disconnect();
      await losing(peer, client);
      const asking = rejects(client.getUserSecurityGroup(), { code: "OPEND_CLOSED", outcome: "not-sent" });
      await client.close();
      await asking;
      await peer.faults();
      await advance(100_000);
      same([await peer.connections(), client.status()], [0, { state: "closed" }], "connections and status");
    },
  },
];
