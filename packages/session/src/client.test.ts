import { GetGlobalState, GroupType, ModifyUserSecurityOp, Notify, QotUpdateBasicQot } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { dialects, failureOf, login, quotes, start } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { Peer } from "./testing/peer.ts";

describe.each(dialects)("the watchlist over $dialect", ({ dialect }) => {
  test("getUserSecurityGroup asks for all groups, or for one kind", async () => {
    const { client, peer } = await login(dialect);
    const groupList = [
      { groupName: "全部", groupType: GroupType.System },
      { groupName: "mine", groupType: GroupType.Custom },
    ];
    const all = client.getUserSecurityGroup();
    expect(peer.asked.at(-1)).toMatchObject({ protoId: 3222, c2s: { groupType: GroupType.All } });
    peer.answer(peer.asked.at(-1)!, { groupList });
    expect(await all).toEqual(groupList);
    const custom = client.getUserSecurityGroup({ type: GroupType.Custom });
    expect(peer.asked.at(-1)?.c2s).toEqual({ groupType: GroupType.Custom });
    peer.answer(peer.asked.at(-1)!, {});
    expect(await custom).toEqual([]);
  });

  test("getUserSecurity gives the group's securities", async () => {
    const { client, peer } = await login(dialect);
    const basic = {
      security: { market: 1, code: "00700" },
      id: 54_047_868_453_564n,
      lotSize: 100,
      secType: 3,
      name: "腾讯控股",
      listTime: "2004-06-16",
    };
    const asking = client.getUserSecurity("港股");
    expect(peer.asked).toMatchObject([{ protoId: 3213, c2s: { groupName: "港股" } }]);
    peer.answer(peer.asked[0]!, { staticInfoList: [{ basic }] });
    expect(await asking).toMatchObject([{ basic }]);
  });

  test("modifyUserSecurity takes symbols and securities, and gives nothing", async () => {
    const { client, peer } = await login(dialect);
    const changing = client.modifyUserSecurity("mine", ModifyUserSecurityOp.Add, [
      "HK.00700",
      { market: 11, code: "AAPL" },
    ]);
    await settle();
    expect(peer.asked).toMatchObject([
      {
        protoId: 3214,
        c2s: {
          groupName: "mine",
          op: 1,
          securityList: [
            { market: 1, code: "00700" },
            { market: 11, code: "AAPL" },
          ],
        },
      },
    ]);
    peer.send(peer.frame(3214, peer.asked[0]!.serialNo, {}));
    expect(await changing).toBeUndefined();
  });

  test("modifyUserSecurity names the symbol that cannot be read, and sends nothing", async () => {
    const { client, peer } = await login(dialect);
    const error = await failureOf(client.modifyUserSecurity("mine", ModifyUserSecurityOp.Add, ["HK.00700", "00005"]));
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent" });
    expect(error.message).toContain('Qot_ModifyUserSecurity: securities[1]: "00005" is not a symbol');
    expect(peer.asked).toEqual([]);
  });

  test("call options reach the request", async () => {
    const { client } = await login(dialect);
    const options = { signal: AbortSignal.abort() };
    for (const call of [
      client.getUserSecurityGroup({}, options),
      client.getUserSecurity("HK", options),
      client.modifyUserSecurity("HK", ModifyUserSecurityOp.Del, [], options),
      client.request(GetGlobalState, { userID: 0n }, options),
    ])
      expect((await failureOf(call)).code).toBe("OPEND_ABORTED");
  });
});

describe.each(dialects)("closing over $dialect", ({ dialect }) => {
  test("ends everything once, however often it is called", async () => {
    const { client, peer, clock } = await login(dialect);
    const closed: unknown[] = [];
    client.on("closed", (event) => closed.push(event));
    const asking = failureOf(client.getUserSecurity("HK"));
    const next = client.pushes(Notify).next();
    await Promise.all([client.close(), client.close()]);
    await client.close();
    await settle();
    expect((await asking).code).toBe("OPEND_CLOSED");
    expect(await next).toEqual({ value: undefined, done: true });
    expect(closed).toEqual([{}]);
    expect(client.status()).toEqual({ state: "closed" });
    expect([peer.closeCalls, peer.isOpen, clock.timers]).toEqual([1, false, 0]);
  });

  test("happens at the end of await using", async () => {
    const { connecting, peer, clock } = start(new Peer(dialect));
    {
      await using client = await connecting;
      expect(client.status().state).toBe("ready");
    }
    await settle();
    expect([peer.isOpen, clock.timers]).toEqual([false, 0]);
  });

  test("by the peer is told with its error, where it shall not come back, after the requests were rejected", async () => {
    const { client, peer } = await login(dialect, { reconnect: false });
    const order: string[] = [];
    client.on("closed", ({ error }) => order.push(`closed ${error?.code}, ${client.status().state}`));
    const failing = failureOf(client.pushes(QotUpdateBasicQot).next());
    peer.drop(new Error("ECONNRESET"));
    expect(order).toEqual(["closed OPEND_CONNECTION_LOST, closed"]);
    const error = await failing;
    expect(error.message).toBe("[OPEND_CONNECTION_LOST] the connection broke: ECONNRESET");
    expect(client.status()).toEqual({ state: "closed", error });
    await client.close();
    expect(order).toHaveLength(1);
    expect(client.status()).toEqual({ state: "closed", error });
  });

  test("leaves no way to get pushes", async () => {
    const closed = await login(dialect);
    await closed.client.close();
    const to = { securities: ["HK.00700"], subTypes: [1] };
    expect(() => closed.client.pushes(Notify)).toThrow(/OPEND_CLOSED/);
    expect((await failureOf(closed.client.subscribe(QotUpdateBasicQot, to))).code).toBe("OPEND_CLOSED");

    const lost = await login(dialect, { reconnect: false });
    lost.peer.drop();
    expect(() => lost.client.pushes(Notify)).toThrow(/OPEND_CONNECTION_LOST/);
    expect((await failureOf(lost.client.subscribe(QotUpdateBasicQot, to))).code).toBe("OPEND_CONNECTION_LOST");
  });

  test("a listener that throws is told, and disturbs nothing", async () => {
    const { client, peer, clock, warnings } = await login(dialect);
    const heard: unknown[] = [];
    const error = new Error("mine");
    client.on("closed", () => {
      throw error;
    });
    const off = client.on("closed", () => heard.push("removed"));
    client.on("closed", () => heard.push("second"));
    off[Symbol.dispose]();
    await client.close();
    await settle();
    expect(heard).toEqual(["second"]);
    expect(warnings).toEqual([error]);
    expect([peer.isOpen, clock.timers]).toEqual([false, 0]);
  });
});

describe.each(dialects)("status over $dialect", ({ dialect }) => {
  test("counts the requests under way", async () => {
    const { client, peer } = await login(dialect);
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 0 });
    const asking = [client.getUserSecurity("a"), client.getUserSecurity("b")];
    expect(client.status()).toMatchObject({ inFlight: 2 });
    for (const asked of peer.asked) peer.answer(asked, { staticInfoList: [] });
    expect(client.status()).toMatchObject({ inFlight: 0 });
    await Promise.all(asking);
  });
});

describe.each(dialects)("warnings over $dialect", ({ dialect }) => {
  test("a callback that throws or rejects is told, and gets the next push all the same", async () => {
    const { client, peer, warnings } = await login(dialect);
    const trouble = [new Error("thrown"), new Error("rejected")];
    let calls = 0;
    client.pushes(QotUpdateBasicQot, {
      onMessage() {
        calls += 1;
        if (calls === 1) throw trouble[0];
        return calls === 2 ? Promise.reject(trouble[1]) : undefined;
      },
    });
    for (const price of [1, 2, 3]) peer.push(3005, quotes({ a: price }));
    await settle();
    expect(calls).toBe(3);
    expect(warnings).toEqual(trouble);
    expect(client.status().state).toBe("ready");
  });

  test("a push that cannot be read is told, and the next one comes", async () => {
    const { client, peer, warnings } = await login(dialect);
    const stream = client.pushes(QotUpdateBasicQot);
    peer.send(peer.frame(3005, 0, Uint8Array.of(8)));
    peer.push(3005, quotes({ a: 1 }));
    expect((await stream.next()).value?.basicQotList).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: "CODEC_MALFORMED" }]);
    expect(client.status().state).toBe("ready");
  });

  test("a push that nobody wants is not even read", async () => {
    const { peer, warnings } = await login(dialect);
    peer.send(peer.frame(3005, 0, Uint8Array.of(8)));
    expect(warnings).toEqual([]);
  });

  test("a listener of warnings that throws is not told again and again", async () => {
    const { client, peer, warnings } = await login(dialect);
    client.on("warning", () => {
      throw new Error("mine");
    });
    client.pushes(Notify);
    peer.send(peer.frame(1003, 0, Uint8Array.of(8)));
    expect(warnings).toMatchObject([{ code: "CODEC_MALFORMED" }]);
  });

  test("without a listener go nowhere", async () => {
    const { connecting, peer } = start(new Peer(dialect));
    const client = await connecting;
    client.pushes(Notify);
    peer.send(peer.frame(1003, 0, Uint8Array.of(8)));
    await settle();
    expect(client.status().state).toBe("ready");
  });
});

test("a push with a wrong SHA-1 is told and dropped", async () => {
  const { client, peer, warnings } = await login("tcp");
  const heard: unknown[] = [];
  client.pushes(QotUpdateBasicQot, { onMessage: (message) => heard.push(message) });
  const bytes = peer.frame(3005, 0, { s2c: quotes({ a: 1 }) });
  bytes[20]! ^= 1;
  peer.send(bytes);
  expect(warnings).toMatchObject([{ code: "CODEC_FRAME_SHA1" }]);
  expect(heard).toEqual([]);
});
