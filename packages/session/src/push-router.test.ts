import { CodecError, Notify, QotUpdateBasicQot, RetType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError } from "./errors.ts";
import { PushRouter, type PushSink } from "./push-router.ts";
import { pricesOf, quotes } from "./testing/harness.ts";
import { type Answer, Peer } from "./testing/peer.ts";
import type { Incoming } from "./wire.ts";

const peer = new Peer("tcp");
const incoming = (protoId: number, answer: Answer): Incoming => ({
  protoId,
  serialNo: 0,
  body: peer.frame(protoId, 0, answer).subarray(44),
});
const tick = (price: number) => incoming(3005, { s2c: quotes({ "00700": price }) });

function sink() {
  const got: string[] = [];
  const ends: unknown[] = [];
  const gaps: number[] = [];
  const messages: unknown[] = [];
  const party: PushSink<ReturnType<typeof quotes>> = {
    push(message) {
      messages.push(message);
      got.push(pricesOf(message));
    },
    gap: (downMs) => gaps.push(downMs),
    end: (error) => ends.push(error),
  };
  return { ...party, got, gaps, ends, messages };
}

describe("routing", () => {
  test("hands a push, decoded once, to all sinks of its protocol", () => {
    const router = new PushRouter();
    const [one, two] = [sink(), sink()];
    router.add(QotUpdateBasicQot, one);
    router.add(QotUpdateBasicQot, two);
    router.route(tick(400));
    expect([one.got, two.got]).toEqual([["00700=400"], ["00700=400"]]);
    expect(one.messages[0]).toBe(two.messages[0]);
  });

  test("drops what nobody wants, readable or not", () => {
    const router = new PushRouter();
    const one = sink();
    router.add(QotUpdateBasicQot, one);
    router.route(incoming(1003, { s2c: { type: 1 } }));
    router.route({ protoId: 9999, serialNo: 0, body: Uint8Array.of(255) });
    router.route({ ...tick(1), protoId: 1003, damage: new CodecError("CODEC_FRAME_SHA1", "damaged") });
    expect(one.got).toEqual([]);
  });

  test("a removed sink gets nothing more, and the others still do", () => {
    const router = new PushRouter();
    const [one, two] = [sink(), sink()];
    const remove = router.add(QotUpdateBasicQot, one);
    router.add(QotUpdateBasicQot, two);
    remove();
    router.route(tick(400));
    expect([one.got, two.got]).toEqual([[], ["00700=400"]]);
  });

  test("removing twice does not harm a sink that came in between", () => {
    const router = new PushRouter();
    const remove = router.add(QotUpdateBasicQot, sink());
    remove();
    const later = sink();
    router.add(QotUpdateBasicQot, later);
    remove();
    router.route(tick(400));
    expect(later.got).toEqual(["00700=400"]);
  });

  test("a sink that another one removes on a push does not get that push", () => {
    const router = new PushRouter();
    const second = sink();
    router.add(QotUpdateBasicQot, { gap: () => undefined, push: () => remove(), end: () => undefined });
    const remove = router.add(QotUpdateBasicQot, second);
    router.route(tick(400));
    expect(second.got).toEqual([]);
  });

  test("a sink that comes, or goes, on a push changes nothing for the others", () => {
    const router = new PushRouter();
    const [second, added] = [sink(), sink()];
    let removals = 0;
    const remove = router.add(QotUpdateBasicQot, {
      push() {
        removals += 1;
        remove();
        router.add(QotUpdateBasicQot, added);
      },
      gap: () => undefined,
      end: () => undefined,
    });
    router.add(QotUpdateBasicQot, second);
    router.route(tick(400));
    expect([second.got, added.got]).toEqual([["00700=400"], []]);
    router.route(tick(401));
    expect([second.got, added.got]).toEqual([["00700=400", "00700=401"], ["00700=401"]]);
    expect(removals).toBe(1);
  });

  test("a push that tells a failure, or nothing, is dropped", () => {
    const router = new PushRouter();
    const one = sink();
    router.add(QotUpdateBasicQot, one);
    router.route(incoming(3005, { retType: RetType.Failed, retMsg: "no" }));
    router.route(incoming(3005, {}));
    expect(one.got).toEqual([]);
  });
});

describe("what cannot be read", () => {
  test("a damaged push throws its damage, also when its body could be decoded", () => {
    const router = new PushRouter();
    const one = sink();
    router.add(QotUpdateBasicQot, one);
    const damage = new CodecError("CODEC_FRAME_SHA1", "damaged");
    expect(() => router.route({ ...tick(400), damage })).toThrow(damage);
    expect(one.got).toEqual([]);
  });

  test("a body that is no message throws", () => {
    const router = new PushRouter();
    router.add(QotUpdateBasicQot, sink());
    expect(() => router.route({ protoId: 3005, serialNo: 0, body: Uint8Array.of(8) })).toThrow(CodecError);
    expect(() => router.route({ protoId: 3005, serialNo: 0, body: new Uint8Array(0) })).toThrow(/retType/);
  });
});

test("a gap reaches the sinks of all protocols that are there", () => {
  const router = new PushRouter();
  const [quotes, notices, gone] = [sink(), sink(), sink()];
  router.add(QotUpdateBasicQot, quotes);
  router.add(Notify, { push: () => undefined, gap: notices.gap, end: notices.end });
  router.add(QotUpdateBasicQot, gone)();
  router.gap(1500);
  expect([quotes.gaps, notices.gaps, gone.gaps]).toEqual([[1500], [1500], []]);
});

test("the end reaches every sink once", () => {
  const router = new PushRouter();
  const [one, two] = [sink(), sink()];
  router.add(QotUpdateBasicQot, one);
  const remove = router.add(Notify, { gap: () => undefined, push: () => undefined, end: two.end });
  const error = new OpenDError("OPEND_CONNECTION_LOST", "gone");
  router.end(error);
  router.end();
  expect(() => remove()).not.toThrow();
  expect([one.ends, two.ends]).toEqual([[error], [error]]);
  router.route(tick(400));
  expect(one.got).toEqual([]);
});
