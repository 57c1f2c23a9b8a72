import { SubType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError, type OpenDErrorInit } from "./errors.ts";
import {
  type Resubscribed,
  type SubEnd,
  type Subjects,
  Subscriptions,
  type SubscriptionUnit,
} from "./subscriptions.ts";
import { failureOf, watch } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";

const { Basic, Ticker } = SubType;
/** As long as a subscription lasts at least, with the margin. */
const HOLD_MS = 60_500;

const hk = (code: string) => ({ market: 1, code });
const subjects = (codes: string, subTypes: SubType[] = [Basic]): Subjects => ({
  securities: codes.split(" ").map(hk),
  subTypes,
});
/** `n` codes: `c0 c1 …` */
const codes = (n: number) => Array.from({ length: n }, (_, i) => `c${i}`).join(" ");
const codesOf = (units: readonly SubscriptionUnit[]) => units.map(({ security }) => security.code).join(" ");

const error = (code: OpenDError["code"], init: OpenDErrorInit) => new OpenDError(code, "no", init);
const refused = error("OPEND_SERVER", { outcome: "rejected" });
const timedOut = error("OPEND_TIMEOUT", { outcome: "unknown" });
const lost = error("OPEND_CONNECTION_LOST", { outcome: "unknown" });

/**
 * Subscriptions with a connection, and what they send, as `+ 00700 00005 / 1`: plus or minus, codes, kinds of data. Unless
 * `answer` says otherwise, each is confirmed at once on the connection that there is.
 */
async function setup(isConnected = true) {
  const clock = new ManualClock();
  const sent: string[] = [];
  const options: object[] = [];
  const told: Resubscribed[] = [];
  const warnings: unknown[] = [];
  const peer = {
    connection: undefined as object | undefined,
    answer: async (_line: string): Promise<OpenDError | undefined> => undefined,
  };
  const subscriptions = new Subscriptions({
    clock,
    async send(c2s, callOptions): Promise<SubEnd> {
      expect(c2s.isRegOrUnRegPush).toBe(c2s.isSubOrUnSub);
      const list = c2s.securityList.map(({ code }) => code).join(" ");
      const line = `${c2s.isSubOrUnSub ? "+" : "-"} ${list} / ${c2s.subTypeList.join(" ")}`;
      sent.push(line);
      options.push(callOptions);
      // What waits for a connection goes out on the next one.
      const on = peer.connection;
      const error = await peer.answer(line);
      return { error, on: on ?? peer.connection };
    },
    resubscribed: (result) => told.push(result),
    warn: (warning) => warnings.push(warning),
  });
  const add = (of: Subjects) => subscriptions.add(of, {});
  /** The connection is lost. */
  const lose = async () => {
    peer.connection = undefined;
    subscriptions.lost();
    await settle();
    sent.length = 0;
  };
  /** There is another one. */
  const connect = async () => {
    const connection = {};
    peer.connection = connection;
    await subscriptions.ready(connection);
  };
  if (isConnected) await connect();
  return { subscriptions, clock, sent, options, told, warnings, peer, add, lose, connect };
}

/** An answer that comes when it is told. */
function later() {
  let settleIt!: (error?: OpenDError) => void;
  const promise = new Promise<OpenDError | undefined>((resolve) => {
    settleIt = resolve;
  });
  return { promise, settle: settleIt };
}

describe("subscribing", () => {
  test("asks for all securities and kinds at once, with the caller's options", async () => {
    const { subscriptions, sent, options } = await setup();
    const call = { timeoutMs: 5 };
    await subscriptions.add(subjects("00700 00005", [Basic, Ticker]), call);
    expect(sent).toEqual([`+ 00700 00005 / ${Basic} ${Ticker}`]);
    expect(options).toEqual([call]);
  });

  test("asks again for what is subscribed already, so that its state is pushed first", async () => {
    const { add, sent } = await setup();
    await add(subjects("00700"));
    await add(subjects("00700"));
    expect(sent).toEqual(["+ 00700 / 1", "+ 00700 / 1"]);
  });
});

describe("giving up", () => {
  test("waits for the minute that OpenD holds a subscription", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700"));
    await clock.advance(20_000);
    sent.length = 0;
    subscriptions.remove(subjects("00700"));
    await clock.advance(HOLD_MS - 20_001);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect([sent, clock.timers]).toEqual([["- 00700 / 1"], 0]);
  });

  test("of an older subscription is done at once", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700"));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects("00700"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("is left out when it is wanted again meanwhile", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700"));
    subscriptions.remove(subjects("00700"));
    await add(subjects("00700"));
    await clock.advance(2 * HOLD_MS);
    expect(sent).toEqual(["+ 00700 / 1", "+ 00700 / 1"]);
  });

  test("comes with the last of several streams, and not before", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700"));
    await add(subjects("00700"));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects("00700"));
    await clock.advance(HOLD_MS);
    expect(sent).toEqual([]);
    subscriptions.remove(subjects("00700"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("gives up only the securities that nobody else wants", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700 00005"));
    await add(subjects("00005 09988"));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects("00700 00005"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("counts each kind of data on its own", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700 00005", [Basic, Ticker]));
    await add(subjects("00700", [Ticker]));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects("00700 00005", [Basic, Ticker]));
    expect(sent).toEqual([`- 00700 / ${Basic}`, `- 00005 / ${Basic} ${Ticker}`]);
  });

  test("a security that was named twice is given up once", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects("00700 00700"));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects("00700 00700"));
    await clock.advance(HOLD_MS);
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("goes in batches of at most 100 units", async () => {
    const { subscriptions, add, clock, sent } = await setup();
    await add(subjects(codes(250)));
    await clock.advance(HOLD_MS);
    sent.length = 0;
    subscriptions.remove(subjects(codes(250)));
    expect(sent.map((line) => line.split(" / ")[0]?.split(" ").length)).toEqual([101, 101, 51]);
  });

  test("that is refused is tried again every 10 s, and told unless it was only early", async () => {
    const { subscriptions, add, clock, sent, peer, warnings } = await setup();
    await add(subjects("00700"));
    subscriptions.remove(subjects("00700"));
    const early = error("OPEND_SERVER", { outcome: "rejected", reason: "unsubscribe-too-early" });
    const answers = [early, timedOut, refused];
    peer.answer = async () => answers.shift();
    sent.length = 0;
    await clock.advance(HOLD_MS);
    expect([sent.length, warnings]).toEqual([1, []]);
    await clock.advance(10_000);
    expect([sent.length, warnings]).toEqual([2, []]);
    await clock.advance(10_000);
    expect([sent.length, warnings]).toEqual([3, [refused]]);
    await clock.advance(10_000);
    expect([sent.length, clock.timers]).toEqual([4, 0]);
  });

  test("does not take from a stream what it subscribed to meanwhile", async () => {
    const { subscriptions, add, clock, sent, peer } = await setup();
    await add(subjects("00700", [Basic, Ticker]));
    await clock.advance(HOLD_MS);
    const unsubscribing = later();
    peer.answer = (line) => (line.startsWith("-") ? unsubscribing.promise : Promise.resolve(undefined));
    subscriptions.remove(subjects("00700", [Basic, Ticker]));
    await add(subjects("00700", [Ticker]));
    unsubscribing.settle();
    await settle();
    expect(sent.at(-1)).toBe(`+ 00700 / ${Ticker}`);
    await clock.advance(2 * HOLD_MS);
    expect(sent.filter((line) => line.startsWith("-"))).toHaveLength(1);
  });

  test("while there is no connection forgets it", async () => {
    const { subscriptions, add, clock, sent, lose, connect } = await setup();
    await add(subjects("00700"));
    await lose();
    subscriptions.remove(subjects("00700"));
    expect(clock.timers).toBe(0);
    await connect();
    await clock.advance(2 * HOLD_MS);
    expect(sent).toEqual([]);
  });
});

describe("a subscription that fails", () => {
  test("rejects with its error, and is not subscribed again", async () => {
    const { subscriptions, add, sent, peer, lose, connect } = await setup();
    peer.answer = async () => refused;
    expect(await failureOf(add(subjects("00700")))).toBe(refused);
    subscriptions.remove(subjects("00700"));
    await lose();
    await connect();
    expect(sent).toEqual([]);
  });

  test("but may have been done is given up later", async () => {
    const { subscriptions, add, sent, peer, clock } = await setup();
    peer.answer = async (line) => (line.startsWith("+") ? timedOut : undefined);
    expect(await failureOf(add(subjects("00700")))).toBe(timedOut);
    subscriptions.remove(subjects("00700"));
    await clock.advance(HOLD_MS);
    expect(sent).toEqual(["+ 00700 / 1", "- 00700 / 1"]);
  });

  test("whose stream has ended before is given up all the same", async () => {
    const { clock, subscriptions, peer, sent } = await setup();
    peer.answer = async (line) => {
      if (!line.startsWith("+")) return undefined;
      subscriptions.remove(subjects("00700"));
      return timedOut;
    };
    await failureOf(subscriptions.add(subjects("00700"), {}));
    await clock.advance(HOLD_MS);
    expect(sent).toEqual(["+ 00700 / 1", "- 00700 / 1"]);
  });

  test("does not take away what another stream got meanwhile", async () => {
    const { subscriptions, add, sent, peer, clock } = await setup();
    const first = later();
    peer.answer = () => first.promise;
    const failing = failureOf(add(subjects("00700")));
    peer.answer = async () => undefined;
    await add(subjects("00700"));
    first.settle(refused);
    expect(await failing).toBe(refused);
    subscriptions.remove(subjects("00700"));
    await clock.advance(2 * HOLD_MS);
    expect(sent).toEqual(["+ 00700 / 1", "+ 00700 / 1"]);
    subscriptions.remove(subjects("00700"));
    expect(sent.at(-1)).toBe("- 00700 / 1");
  });
});

describe("after a lost connection", () => {
  test("what is wanted is subscribed again, with as few requests as can be, and told", async () => {
    const { subscriptions, add, sent, options, told, lose, connect } = await setup();
    await add(subjects("00700", [Basic, Ticker]));
    await add(subjects("00005 09988"));
    await add(subjects("00001"));
    subscriptions.remove(subjects("00001"));
    await lose();
    options.length = 0;
    await connect();
    expect(sent).toEqual([`+ 00700 / ${Basic} ${Ticker}`, `+ 00005 09988 / ${Basic}`]);
    // For this connection or for none, and never held up by the bounds of what users ask.
    expect(options).toEqual(Array(2).fill({ whileDown: "reject", beyondLimit: true }));
    expect(told).toHaveLength(1);
    expect(codesOf(told[0]!.restored)).toBe("00700 00700 00005 09988");
    expect(told[0]!.failed).toEqual([]);
  });

  test("nothing is sent or told when nothing is wanted", async () => {
    const { sent, told, lose, connect } = await setup();
    await lose();
    await connect();
    expect([sent, told]).toEqual([[], []]);
  });

  test("a batch has at most 100 units, one after the other", async () => {
    const { add, sent, told, peer, lose, connect } = await setup();
    await add(subjects(codes(30), [Basic, Ticker, SubType.OrderBook]));
    await add(subjects(Array.from({ length: 120 }, (_, i) => `d${i}`).join(" ")));
    await lose();
    let underWay = 0;
    peer.answer = async () => {
      expect(++underWay).toBe(1);
      await Promise.resolve();
      underWay -= 1;
      return undefined;
    };
    await connect();
    expect(sent.map((line) => line.split(" / ")[0]!.split(" ").length - 1)).toEqual([30, 100, 20]);
    expect(told.map(({ restored }) => restored.length)).toEqual([210]);
  });

  test("a security that is refused does not cost the others theirs, and is tried again with the next connection", async () => {
    const { add, sent, told, peer, clock, lose, connect } = await setup();
    await add(subjects(codes(20), [Basic, Ticker]));
    await lose();
    peer.answer = async (line) => (line.includes(" c7 ") && line.includes(`${Ticker}`) ? refused : undefined);
    await connect();
    expect(told).toHaveLength(1);
    expect(told[0]!.restored).toHaveLength(39);
    expect(told[0]!.failed).toEqual([{ security: hk("c7"), subType: Ticker, error: refused }]);
    // By halves: that takes few requests.
    expect(sent.length).toBeLessThan(15);
    sent.length = 0;
    await clock.advance(100_000);
    expect(sent).toEqual([]);
    peer.answer = async () => undefined;
    await lose();
    await connect();
    expect(told[1]!.restored).toHaveLength(40);
  });

  test("what timed out is tried again after 10 s, and then told", async () => {
    const { add, sent, told, peer, clock, lose, connect } = await setup();
    await add(subjects("00700 00005"));
    await lose();
    peer.answer = async () => timedOut;
    await connect();
    expect([sent, told]).toEqual([["+ 00700 00005 / 1"], []]);
    peer.answer = async () => undefined;
    await clock.advance(9999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toEqual(["+ 00700 00005 / 1", "+ 00700 00005 / 1"]);
    expect(told.map(({ restored }) => codesOf(restored))).toEqual(["00700 00005"]);
    await clock.advance(100_000);
    expect([sent.length, clock.timers]).toEqual([2, 0]);
  });

  test("replies of the connection before do not count", async () => {
    const { add, sent, told, peer, lose, connect } = await setup();
    await add(subjects("00700"));
    await lose();
    const late = later();
    peer.answer = () => late.promise;
    const first = connect();
    await settle();
    await lose();
    peer.answer = async () => lost;
    late.settle();
    await first;
    expect(told).toEqual([]);
    peer.answer = async () => undefined;
    await connect();
    expect(sent).toEqual(["+ 00700 / 1"]);
    expect(told).toHaveLength(1);
  });

  test("lost again at once, it begins anew with the next connection", async () => {
    const { add, sent, told, peer, lose, connect } = await setup();
    await add(subjects(codes(150)));
    await lose();
    const late = later();
    peer.answer = () => late.promise;
    const first = connect();
    await settle();
    late.settle(lost);
    await lose();
    await first;
    expect(sent).toEqual([]);
    peer.answer = async () => undefined;
    await connect();
    expect(told.map(({ restored }) => restored.length)).toEqual([150]);
  });

  test("what a stream asks for meanwhile is not asked twice, and what another gives up is left out", async () => {
    const { subscriptions, add, sent, told, peer, lose, connect } = await setup();
    await add(subjects(codes(100)));
    await add(subjects("00005"));
    await lose();
    const first = later();
    peer.answer = () => first.promise;
    const connecting = connect();
    peer.answer = async () => undefined;
    subscriptions.remove(subjects("00005"));
    const adding = watch(add(subjects("09988")));
    await settle();
    expect(adding.state).toBe("fulfilled");
    first.settle();
    await connecting;
    expect(sent).toEqual([`+ ${codes(100)} / 1`, "+ 09988 / 1"]);
    expect(told.map(({ restored }) => restored.length)).toEqual([100]);
  });

  test("streams that come and go do not break it up: it is told once", async () => {
    const { subscriptions, add, sent, told, peer, lose, connect } = await setup();
    await add(subjects(codes(250)));
    await lose();
    const first = later();
    peer.answer = () => first.promise;
    const connecting = connect();
    peer.answer = async () => undefined;
    subscriptions.remove(subjects("c249"));
    await settle();
    first.settle();
    await connecting;
    await settle();
    expect(sent).toHaveLength(3);
    expect(told.map(({ restored }) => restored.length)).toEqual([249]);
  });

  test("a stream that comes while there is none is subscribed by its own request", async () => {
    const { subscriptions, sent, told, peer, lose, connect, clock } = await setup(false);
    const answer = later();
    peer.answer = () => answer.promise;
    const adding = subscriptions.add(subjects("00700"), {});
    // Its request waits, and goes out on the connection that comes.
    await connect();
    answer.settle();
    await adding;
    expect([sent, told]).toEqual([["+ 00700 / 1"], []]);
    peer.answer = async () => undefined;
    await lose();
    await connect();
    expect([sent, told.length, clock.timers]).toEqual([["+ 00700 / 1"], 1, 0]);
  });

  test("what another stream has asked for in vain is still subscribed for those that had it", async () => {
    const { subscriptions, add, sent, peer, clock, lose, connect } = await setup();
    await add(subjects("00700"));
    await lose();
    const answer = later();
    peer.answer = () => answer.promise;
    const adding = failureOf(add(subjects("00700")));
    peer.answer = async () => undefined;
    await connect();
    expect(sent).toHaveLength(1);
    answer.settle(error("OPEND_ABORTED", { outcome: "not-sent" }));
    await adding;
    subscriptions.remove(subjects("00700"));
    await settle();
    expect(sent).toHaveLength(2);
    await clock.advance(2 * HOLD_MS);
    expect(sent).toHaveLength(2);
  });
});

test("close leaves no timer, whatever is under way", async () => {
  const { subscriptions, add, clock, peer } = await setup();
  await add(subjects("00700 00005"));
  subscriptions.remove(subjects("00700"));
  expect(clock.timers).toBe(1);
  const answer = later();
  peer.answer = () => answer.promise;
  const adding = failureOf(add(subjects("09988")));
  subscriptions.close();
  answer.settle(error("OPEND_CLOSED", { outcome: "unknown" }));
  await adding;
  subscriptions.remove(subjects("00005"));
  subscriptions.remove(subjects("09988"));
  await settle();
  expect(clock.timers).toBe(0);
});
