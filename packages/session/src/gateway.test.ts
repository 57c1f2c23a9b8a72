import { GtwEventType, NotifyType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { type GatewayState, watchGateway } from "./gateway.ts";
import { dialects, failureOf, login, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import type { Asked } from "./testing/peer.ts";
import type { Dialect } from "./transport.ts";

const globalState = (qotLogined: boolean) => ({
  marketHK: 0,
  marketUS: 0,
  marketSH: 0,
  marketSZ: 0,
  marketHKFuture: 0,
  qotLogined,
  trdLogined: true,
  serverVer: 1011,
  serverBuildNo: 1,
  time: 1_767_323_045n,
});
const loggedOut = { type: NotifyType.ConnStatus, connectStatus: { qotLogined: false, trdLogined: true } };
const kicked = { type: NotifyType.GtwEvent, event: { eventType: GtwEventType.KickedOut, desc: "elsewhere" } };

/** A client whose peer tells its state when `answer` says so. */
async function setup(dialect: Dialect) {
  const session = await login(dialect);
  const { peer } = session;
  const answers = { answer: (asked: Asked) => peer.answer(asked, globalState(true)) };
  peer.onAsked = (asked) => {
    if (asked.protoId === 1002) queueMicrotask(() => answers.answer(asked));
    else peer.serve(asked);
  };
  return Object.assign(session, { answers });
}

describe.each(dialects)("watchGateway over $dialect", ({ dialect }) => {
  test("tells what OpenD answers, and then what it notifies of", async () => {
    const { client, peer } = await setup(dialect);
    const gateway = await watchGateway(client);
    expect(gateway.state).toEqual({ quotesLoggedIn: true, tradeLoggedIn: true, serverVersion: 1011 });
    expect((await gateway.next()).value).toBe(gateway.state);
    const next = gateway.next();
    peer.push(1003, loggedOut);
    expect((await next).value).toMatchObject({ quotesLoggedIn: false, tradeLoggedIn: true, serverVersion: 1011 });
    peer.push(1003, kicked);
    // A slow reader gets the newest only.
    peer.push(1003, { type: NotifyType.ProgramStatus, programStatus: { programStatus: { type: 3 } } });
    expect((await gateway.next()).value).toMatchObject({ programStatus: { type: 3 }, event: { desc: "elsewhere" } });
  });

  test("asks anew on every connection, and knows nothing of the logins while there is none", async () => {
    const { client, peer, clock, answers } = await setup(dialect);
    const gateway = await watchGateway(client);
    answers.answer = (asked) => peer.answer(asked, globalState(false));
    peer.drop();
    expect(gateway.state).toMatchObject({ quotesLoggedIn: undefined, tradeLoggedIn: undefined });
    await clock.advance(100);
    expect(gateway.state).toMatchObject({ quotesLoggedIn: false, tradeLoggedIn: true });
  });

  test("takes a notification for newer than the answer before it, in whatever order they are read", async () => {
    const { client, peer, answers } = await setup(dialect);
    answers.answer = (asked) => {
      // Both at once: what waits for an answer goes on only after what a push calls.
      peer.answer(asked, globalState(true));
      peer.push(1003, loggedOut);
    };
    expect((await watchGateway(client)).state).toMatchObject({ quotesLoggedIn: false, serverVersion: 1011 });
  });

  test("goes on when OpenD does not tell its state after a lost connection", async () => {
    const { client, peer, clock, warnings, answers } = await setup(dialect);
    const gateway = await watchGateway(client);
    answers.answer = (asked) => peer.refuse(asked, "not now");
    peer.drop();
    await clock.advance(100);
    expect(gateway.state.quotesLoggedIn).toBeUndefined();
    peer.push(1003, loggedOut);
    expect([gateway.state.quotesLoggedIn, warnings]).toEqual([false, []]);
  });

  test("rejects, and leaves nothing, when OpenD does not tell its state at first", async () => {
    const { client, peer, clock, answers } = await setup(dialect);
    answers.answer = (asked) => peer.refuse(asked, "not now");
    expect((await failureOf(watchGateway(client))).code).toBe("OPEND_SERVER");
    peer.asked.length = 0;
    peer.drop();
    await clock.advance(100);
    expect(peer.names).not.toContain("GetGlobalState");
  });

  test("ends with the client", async () => {
    const { client } = await setup(dialect);
    const gateway = await watchGateway(client);
    await gateway.next();
    const next = watch<IteratorResult<GatewayState, undefined>>(gateway.next());
    await client.close();
    await settle();
    expect(next.value).toEqual({ value: undefined, done: true });
  });

  test("asks no more after it was closed, and forgets the answer that comes then", async () => {
    const { client, peer, clock, answers } = await setup(dialect);
    const gateway = await watchGateway(client);
    let late: Asked | undefined;
    answers.answer = (asked) => {
      late = asked;
    };
    peer.drop();
    await clock.advance(100);
    const { state } = gateway;
    await gateway.close();
    peer.answer(late!, globalState(false));
    peer.push(1003, loggedOut);
    await settle();
    expect(gateway.state).toBe(state);
    peer.asked.length = 0;
    peer.drop();
    await clock.advance(200);
    expect(peer.names).not.toContain("GetGlobalState");
  });
});
