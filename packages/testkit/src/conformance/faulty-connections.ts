import {
  defaults,
  InitConnect,
  InitWebSocket,
  QotGetUserSecurity,
  QotModifyUserSecurity,
  QotSub,
  QotUpdateBasicQot,
} from "@tickwire/session";
import { comeBack, connIdOf, eventually, losing, pass, rejects, same, tencent } from "./checks.ts";
import { add, losesWrite, met } from "./fault-checks.ts";
import type { ConformanceCase } from "./harness.ts";

/** What must hold when connections are refused, dropped or stalled, and logins fail. */
export const faultyConnections: readonly ConformanceCase[] = [
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
    fault: "drop",
    name: "drop of a push: the stream is told of the gap and goes on",
    async run(harness) {
      const { connect, peer } = harness;
      await using client = await connect();
      await using stream = await client.subscribe(QotUpdateBasicQot, tencent);
      let gaps = 0;
      stream.on("gap", () => {
        gaps += 1;
      });
      await stream.next();
      await peer.faults({ kind: "drop", at: "frame", protocol: QotUpdateBasicQot.id });
      await peer.pushQuote("HK.00700", 1111);
      await comeBack(harness, client);
      await eventually(async () => (await peer.requests(QotSub.id)) === 2 && gaps === 1, "it is subscribed again");
      const { value } = await stream.next();
      same(value?.basicQotList[0]?.curPrice === 1111, false, "whether the lost price came");
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
