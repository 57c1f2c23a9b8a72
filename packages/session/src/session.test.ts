import { Notify, RetType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { dialects, failureOf, login, type Session, start, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { CONN_ID, Peer } from "./testing/peer.ts";
import type { Dialect } from "./transport.ts";

const refused = () => new OpenDError("OPEND_CONNECT_FAILED", "nothing listens there", { retryable: true });

/** A client that has logged in, and what it tells of its state: `ready`, `reconnecting 1 after 100`, `closed OPEND_…`. */
async function setup(dialect: Dialect, options: ClientOptions = {}) {
  const session = await login(dialect, options);
  const states: string[] = [];
  session.client.on("status", (status) => {
    if (status.state === "reconnecting") states.push(`reconnecting ${status.attempt} after ${status.delayMs}`);
    else if (status.state === "closed") states.push(`closed ${status.error?.code ?? "on purpose"}`);
    else states.push(status.state);
  });
  return { ...session, states };
}

/** From now on nothing listens there, or, with a number, so many times. */
function refuse(peer: Peer, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  peer.beforeOpen = () => {
    if (left-- > 0) throw refused();
  };
}

/** Nothing is left of a client. */
async function expectNothingLeft({ peer, clock }: Pick<Session, "peer" | "clock">): Promise<void> {
  await settle();
  expect([clock.timers, clock.wakeListeners, peer.isOpen]).toEqual([0, 0, false]);
}

describe.each(dialects)("a lost connection over $dialect", ({ dialect }) => {
  test("is opened again after a delay", async () => {
    const { client, peer, clock, states } = await setup(dialect);
    peer.drop(new Error("ECONNRESET"));
    expect(client.status()).toMatchObject({
      state: "reconnecting",
      attempt: 1,
      delayMs: 100,
      cause: { code: "OPEND_CONNECTION_LOST" },
      inFlight: 0,
    });
    await clock.advance(99);
    expect(peer.opened).toBe(1);
    await clock.advance(1);
    expect(peer.opened).toBe(2);
    expect(client.status()).toMatchObject({ state: "ready", connId: CONN_ID });
    expect(states).toEqual(["reconnecting 1 after 100", "ready"]);
  });

  test("is tried again and again, later each time, up to the longest delay", async () => {
    const { peer, clock, states } = await setup(dialect, { reconnect: { maxMs: 1000 } });
    refuse(peer, 5);
    peer.drop();
    await clock.advance(100 + 200 + 400 + 500 + 500 + 500);
    expect(states).toEqual([
      "reconnecting 1 after 100",
      "reconnecting 2 after 200",
      "reconnecting 3 after 400",
      "reconnecting 4 after 500",
      "reconnecting 5 after 500",
      "reconnecting 6 after 500",
      "ready",
    ]);
  });

  test("tells why the last try failed", async () => {
    const { client, peer, clock } = await setup(dialect);
    const causes: OpenDError[] = [];
    client.on("reconnecting", ({ cause }) => causes.push(cause));
    refuse(peer, 1);
    peer.drop();
    await clock.advance(100);
    expect(causes.map(({ code }) => code)).toEqual(["OPEND_CONNECTION_LOST", "OPEND_CONNECT_FAILED"]);
  });

  test("starts the delays anew only after a stable spell", async () => {
    const { peer, clock, states } = await setup(dialect, { reconnect: { stableAfterMs: 5000 } });
    await clock.advance(5000);
    peer.drop();
    await clock.advance(100);
    await clock.advance(4999);
    peer.drop();
    await clock.advance(200);
    await clock.advance(5000);
    peer.drop();
    expect(states.filter((state) => state !== "ready")).toEqual([
      "reconnecting 1 after 100",
      "reconnecting 2 after 200",
      "reconnecting 1 after 100",
    ]);
  });

  test("is given up after as many tries as there may be", async () => {
    const session = await setup(dialect, { reconnect: { maxAttempts: 2 } });
    const { client, peer, clock, states } = session;
    const closed: unknown[] = [];
    client.on("closed", (event) => closed.push(event));
    refuse(peer);
    peer.drop();
    const waiting = failureOf(client.getUserSecurity("HK"));
    await clock.advance(300);
    expect(states).toEqual(["reconnecting 1 after 100", "reconnecting 2 after 200", "closed OPEND_CONNECTION_LOST"]);
    const status = client.status();
    const error = status.state === "closed" ? status.error : undefined;
    expect(error?.message).toBe("[OPEND_CONNECTION_LOST] gave up after 2 tries to connect: nothing listens there");
    expect(error?.cause).toMatchObject({ code: "OPEND_CONNECT_FAILED" });
    expect(closed).toEqual([{ error }]);
    expect(await waiting).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "not-sent" });
    await expectNothingLeft(session);
  });

  test("closes the client when it shall not come back", async () => {
    const session = await setup(dialect, { reconnect: false });
    session.peer.drop();
    expect(session.states).toEqual(["closed OPEND_CONNECTION_LOST"]);
    await session.clock.advance(100_000);
    expect(session.peer.opened).toBe(1);
    await expectNothingLeft(session);
  });

  test("never has two links at once, whatever happens to them", async () => {
    const { peer, clock } = await setup(dialect, { connectTimeoutMs: 1000, reconnect: { maxMs: 400 } });
    const serve = peer.onAsked;
    for (let i = 0; i < 20; i++) {
      // In turn: works, is not answered, is closed in the handshake, is no OpenD.
      peer.onAsked = (asked) => {
        if (i % 4 === 0) serve(asked);
        if (i % 4 === 2) peer.drop();
        if (i % 4 === 3) peer.send(new TextEncoder().encode("HTTP/1.1 400 Bad Request, and so many words"));
      };
      peer.drop();
      await clock.advance(500);
      await clock.wake();
    }
    expect(peer.opened).toBeGreaterThan(10);
    expect(peer.mostAtOnce).toBe(1);
  });
});

describe.each(dialects)("a try to come back over $dialect", ({ dialect }) => {
  test("that is refused the login is the last: the account could be locked", async () => {
    const session = await setup(dialect);
    const { peer, clock, states } = session;
    peer.onAsked = (asked) => peer.refuse(asked, "the password has changed", RetType.Invalid);
    peer.drop();
    await clock.advance(100);
    expect(states).toEqual(["reconnecting 1 after 100", "closed OPEND_LOGIN_FAILED"]);
    await clock.advance(100_000);
    expect(peer.opened).toBe(2);
    await expectNothingLeft(session);
  });

  test.each([RetType.TimeOut, RetType.DisConnect, RetType.Unknown])(
    "that OpenD did not get to the end (retType %i) is not the last",
    async (retType) => {
      const { peer, clock, states } = await setup(dialect);
      peer.onAsked = (asked) => queueMicrotask(() => peer.refuse(asked, "", retType));
      peer.drop();
      await clock.advance(100);
      expect(states.at(-1)).toBe("reconnecting 2 after 200");
      peer.onAsked = (asked) => peer.serve(asked);
      await clock.advance(200);
      expect(states.at(-1)).toBe("ready");
    },
  );

  test("whose handshake is dropped, not answered or answered by another program is not the last", async () => {
    const { peer, clock, states } = await setup(dialect, { connectTimeoutMs: 1000 });
    const serve = peer.onAsked;
    const tries = [
      () => peer.drop(),
      () => undefined,
      () => peer.send(new TextEncoder().encode("HTTP/1.1 503 Unavailable, and so many more words")),
    ];
    peer.onAsked = (asked) => {
      const next = tries.shift();
      if (next === undefined) serve(asked);
      else next();
    };
    peer.drop();
    await clock.advance(100 + 200 + 1000 + 400 + 800);
    expect(states).toEqual([
      "reconnecting 1 after 100",
      "reconnecting 2 after 200",
      "reconnecting 3 after 400",
      "reconnecting 4 after 800",
      "ready",
    ]);
  });

  test("begins at once when the computer wakes up", async () => {
    const { client, peer, clock } = await setup(dialect);
    refuse(peer, 6);
    peer.drop();
    await clock.advance(100 + 200 + 400 + 800 + 1600 + 3200);
    expect(client.status()).toMatchObject({ state: "reconnecting", attempt: 7 });
    await clock.wake();
    expect(client.status().state).toBe("ready");
    expect(peer.opened).toBe(2);
    await clock.advance(20_000);
    expect([peer.opened, peer.mostAtOnce]).toEqual([2, 1]);
  });

  test("is not doubled by a wake-up while it is under way", async () => {
    const { client, peer, clock } = await setup(dialect);
    let open: (() => void) | undefined;
    let tries = 0;
    peer.beforeOpen = () => {
      tries += 1;
      return new Promise<void>((resolve) => {
        open = resolve;
      });
    };
    peer.drop();
    await clock.advance(100);
    await clock.wake();
    await clock.wake();
    expect(tries).toBe(1);
    open?.();
    await settle();
    expect([client.status().state, peer.opened]).toEqual(["ready", 2]);
  });
});

describe.each(dialects)("closing over $dialect leaves nothing", ({ dialect }) => {
  const lose = ({ peer }: Session) => peer.drop();
  test.each<[string, (session: Session) => unknown]>([
    ["while it is ready", () => undefined],
    ["while it waits for the next try", lose],
    [
      "while a link is opened",
      async (session) => {
        session.peer.beforeOpen = (signal) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        lose(session);
        await session.clock.advance(100);
      },
    ],
    [
      "while it logs in",
      async (session) => {
        session.peer.onAsked = () => undefined;
        lose(session);
        await session.clock.advance(100);
        expect(session.peer.isOpen).toBe(true);
      },
    ],
  ])("%s", async (_, arrange) => {
    const session = await setup(dialect);
    const { client, peer, states } = session;
    await arrange(session);
    const waiting = failureOf(client.getUserSecurity("HK"));
    const stream = client.pushes(Notify);
    await client.close();
    expect((await waiting).code).toBe("OPEND_CLOSED");
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(states.at(-1)).toBe("closed on purpose");
    await expectNothingLeft(session);
    const { opened } = peer;
    await session.clock.advance(100_000);
    await session.clock.wake();
    expect(peer.opened).toBe(opened);
    await expectNothingLeft(session);
  });

  test.each(["ready", "reconnecting"])("from a listener that hears of %s", async (state) => {
    const session = await setup(dialect);
    session.client.on("status", (status) => {
      if (status.state === state) void session.client.close();
    });
    session.peer.drop();
    await session.clock.advance(200);
    expect(session.states.at(-1)).toBe("closed on purpose");
    expect(session.client.status()).toEqual({ state: "closed" });
    await expectNothingLeft(session);
  });
});

describe.each(dialects)("connecting over $dialect", ({ dialect }) => {
  test("fails at once when nothing listens there, unless it shall wait", async () => {
    const peer = new Peer(dialect);
    refuse(peer);
    const { connecting, clock } = start(peer);
    expect((await failureOf(connecting)).code).toBe("OPEND_CONNECT_FAILED");
    await expectNothingLeft({ peer, clock });
  });

  test("waits for an OpenD that is not up yet, when that is wanted", async () => {
    const peer = new Peer(dialect);
    refuse(peer, 3);
    const { connecting, clock } = start(peer, { waitForOpenD: true });
    const connected = watch(connecting);
    await settle();
    await clock.advance(100 + 200 + 399);
    expect(connected.state).toBe("pending");
    await clock.advance(1);
    expect(connected.value?.status().state).toBe("ready");
    expect(peer.opened).toBe(1);
  });

  test("waits as often as it may", async () => {
    const peer = new Peer(dialect);
    refuse(peer);
    const { connecting, clock } = start(peer, { waitForOpenD: true, reconnect: { maxAttempts: 3 } });
    const failure = failureOf(connecting);
    await settle();
    await clock.advance(100 + 200 + 400);
    const error = await failure;
    expect(error.message).toBe("[OPEND_CONNECT_FAILED] gave up after 3 tries to connect: nothing listens there");
    await expectNothingLeft({ peer, clock });
  });

  test("does not wait for what is not OpenD, or refuses the login", async () => {
    const peer = new Peer(dialect);
    peer.onAsked = (asked) => peer.refuse(asked, "no");
    const { connecting, clock } = start(peer, { waitForOpenD: true });
    expect((await failureOf(connecting)).code).toBe("OPEND_LOGIN_FAILED");
    await expectNothingLeft({ peer, clock });
  });

  test("can be given up while it waits", async () => {
    const peer = new Peer(dialect);
    refuse(peer);
    const controller = new AbortController();
    const { connecting, clock } = start(peer, { waitForOpenD: true, signal: controller.signal });
    const failure = failureOf(connecting);
    await settle();
    await clock.advance(250);
    controller.abort("enough");
    expect(await failure).toMatchObject({ code: "OPEND_ABORTED", cause: "enough" });
    await expectNothingLeft({ peer, clock });
  });
});

describe("the WebSocket relay", () => {
  test.each([1, 2, 3])("whose own error %i meets a login is tried again", async (error) => {
    const { peer, clock, states } = await setup("ws");
    const serve = peer.onAsked;
    peer.onAsked = ({ protoId, serialNo }) => {
      peer.onAsked = serve;
      queueMicrotask(() => peer.send(peer.frame(protoId, serialNo, new Uint8Array(0), { error })));
    };
    peer.drop();
    await clock.advance(300);
    expect(states).toEqual(["reconnecting 1 after 100", "reconnecting 2 after 200", "ready"]);
  });

  test.each([4, -1])("whose error %i meets a login is not", async (error) => {
    const { peer, clock, states } = await setup("ws");
    peer.onAsked = ({ protoId, serialNo }) =>
      queueMicrotask(() => peer.send(peer.frame(protoId, serialNo, new Uint8Array(0), { error })));
    peer.drop();
    await clock.advance(100_000);
    expect(states).toEqual(["reconnecting 1 after 100", "closed OPEND_LOGIN_FAILED"]);
  });

  test("that has lost OpenD gets a new connection, which logs in to OpenD again", async () => {
    const { client, peer, clock, states } = await setup("ws");
    const asking = failureOf(client.getUserSecurity("HK"));
    peer.send(peer.frame(2, 0, Uint8Array.of(1, 2, 3)));
    expect(client.status()).toMatchObject({ state: "reconnecting", cause: { reason: "upstream-lost" } });
    expect(await asking).toMatchObject({ code: "OPEND_CONNECTION_LOST", reason: "upstream-lost", outcome: "unknown" });
    await settle();
    expect([peer.isOpen, peer.closeCalls]).toEqual([false, 1]);
    await clock.advance(100);
    expect(states).toEqual(["reconnecting 1 after 100", "ready"]);
  });
});

test.each<[string, unknown]>([
  ["reconnect must be true, false or an object", 5],
  ["reconnect.initialMs must be a number above 0, got 0", { initialMs: 0 }],
  ["reconnect.maxAttempts must be a number above 0, got NaN", { maxAttempts: Number.NaN }],
  ["reconnect.stableAfterMs must be a number above 0, got a string", { stableAfterMs: "1" }],
  ["reconnect.maxMs must be at least reconnect.initialMs", { initialMs: 500, maxMs: 400 }],
])("%s", async (told, reconnect) => {
  const { connecting, clock, peer } = start(new Peer("tcp"), { reconnect: reconnect as never });
  const error = await failureOf(connecting);
  expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
  expect(error.message).toContain(told);
  await expectNothingLeft({ peer, clock });
});
