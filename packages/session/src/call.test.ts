import { ModifyUserSecurityOp, QotGetSubInfo, QotModifyUserSecurity } from "@tickwire/codec";
import { TrdPlaceOrder } from "@tickwire/codec/trade";
import { describe, expect, test, vi } from "vitest";
import type { Client } from "./client.ts";
import { connectSession } from "./connect.ts";
import { OpenDError } from "./errors.ts";
import type { CallOptions } from "./options.ts";
import { RequestPacer } from "./request-pacer.ts";
import { dialects, failureOf, login, type Session, watch, wireOf } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { CONN_ID, Peer } from "./testing/peer.ts";

/** A window of OpenD's 30 s, with the margin. */
const WINDOW_MS = 30_050;
const none = { staticInfoList: [] };

const read = (client: Client, options?: CallOptions) => client.getUserSecurity("HK", options);
const write = (client: Client, options?: CallOptions) =>
  client.request(QotModifyUserSecurity, { groupName: "HK", op: ModifyUserSecurityOp.Add }, options);
/** A read that no limit counts. */
const unlimited = (client: Client, options?: CallOptions) => client.request(QotGetSubInfo, {}, options);
const unlimitedReply = { connSubInfoList: [], totalUsedQuota: 0, remainQuota: 1 };

/** Answers reads, writes and what clients ask by themselves, at once. */
function answerAll({ peer }: Pick<Session, "peer">): void {
  peer.onAsked = (asked) => {
    const s2c = { 3213: none, 3214: {}, 3003: unlimitedReply }[asked.protoId];
    if (s2c === undefined) peer.serve(asked);
    else queueMicrotask(() => peer.answer(asked, s2c));
  };
}

/** Ten reads, which is as many as OpenD takes in 30 s, and their replies. */
async function fillWindow(session: Session): Promise<void> {
  answerAll(session);
  await Promise.all(Array.from({ length: 10 }, () => read(session.client)));
  session.peer.asked.length = 0;
}

const count = (peer: Peer, name: string) => peer.names.filter((other) => other === name).length;
const waiting = ({ client }: Session) => {
  const status = client.status();
  return status.state === "closed" ? undefined : status.waiting;
};

describe.each(dialects)("a request while the connection is lost, over $dialect", ({ dialect }) => {
  test("waits, and goes out on the next connection", async () => {
    const session = await login(dialect);
    const { client, peer, clock } = session;
    peer.drop();
    answerAll(session);
    const [reading, writing] = [watch(read(client)), watch(write(client))];
    expect(waiting(session)).toBe(2);
    await clock.advance(99);
    expect(reading.state).toBe("pending");
    await clock.advance(1);
    expect([reading.state, writing.state, waiting(session)]).toEqual(["fulfilled", "fulfilled", 0]);
    expect(peer.asked.slice(1).map(({ serialNo }) => serialNo)).toEqual([2, 3]);
  });

  test("waits until its deadline, counted from the call", async () => {
    const session = await login(dialect);
    const { client, peer, clock } = session;
    const cause = new OpenDError("OPEND_CONNECT_FAILED", "nothing listens there");
    peer.beforeOpen = () => Promise.reject(cause);
    peer.drop();
    const reading = watch(read(client, { timeoutMs: 3000 }));
    await clock.advance(2999);
    expect(reading.state).toBe("pending");
    await clock.advance(1);
    expect(reading.error).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "not-sent", retryable: true, cause });
    expect(reading.error?.message).toBe("[OPEND_TIMEOUT] Qot_GetUserSecurity: no connection within 3000 ms");
    expect([waiting(session), peer.names]).toEqual([0, []]);
  });

  test("has for its reply what the wait has left of its time", async () => {
    const session = await login(dialect);
    const { client, peer, clock } = session;
    peer.drop();
    const reading = watch(read(client, { timeoutMs: 3000 }));
    await clock.advance(100);
    expect(count(peer, "Qot_GetUserSecurity")).toBe(1);
    await clock.advance(2899);
    expect(reading.state).toBe("pending");
    await clock.advance(1);
    expect(reading.error).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "unknown" });
  });

  test.each(["client", "call"])("rejects at once when the %s does not want to wait", async (whose) => {
    const options = { whileDown: "reject" } as const;
    const { client, peer, clock } = await login(dialect, whose === "client" ? options : {});
    peer.drop(new Error("ECONNRESET"));
    const timers = clock.timers;
    const error = await failureOf(write(client, whose === "call" ? options : {}));
    expect(error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "not-sent", retryable: true });
    expect(error.cause).toMatchObject({ message: expect.stringContaining("ECONNRESET") });
    expect(clock.timers).toBe(timers);
  });

  test("of a closed client is told that, also when it does not want to wait", async () => {
    const { client } = await login(dialect, { whileDown: "reject" });
    await client.close();
    expect(await failureOf(read(client))).toMatchObject({ code: "OPEND_CLOSED", outcome: "not-sent" });
  });

  test("can be aborted, and leaves no listener and no timer", async () => {
    const { client, peer, clock } = await login(dialect);
    peer.drop();
    const timers = clock.timers;
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const aborted = failureOf(write(client, { signal: controller.signal }));
    controller.abort("enough");
    expect(await aborted).toMatchObject({ code: "OPEND_ABORTED", outcome: "not-sent", cause: "enough" });
    expect(removed.mock.calls).toEqual(added.mock.calls);
    expect(clock.timers).toBe(timers);
    await clock.advance(100);
    expect(count(peer, "Qot_ModifyUserSecurity")).toBe(0);
  });

  test("is refused when too many wait already, and then leaves no trace", async () => {
    const session = await login(dialect, { maxQueued: 2 });
    const { client, peer, clock } = session;
    peer.drop();
    answerAll(session);
    const asking = [watch(read(client)), watch(read(client))];
    const timers = clock.timers;
    const error = await failureOf(write(client));
    expect(error).toMatchObject({ code: "OPEND_OVERLOADED", outcome: "not-sent", retryable: true });
    expect(error.message).toContain("2 requests wait to be sent");
    expect([waiting(session), clock.timers]).toEqual([2, timers]);
    await clock.advance(100);
    expect(asking.map(({ state }) => state)).toEqual(["fulfilled", "fulfilled"]);
    expect(count(peer, "Qot_ModifyUserSecurity")).toBe(0);
  });
});

describe.each(dialects)("a request whose connection is lost, over $dialect", ({ dialect }) => {
  test("is sent again when it only reads and that is wanted", async () => {
    const session = await login(dialect, { retry: "reads" });
    const { client, peer, clock } = session;
    const reading = watch(unlimited(client));
    peer.drop();
    answerAll(session);
    await settle();
    expect([reading.state, waiting(session)]).toEqual(["pending", 1]);
    await clock.advance(100);
    expect(reading.state).toBe("fulfilled");
    expect(count(peer, "Qot_GetSubInfo")).toBe(2);
  });

  test("is not, unless that is wanted", async () => {
    const { client, peer, clock } = await login(dialect);
    const reading = failureOf(unlimited(client));
    peer.drop();
    expect(await reading).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown", retryable: true });
    await clock.advance(1000);
    expect(count(peer, "Qot_GetSubInfo")).toBe(1);
  });

  test("is never sent again when it changes something", async () => {
    const { client, peer, clock } = await login(dialect, { retry: "reads" });
    const writing = failureOf(write(client, { retry: "reads" }));
    peer.drop();
    expect(await writing).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown", retryable: false });
    await clock.advance(1000);
    expect(count(peer, "Qot_ModifyUserSecurity")).toBe(1);
  });

  test("goes out on the next connection when it never left, also when it changes something", async () => {
    const session = await login(dialect);
    const { client, peer, clock } = session;
    peer.writable = false;
    const first = failureOf(unlimited(client));
    const writing = watch(write(client));
    peer.drop();
    expect((await first).outcome).toBe("unknown");
    peer.writable = true;
    answerAll(session);
    await clock.advance(100);
    expect(writing.state).toBe("fulfilled");
    expect(count(peer, "Qot_ModifyUserSecurity")).toBe(1);
  });

  test("is sent again as long as its deadline allows", async () => {
    const { client, peer, clock } = await login(dialect, { retry: "reads", timeoutMs: 2000 });
    peer.onAsked = (asked) => {
      if (asked.protoId === 3003) queueMicrotask(() => peer.drop());
      else peer.serve(asked);
    };
    const reading = watch(unlimited(client));
    await settle();
    await clock.advance(1999);
    expect(reading.state).toBe("pending");
    await clock.advance(1);
    expect(reading.error?.code).toBe("OPEND_TIMEOUT");
    expect(count(peer, "Qot_GetSubInfo")).toBeGreaterThan(2);
    await client.close();
    expect(clock.timers).toBe(0);
  });

  test("is not sent again when the client has given up", async () => {
    const { client, peer } = await login(dialect, { retry: "reads", reconnect: false });
    const reading = failureOf(unlimited(client));
    peer.drop();
    expect(await reading).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
  });
});

describe.each(dialects)("a request beyond the rate limit, over $dialect", ({ dialect }) => {
  test("waits for room, and tells that and for how long", async () => {
    const session = await login(dialect);
    const { client, peer, clock } = session;
    const paced: unknown[] = [];
    client.on("paced", (event) => paced.push(event));
    await fillWindow(session);
    const reading = watch(read(client, { timeoutMs: 60_000 }));
    expect(paced).toEqual([{ protocol: "Qot_GetUserSecurity", delayMs: WINDOW_MS }]);
    expect(waiting(session)).toBe(1);
    await clock.advance(WINDOW_MS - 1);
    expect(count(peer, "Qot_GetUserSecurity")).toBe(0);
    await clock.advance(1);
    expect([reading.state, waiting(session)]).toEqual(["fulfilled", 0]);
  });

  test("rejects at once when there is no room before its deadline", async () => {
    const session = await login(dialect);
    await fillWindow(session);
    const timers = session.clock.timers;
    const error = await failureOf(read(session.client));
    expect(error).toMatchObject({
      code: "OPEND_PACING",
      outcome: "not-sent",
      retryable: true,
      retryAfterMs: WINDOW_MS,
      protocol: "Qot_GetUserSecurity",
    });
    expect(error.message).toContain("OpenD takes 10 in 30000 ms. Try again in 30050 ms");
    expect([session.peer.names, session.clock.timers]).toEqual([[], timers]);
  });

  test.each(["client", "call"])("rejects at once when the %s wants that", async (whose) => {
    const session = await login(dialect, whose === "client" ? { pacing: "reject" } : {});
    const { client } = session;
    await fillWindow(session);
    const paced: unknown[] = [];
    client.on("paced", (event) => paced.push(event));
    const options = whose === "call" ? ({ pacing: "reject", timeoutMs: 60_000 } as const) : { timeoutMs: 60_000 };
    const error = await failureOf(read(client, options));
    expect(error).toMatchObject({ code: "OPEND_PACING", retryAfterMs: WINDOW_MS });
    expect([paced, waiting(session)]).toEqual([[], 0]);
    await unlimited(client);
  });

  test("is sent all the same when nothing shall be held back", async () => {
    const session = await login(dialect, { pacing: "off" });
    await fillWindow(session);
    await read(session.client);
    expect(session.peer.names).toEqual(["Qot_GetUserSecurity"]);
  });

  test("can be aborted while it waits", async () => {
    const session = await login(dialect);
    const { client, clock, peer } = session;
    await fillWindow(session);
    const timers = clock.timers;
    const controller = new AbortController();
    const asking = failureOf(read(client, { signal: controller.signal, timeoutMs: 60_000 }));
    controller.abort("enough");
    expect(await asking).toMatchObject({ code: "OPEND_ABORTED", outcome: "not-sent", cause: "enough" });
    expect([waiting(session), clock.timers]).toEqual([0, timers]);
    await clock.advance(WINDOW_MS);
    expect(count(peer, "Qot_GetUserSecurity")).toBe(0);
  });

  test("is not sent when it is aborted just as its turn comes, which is given back", async () => {
    const leave = vi.fn();
    const pacer = { turn: () => Promise.resolve(leave) } as unknown as RequestPacer;
    const { client, peer } = await login(dialect, { pacer });
    const controller = new AbortController();
    const asking = failureOf(read(client, { signal: controller.signal }));
    controller.abort();
    expect(await asking).toMatchObject({ code: "OPEND_ABORTED", outcome: "not-sent" });
    expect([peer.asked, leave.mock.calls]).toEqual([[], [[false]]]);
  });

  test("is refused when too many wait already, and then takes nobody's turn", async () => {
    const session = await login(dialect, { maxQueued: 1, timeoutMs: 60_000 });
    const { client, clock } = session;
    await fillWindow(session);
    const first = watch(read(client));
    for (let i = 0; i < 20; i++) expect((await failureOf(read(client))).code).toBe("OPEND_OVERLOADED");
    await clock.advance(WINDOW_MS);
    expect(first.state).toBe("fulfilled");
    // Nine turns of the window are free.
    await Promise.all(Array.from({ length: 9 }, () => read(client, { pacing: "reject" })));
  });

  test("ends with the client that is closed while it waits", async () => {
    const session = await login(dialect, { timeoutMs: 60_000 });
    await fillWindow(session);
    const asking = watch(read(session.client));
    await session.client.close();
    await session.clock.advance(WINDOW_MS);
    expect(asking.error).toMatchObject({ code: "OPEND_CLOSED", outcome: "not-sent" });
    expect(session.clock.timers).toBe(0);
  });

  test("goes out on the next connection when the one that it waited on is lost", async () => {
    const session = await login(dialect, { timeoutMs: 60_000 });
    const { client, peer, clock } = session;
    await fillWindow(session);
    const asking = watch(read(client));
    await clock.advance(WINDOW_MS - 50);
    peer.drop();
    await clock.advance(50);
    expect([asking.state, count(peer, "Qot_GetUserSecurity")]).toEqual(["pending", 0]);
    await clock.advance(50);
    expect(asking.state).toBe("fulfilled");
    // The turn that came while there was no connection was given back.
    await Promise.all(Array.from({ length: 9 }, () => read(client, { pacing: "reject" })));
  });

  test("is held back for all clients that share a pacer", async () => {
    const session = await login(dialect);
    const pacer = new RequestPacer(session.clock);
    const clients: Client[] = [];
    for (const peer of [new Peer(dialect), new Peer(dialect)]) {
      answerAll({ peer });
      clients.push(await connectSession({ transport: peer, clock: session.clock, wire: wireOf(dialect) }, { pacer }));
    }
    for (let i = 0; i < 10; i++) await read(clients[i % 2]!);
    for (const client of clients) expect((await failureOf(read(client))).code).toBe("OPEND_PACING");
  });
});

describe.each(dialects)("a turn over $dialect", ({ dialect }) => {
  const reject = { pacing: "reject" } as const;

  test("is given back when the request never left", async () => {
    const { client, peer } = await login(dialect);
    peer.writable = false;
    void unlimited(client).catch(() => undefined);
    const controller = new AbortController();
    const asking = Array.from({ length: 10 }, () => failureOf(read(client, { signal: controller.signal })));
    expect((await failureOf(read(client, reject))).code).toBe("OPEND_PACING");
    controller.abort();
    for (const one of asking) expect((await one).outcome).toBe("not-sent");
    peer.drain();
    for (let i = 0; i < 10; i++) void read(client, reject).catch(() => undefined);
    expect(count(peer, "Qot_GetUserSecurity")).toBe(10);
    await client.close();
  });

  test("is given back when too many requests are under way", async () => {
    const { client, peer } = await login(dialect, { maxInFlight: 1 });
    const first = unlimited(client);
    for (let i = 0; i < 20; i++) expect((await failureOf(read(client))).code).toBe("OPEND_OVERLOADED");
    peer.answer(peer.last("Qot_GetSubInfo"), unlimitedReply);
    await first;
    const asking = read(client, reject);
    peer.answer(peer.last("Qot_GetUserSecurity"), none);
    expect(await asking).toEqual([]);
  });

  test("of a request that was given up stays taken until a window after OpenD has answered a later one", async () => {
    const session = await login(dialect, { deadAfterMs: 1_000_000 });
    const { client, peer, clock } = session;
    // Not even heartbeats.
    peer.onAsked = () => undefined;
    const given = Array.from({ length: 10 }, () => failureOf(read(client, { timeoutMs: 100 })));
    await clock.advance(100);
    for (const one of given) expect((await one).outcome).toBe("unknown");
    await clock.advance(2 * WINDOW_MS);
    expect((await failureOf(read(client, reject))).code).toBe("OPEND_PACING");
    answerAll(session);
    await unlimited(client);
    await clock.advance(WINDOW_MS - 1);
    expect((await failureOf(read(client, reject))).code).toBe("OPEND_PACING");
    await clock.advance(1);
    expect(await read(client, reject)).toEqual([]);
  });

  test("of a request that was given up is over with its late reply, or with its connection", async () => {
    for (const end of ["reply", "loss"]) {
      const session = await login(dialect);
      const { client, peer, clock } = session;
      for (let i = 0; i < 10; i++) void read(client, { timeoutMs: 100 }).catch(() => undefined);
      await clock.advance(100);
      if (end === "reply") peer.answer(peer.last("Qot_GetUserSecurity"), none);
      else peer.drop();
      answerAll(session);
      await clock.advance(WINDOW_MS);
      expect(await read(client, reject)).toEqual([]);
      await client.close();
    }
  });
});

describe.each(dialects)("equal reads over $dialect", ({ dialect }) => {
  const share = { shareReads: true } as const;

  test("share one request where that is wanted", async () => {
    const session = await login(dialect, share);
    const { client, peer } = session;
    answerAll(session);
    const replies = await Promise.all([read(client), read(client), client.getUserSecurity("US"), read(client)]);
    expect(replies).toEqual([[], [], [], []]);
    expect(peer.asked.map(({ c2s }) => (c2s as { groupName: string }).groupName)).toEqual(["HK", "US"]);
    await read(client);
    expect(peer.asked).toHaveLength(3);
  });

  test("do not, unless it is wanted; and writes never do", async () => {
    const session = await login(dialect);
    answerAll(session);
    await Promise.all([
      read(session.client),
      read(session.client),
      write(session.client, share),
      write(session.client, share),
    ]);
    expect(session.peer.asked).toHaveLength(4);
  });

  test("share the error too, and the next one is sent anew", async () => {
    const { client, peer } = await login(dialect, share);
    const failures = [failureOf(read(client)), failureOf(read(client))];
    peer.refuse(peer.asked[0]!, "no");
    for (const failure of failures) expect((await failure).code).toBe("OPEND_SERVER");
    void read(client).catch(() => undefined);
    expect(peer.asked).toHaveLength(2);
    await client.close();
  });

  test("are not taken from each other by an abort, whoever asked first", async () => {
    const { client, peer, clock } = await login(dialect, share);
    const controllers = [new AbortController(), new AbortController()];
    const [first, second] = controllers.map(({ signal }) => failureOf(read(client, { signal })));
    const third = read(client);
    controllers[0]!.abort("left");
    const error = await first!;
    expect(error).toMatchObject({ code: "OPEND_ABORTED", cause: "left", outcome: "unknown" });
    expect(error.message).toBe("[OPEND_ABORTED] Qot_GetUserSecurity: aborted");
    controllers[1]!.abort();
    expect((await second!).code).toBe("OPEND_ABORTED");
    peer.answer(peer.asked[0]!, none);
    expect(await third).toEqual([]);
    expect(peer.asked).toHaveLength(1);
    await client.close();
    expect(clock.timers).toBe(0);
  });

  test("that join one which is out of time first go out themselves", async () => {
    const { client, peer, clock } = await login(dialect, share);
    const short = watch(read(client, { timeoutMs: 100 }));
    const long = watch(read(client, { timeoutMs: 5000 }));
    await clock.advance(100);
    expect(short.error).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "unknown" });
    expect(peer.asked).toHaveLength(2);
    peer.answer(peer.asked[1]!, none);
    await settle();
    expect(long.value).toEqual([]);
    await client.close();
    expect(clock.timers).toBe(0);
  });

  test("have each its own deadline", async () => {
    const { client, clock } = await login(dialect, share);
    const long = watch(read(client, { timeoutMs: 5000 }));
    const short = watch(read(client, { timeoutMs: 100 }));
    await clock.advance(100);
    expect(short.error).toMatchObject({ code: "OPEND_TIMEOUT", outcome: "unknown", retryable: true });
    expect(long.state).toBe("pending");
    await client.close();
  });

  test("that are aborted before send nothing", async () => {
    const { client, peer } = await login(dialect, share);
    const error = await failureOf(read(client, { signal: AbortSignal.abort("early") }));
    expect(error).toMatchObject({ code: "OPEND_ABORTED", cause: "early", outcome: "not-sent" });
    expect(peer.asked).toEqual([]);
  });
});

describe.each(dialects)("what the caller changes later, over $dialect,", ({ dialect }) => {
  test("is not in an order that waits", async () => {
    const { client, peer, clock } = await login(dialect);
    peer.drop();
    const header = { trdEnv: 0, accID: 1n, trdMarket: 1 };
    const order = { header, trdSide: 1, orderType: 1, code: "00700", qty: 100 };
    void client.request(TrdPlaceOrder, order).catch(() => undefined);
    Object.assign(order, { qty: 200 });
    Object.assign(header, { accID: 2n });
    await clock.advance(100);
    expect(peer.last("Trd_PlaceOrder").c2s).toMatchObject({ qty: 100, header: { accID: 1n } });
    await client.close();
  });

  test.each(["never sent", "sent"])("is not in a request that is repeated after it was %s", async (when) => {
    const session = await login(dialect, { retry: "reads" });
    const { client, peer, clock } = session;
    peer.writable = when === "sent";
    void unlimited(client).catch(() => undefined);
    const c2s = { isReqAllConn: true };
    const reading = watch(client.request(QotGetSubInfo, c2s));
    c2s.isReqAllConn = false;
    peer.drop();
    peer.writable = true;
    answerAll(session);
    await clock.advance(100);
    expect(reading.state).toBe("fulfilled");
    expect(peer.last("Qot_GetSubInfo").c2s).toMatchObject({ isReqAllConn: true });
  });
});

describe.each(dialects)("packetID over $dialect", ({ dialect }) => {
  const order = {
    header: { trdEnv: 0, accID: 1n, trdMarket: 1 },
    trdSide: 1,
    orderType: 1,
    code: "00700",
    qty: 100,
  } as const;
  const place = (client: Client, more: object = {}) =>
    client.request(TrdPlaceOrder, { ...order, ...more }).catch(() => undefined);
  const packets = (peer: Peer) =>
    peer.asked
      .filter(({ name }) => name === "Trd_PlaceOrder")
      .map(({ serialNo, c2s }) => ({ frame: serialNo, ...(c2s as { packetID: object }).packetID }));

  test("is this connection's id and the number of the frame", async () => {
    const { client, peer, clock } = await login(dialect);
    void unlimited(client).catch(() => undefined);
    void place(client);
    void place(client);
    await clock.advance(100);
    expect(packets(peer)).toEqual([
      { frame: 3, connID: CONN_ID, serialNo: 3 },
      { frame: 4, connID: CONN_ID, serialNo: 4 },
    ]);
    await client.close();
  });

  test("of the caller's own is kept", async () => {
    const { client, peer } = await login(dialect);
    void place(client, { packetID: { connID: 5n, serialNo: 77 } });
    expect(packets(peer)).toEqual([{ frame: 2, connID: 5n, serialNo: 77 }]);
    await client.close();
  });

  test("is of the connection that the request goes out on", async () => {
    const { client, peer, clock } = await login(dialect);
    peer.hello = () => ({ ...new Peer(dialect).hello(), connID: 9n });
    peer.drop();
    void place(client);
    await clock.advance(100);
    expect(packets(peer)).toEqual([{ frame: 2, connID: 9n, serialNo: 2 }]);
    expect(client.status()).toMatchObject({ connId: 9n });
    await client.close();
  });
});
