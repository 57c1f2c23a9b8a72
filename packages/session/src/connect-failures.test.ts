import { RetType } from "@tickwire/codec";
import { describe, expect, test, vi } from "vitest";
import { connectSession } from "./connect.ts";
import { OpenDError } from "./errors.ts";
import { dialects, failureOf, start, wireOf } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";
import { type Asked, Peer } from "./testing/peer.ts";

describe.each(dialects)("connecting over $dialect fails", ({ dialect }) => {
  const hint = dialect === "tcp" ? "RSA key" : "websocketKey";

  /** The error of an attempt, after which nothing may be left. */
  async function failureWith(onAsked: (asked: Asked, peer: Peer) => void) {
    const peer = new Peer(dialect);
    peer.onAsked = (asked) => queueMicrotask(() => onAsked(asked, peer));
    const { connecting, clock } = start(peer);
    const error = await failureOf(connecting);
    await settle();
    expect(clock.timers).toBe(0);
    expect(peer.isOpen).toBe(false);
    return error;
  }

  test("with the transport's own error", async () => {
    const peer = new Peer(dialect);
    const refused = new OpenDError("OPEND_CONNECT_FAILED", "nothing listens there", { retryable: true });
    peer.beforeOpen = () => Promise.reject(refused);
    const { connecting, clock } = start(peer);
    expect(await failureOf(connecting)).toBe(refused);
    expect(clock.timers).toBe(0);
  });

  test("when the transport throws anything else", async () => {
    const peer = new Peer(dialect);
    const cause = new TypeError("oops");
    peer.beforeOpen = () => Promise.reject(cause);
    const error = await failureOf(start(peer).connecting);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", cause });
    expect(error.message).toBe(`[OPEND_CONNECT_FAILED] ${dialect}://peer: TypeError: oops`);
  });

  test("when the login is refused, with the gateway's words and what to check", async () => {
    const error = await failureWith((asked, peer) => peer.refuse(asked, "key is wrong", RetType.Invalid));
    expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", retType: -500, outcome: "not-sent" });
    expect(error.message).toMatch(new RegExp(`^\\[OPEND_LOGIN_FAILED\\] ${dialect}://peer: .*key is wrong.*${hint}`));
    expect(error.cause).toMatchObject({ code: "OPEND_SERVER" });
  });

  test("when the login is not answered in time", async () => {
    const peer = new Peer(dialect);
    peer.onAsked = () => undefined;
    const { connecting, clock } = start(peer, { connectTimeoutMs: 3000, timeoutMs: 100 });
    const failure = failureOf(connecting);
    await settle();
    await clock.advance(2999);
    expect(peer.isOpen).toBe(true);
    await clock.advance(1);
    const error = await failure;
    expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", retryable: true });
    expect(error.message).toContain(`no answer from ${dialect}://peer within 3000 ms`);
    expect(error.message).toContain(hint);
    expect([clock.timers, peer.isOpen, peer.closeCalls]).toEqual([0, false, 1]);
  });

  test("when the link cannot be opened in time", async () => {
    const peer = new Peer(dialect);
    peer.beforeOpen = hang;
    const { connecting, clock } = start(peer, { connectTimeoutMs: 3000 });
    const failure = failureOf(connecting);
    await clock.advance(3000);
    const error = await failure;
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
    expect(error.message).toContain(`no answer from ${dialect}://peer within 3000 ms`);
    expect([clock.timers, peer.opened]).toEqual([0, 0]);
  });

  test("when the link is closed during the login", async () => {
    const error = await failureWith((_, peer) => peer.drop());
    expect(error.code).toBe("OPEND_LOGIN_FAILED");
    expect(error.message).toContain("OpenD closed the connection");
    expect(error.message).toContain(hint);
  });

  test("when the link breaks right after the login", async () => {
    const error = await failureWith((asked, peer) => {
      peer.answer(asked, peer.hello());
      peer.drop(new Error("ECONNRESET"));
    });
    expect(error.code).toBe("OPEND_LOGIN_FAILED");
    expect(error.message).toContain("ECONNRESET");
  });

  test("when the peer is not OpenD, with what to check", async () => {
    const http = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    const error = await failureWith((_, peer) => peer.send(http));
    expect(error.code).toBe("OPEND_NOT_OPEND");
    expect(error.message).toContain(`${dialect}://peer: `);
    expect(error.message).toContain(dialect === "tcp" ? "it speaks HTTP" : "not OpenD's WebSocket port");
    expect(error.message).toContain(hint);
    expect(error.message).not.toContain("CODEC_");
  });

  test("when the login's reply cannot be read, with what to check", async () => {
    const error = await failureWith((asked, peer) =>
      peer.send(peer.frame(asked.protoId, asked.serialNo, Uint8Array.of(8))),
    );
    expect(error.message).toContain("Response");
    expect(error.message).toContain(hint);
  });

  test.each(["timeoutMs", "connectTimeoutMs", "deadAfterMs", "maxBodyBytes", "maxInFlight", "maxQueued"])(
    "when %s makes no sense",
    async (name) => {
      for (const value of [0, -1, Number.NaN]) {
        const { connecting, clock, peer } = start(new Peer(dialect), { [name]: value });
        const error = await failureOf(connecting);
        expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
        expect(error.message).toContain(`${name} must be a number above 0, got ${value}`);
        expect([peer.opened, clock.timers]).toEqual([0, 0]);
      }
    },
  );

  test("when the client's name is no text", async () => {
    const { connecting, clock, peer } = start(new Peer(dialect), { clientId: 7 as never });
    const error = await failureOf(connecting);
    await settle();
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain("clientId");
    expect([peer.asked.length, peer.isOpen, clock.timers]).toEqual([0, false, 0]);
  });
});

test("connecting over tcp fails when the login's reply is encrypted: its SHA-1 is not the body's", async () => {
  const peer = new Peer("tcp");
  peer.onAsked = (asked) => {
    const bytes = peer.frame(asked.protoId, asked.serialNo, { s2c: peer.hello() });
    bytes.fill(0xaa, 44);
    queueMicrotask(() => peer.send(bytes));
  };
  const error = await failureOf(start(peer).connecting);
  expect(error.message).toContain("or is encrypted");
  expect(error.message).toContain("RSA key");
});

test("connecting over ws fails when the relay refuses, with its words", async () => {
  const peer = new Peer("ws");
  peer.onAsked = ({ serialNo }) =>
    queueMicrotask(() => peer.send(peer.frame(1, serialNo, new Uint8Array(0), { error: 1, errorText: "密钥错误" })));
  const error = await failureOf(start(peer).connecting);
  expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", errCode: 1 });
  expect(error.message).toContain("密钥错误");
  expect(error.message).toContain("websocketKey");
});

describe.each(dialects)("aborting a connect over $dialect", ({ dialect }) => {
  test.each([
    ["before it began", 0],
    ["while the link is opened", 1],
    ["during the login", 2],
  ])("%s", async (_, when) => {
    const peer = new Peer(dialect);
    if (when === 1) peer.beforeOpen = hang;
    peer.onAsked = () => undefined;
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    if (when === 0) controller.abort(reason);
    const { connecting, clock } = start(peer, { signal: controller.signal });
    const failure = failureOf(connecting);
    await settle();
    expect(peer.asked).toHaveLength(when === 2 ? 1 : 0);
    controller.abort(reason);
    const error = await failure;
    await settle();
    expect(error).toMatchObject({ code: "OPEND_ABORTED", retryable: false });
    expect(error.message).toBe(`[OPEND_ABORTED] connecting to ${dialect}://peer was aborted`);
    expect(error.cause).toBe(reason);
    expect([clock.timers, peer.isOpen, peer.opened]).toEqual([0, false, when === 2 ? 1 : 0]);
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
  });

  test("closes a link that a transport gives all the same", async () => {
    const peer = new Peer(dialect);
    const controller = new AbortController();
    const transport = {
      dialect,
      address: peer.address,
      open: async (...[events]: Parameters<Peer["open"]>) => {
        controller.abort();
        return peer.open(events, new AbortController().signal);
      },
    };
    const clock = new ManualClock();
    const connecting = connectSession({ transport, clock, wire: wireOf(dialect) }, { signal: controller.signal });
    expect((await failureOf(connecting)).code).toBe("OPEND_ABORTED");
    await settle();
    expect([peer.opened, peer.isOpen, peer.asked.length, clock.timers]).toEqual([1, false, 0, 0]);
  });
});

/** An open that never ends by itself. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
