import { Notify, QotGetUserSecurity, QotUpdateBasicQot, sha1 } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { connectSession } from "./connect.ts";
import { dialects, failureOf, login, pricesOf, quotes, watch } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";
import { type Answer, Peer } from "./testing/peer.ts";
import { tcpWire } from "./wire-tcp.ts";

const group = (groupName: string) => ({ groupList: [{ groupName, groupType: 1 }] });
const none = { staticInfoList: [] };

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe.each(dialects)("replies over $dialect", ({ dialect }) => {
  test("find their requests whatever their order", async () => {
    const { client, peer } = await login(dialect);
    const answers = ["a", "b", "c"].map(() => client.getUserSecurityGroup());
    const [first, second, third] = peer.asked;
    peer.answer(third!, group("third"));
    peer.answer(first!, group("first"));
    peer.answer(second!, group("second"));
    const names = (await Promise.all(answers)).map(([one]) => one?.groupName);
    expect(names).toEqual(["first", "second", "third"]);
    expect(client.status()).toMatchObject({ inFlight: 0 });
  });

  test("are matched by protocol and serial number together", async () => {
    const { client, peer } = await login(dialect);
    const asking = watch(client.getUserSecurity("HK"));
    const { serialNo } = peer.last("Qot_GetUserSecurity");
    peer.send(peer.frame(3222, serialNo, { s2c: group("other protocol") }));
    peer.send(peer.frame(3213, serialNo + 1, { s2c: none }));
    await settle();
    expect(asking.state).toBe("pending");
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    await settle();
    expect(asking.value).toEqual([]);
  });

  test("are not mistaken for by a push that has the serial number of a request", async () => {
    const { client, peer } = await login(dialect);
    const stream = client.pushes(QotUpdateBasicQot);
    const asking = watch(client.getUserSecurity("HK"));
    peer.push(3005, quotes({ "00700": 400 }), peer.last("Qot_GetUserSecurity").serialNo);
    expect(pricesOf((await stream.next()).value!)).toBe("00700=400");
    expect(asking.state).toBe("pending");
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    await settle();
    expect(asking.state).toBe("fulfilled");
  });

  test("that come after the timeout go nowhere, and are never a push", async () => {
    const { client, peer, clock, warnings } = await login(dialect);
    const heard: unknown[] = [];
    client.pushes(QotUpdateBasicQot, { onMessage: (message) => heard.push(message) });
    client.pushes(Notify, { onMessage: (message) => heard.push(message) });
    const late = failureOf(client.getUserSecurity("HK", { timeoutMs: 100 }));
    const asked = peer.last("Qot_GetUserSecurity");
    await clock.advance(100);
    expect((await late).code).toBe("OPEND_TIMEOUT");
    peer.answer(asked, none);
    peer.send(peer.frame(asked.protoId, asked.serialNo, Uint8Array.of(255)));
    await settle();
    expect([heard, warnings]).toEqual([[], []]);
    const next = client.getUserSecurity("HK");
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    expect(await next).toEqual([]);
  });

  test("that come twice count once", async () => {
    const { client, peer, warnings } = await login(dialect);
    const asking = client.getUserSecurityGroup();
    const asked = peer.last("Qot_GetUserSecurityGroup");
    peer.answer(asked, group("first"));
    peer.answer(asked, group("again"));
    expect((await asking)[0]?.groupName).toBe("first");
    expect(warnings).toEqual([]);
  });

  test("of an unknown protocol are ignored", async () => {
    const { client, peer, warnings } = await login(dialect);
    const asking = watch(client.getUserSecurity("HK"));
    const { serialNo } = peer.last("Qot_GetUserSecurity");
    peer.send(peer.frame(9999, serialNo, Uint8Array.of(1, 2, 3)));
    peer.send(peer.frame(9998, 0, new Uint8Array(0)));
    await settle();
    expect([asking.state, client.status().state, warnings]).toEqual(["pending", "ready", []]);
  });

  test("without a body are bad replies and not silence", async () => {
    const { client, peer } = await login(dialect);
    const asking = failureOf(client.getUserSecurity("HK"));
    peer.send(peer.frame(3213, peer.last("Qot_GetUserSecurity").serialNo, new Uint8Array(0)));
    expect(await asking).toMatchObject({ code: "OPEND_BAD_REPLY", outcome: "unknown" });
    expect(client.status().state).toBe("ready");
  });

  test("serial numbers grow by one with each request", async () => {
    const { client, peer } = await login(dialect);
    for (let i = 0; i < 3; i++) void client.getUserSecurity("HK").catch(() => undefined);
    expect(peer.asked.map(({ serialNo }) => serialNo)).toEqual([2, 3, 4]);
    await client.close();
  });
});

describe("the tcp stream", () => {
  test("may be cut at every byte", async () => {
    const { client, peer } = await login("tcp", { pacing: "off" });
    const stream = client.pushes(QotUpdateBasicQot);
    const length = concat(
      peer.frame(3222, 2, { s2c: group("HK") }),
      peer.frame(3005, 0, { s2c: quotes({ a: 1 }) }),
    ).length;
    for (let cut = 0; cut <= length; cut++) {
      const asking = client.getUserSecurityGroup();
      const { serialNo } = peer.last("Qot_GetUserSecurityGroup");
      const reply = peer.frame(3222, serialNo, { s2c: group(`G${cut % 10}`) });
      const bytes = concat(reply, peer.frame(3005, 0, { s2c: quotes({ a: cut }) }));
      peer.send(bytes.slice(0, cut));
      peer.send(bytes.slice(cut));
      expect((await asking)[0]?.groupName).toBe(`G${cut % 10}`);
      expect(pricesOf((await stream.next()).value!)).toBe(`a=${cut}`);
    }
  });

  test("may come byte by byte", async () => {
    const { client, peer } = await login("tcp");
    const asking = client.getUserSecurityGroup();
    const { serialNo } = peer.last("Qot_GetUserSecurityGroup");
    for (const byte of peer.frame(3222, serialNo, { s2c: group("HK") })) peer.send(Uint8Array.of(byte));
    expect((await asking)[0]?.groupName).toBe("HK");
  });

  test("may hold several frames in one chunk", async () => {
    const { client, peer } = await login("tcp");
    const stream = client.pushes(QotUpdateBasicQot);
    const answers = [client.getUserSecurityGroup(), client.getUserSecurityGroup()];
    const [first, second] = peer.asked;
    peer.send(
      concat(
        peer.frame(3222, second!.serialNo, { s2c: group("second") }),
        peer.frame(3005, 0, { s2c: quotes({ a: 1 }) }),
        peer.frame(3222, first!.serialNo, { s2c: group("first") }),
        peer.frame(3005, 0, { s2c: quotes({ a: 2 }) }),
      ),
    );
    expect((await Promise.all(answers)).map(([one]) => one?.groupName)).toEqual(["first", "second"]);
    expect(pricesOf((await stream.next()).value!)).toBe("a=1");
    expect(pricesOf((await stream.next()).value!)).toBe("a=2");
  });

  test("a reply with a wrong SHA-1 fails its request only", async () => {
    const { client, peer } = await login("tcp");
    const damaged = failureOf(client.getUserSecurity("HK"));
    const intact = client.request(QotGetUserSecurity, { groupName: "US" });
    const [first, second] = peer.asked;
    const bytes = peer.frame(3213, first!.serialNo, { s2c: none });
    bytes[20]! ^= 1;
    peer.send(bytes);
    peer.answer(second!, none);
    const error = await damaged;
    expect(error).toMatchObject({ code: "OPEND_BAD_REPLY", outcome: "unknown", serialNo: first!.serialNo });
    expect(error.cause).toMatchObject({ code: "CODEC_FRAME_SHA1" });
    expect(await intact).toEqual(none);
    expect(client.status()).toMatchObject({ state: "ready", inFlight: 0 });
  });

  test("are taken without a look at their SHA-1 when that is asked for, and still have to be messages", async () => {
    const peer = new Peer("tcp");
    const wire = tcpWire(sha1, { verifyBodies: false });
    const client = await connectSession({ transport: peer, clock: new ManualClock(), wire });
    const damaged = (content: Answer | Uint8Array) => {
      const bytes = peer.frame(3213, peer.last("Qot_GetUserSecurity").serialNo, content);
      bytes[20]! ^= 1;
      return bytes;
    };
    const taken = client.getUserSecurity("HK");
    peer.send(damaged({ s2c: none }));
    expect(await taken).toEqual([]);
    const refused = failureOf(client.getUserSecurity("HK"));
    peer.send(damaged(Uint8Array.of(0x08)));
    expect((await refused).cause).toMatchObject({ code: "CODEC_MALFORMED" });
  });
});

describe("the ws messages", () => {
  test("with a section that no request of ours can have are not replies", async () => {
    const { client, peer, warnings } = await login("ws");
    const asking = watch(client.getUserSecurity("HK"));
    const section = 2n ** 32n + BigInt(peer.last("Qot_GetUserSecurity").serialNo);
    peer.send(peer.frame(3213, section, { s2c: none }));
    await settle();
    expect([asking.state, warnings]).toEqual(["pending", []]);
  });

  test("with such a section may be pushes", async () => {
    const { client, peer } = await login("ws");
    const stream = client.pushes(QotUpdateBasicQot);
    peer.send(peer.frame(3005, 2n ** 64n - 1n, { s2c: quotes({ a: 1 }) }));
    expect(pricesOf((await stream.next()).value!)).toBe("a=1");
  });

  test.each([
    [1, "超时", "got no answer from OpenD in time: 超时"],
    [2, "七个汉字被截断了", "got no answer from its servers in time: 七个汉字被截"],
    [3, "", "lost OpenD"],
  ])("with the relay's error %i fail their request", async (error, errorText, told) => {
    const { client, peer } = await login("ws");
    const asking = failureOf(client.getUserSecurity("HK"));
    const { serialNo } = peer.last("Qot_GetUserSecurity");
    peer.send(peer.frame(3213, serialNo, new Uint8Array(0), { error, errorText }));
    const failure = await asking;
    expect(failure).toMatchObject({ code: "OPEND_SERVER", outcome: "unknown", retryable: true, errCode: error });
    expect(failure.message).toContain(told);
    expect(client.status().state).toBe("ready");
  });
});
