import { type Link, OpenDError } from "@tickwire/session";
import type { WebSocketLike } from "@tickwire/session/parts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeWebSocket, TerminableWebSocket } from "./testing/fake-web-socket.ts";
import { wsTransport } from "./ws-transport.ts";

const MIB = 1_048_576;

beforeEach(() => {
  FakeWebSocket.made = [];
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ownWebSocket = (url: URL) => new FakeWebSocket(url);
/** As one gives that of ws. */
const terminable = (url: URL) => new TerminableWebSocket(url);

function start(
  url = "ws://127.0.0.1:33333",
  signal: AbortSignal = new AbortController().signal,
  createWebSocket?: (url: URL) => WebSocketLike,
) {
  const chunks: number[][] = [];
  const closed: (Error | undefined)[] = [];
  let drains = 0;
  const opening = wsTransport(new URL(url), createWebSocket).open(
    {
      data: (bytes) => chunks.push([...bytes]),
      drain: () => drains++,
      closed: (cause) => closed.push(cause),
    },
    signal,
  );
  opening.catch(() => undefined);
  return { opening, chunks, closed, drains: () => drains };
}

async function open(...args: Parameters<typeof start>) {
  const { opening, ...told } = start(...args);
  const socket = FakeWebSocket.last;
  socket.opens();
  return { ...told, socket, link: await opening };
}

async function failureOf(promise: Promise<Link>): Promise<OpenDError> {
  const error = await promise.then(
    () => "it did not reject",
    (reason: unknown) => reason,
  );
  if (error instanceof OpenDError) return error;
  throw error;
}

describe("opening", () => {
  test.each([
    ["ws://127.0.0.1:33333", "ws://127.0.0.1:33333"],
    ["wss://opend.example/", "wss://opend.example"],
    ["wss://opend.example/relay", "wss://opend.example/relay"],
  ])("names where it leads: %s", (url, address) => {
    expect(wsTransport(new URL(url))).toMatchObject({ dialect: "ws", address });
  });

  test("asks for the address, and for binary messages as array buffers", async () => {
    const { socket } = await open("ws://127.0.0.1:33333");
    expect(socket).toMatchObject({ url: "ws://127.0.0.1:33333/", binaryType: "arraybuffer" });
    expect(FakeWebSocket.made).toHaveLength(1);
  });

  test.each([
    ["ws://127.0.0.1:33333", "If OpenD has a certificate set, use wss://."],
    [
      "wss://127.0.0.1:33333",
      "OpenD needs a trusted certificate: open https://127.0.0.1:33333 once in the browser, or see createWebSocket.",
    ],
  ])("that fails tells all that can be wrong with %s", async (url, hint) => {
    const { opening, closed } = start(url);
    FakeWebSocket.last.ends();
    const error = await failureOf(opening);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", outcome: "not-sent", retryable: true });
    expect(error.message).toContain(`[OPEND_CONNECT_FAILED] ${url}: no WebSocket could be opened.`);
    expect(error.message).toContain("websocket_port");
    expect(error.message).toContain("not its API port (11111)");
    expect(error.message).toContain(hint);
    expect(closed).toEqual([]);
  });

  test.each([
    ["ws://127.0.0.1:33333", "An https: page may need wss://."],
    ["wss://127.0.0.1:33333", "OpenD needs a trusted certificate"],
  ])("from an https: page tells that too: %s", async (url, hint) => {
    vi.stubGlobal("location", { protocol: "https:" });
    const { opening } = start(url);
    FakeWebSocket.last.ends();
    expect((await failureOf(opening)).message).toContain(hint);
  });

  test("that fails with a reason tells it, also without an end", async () => {
    const { opening } = start();
    const cause = new Error("socket hang up");
    FakeWebSocket.last.fails("socket hang up", cause);
    const error = await failureOf(opening);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true, cause });
    expect(error.message).toContain("no WebSocket could be opened (socket hang up). Is OpenD running");
  });

  test.each([
    ["self-signed certificate", "(self-signed certificate)"],
    ["certificate has expired", "(certificate has expired)"],
    ["write EPROTO 40:error:0A:SSL routines:wrong version number:../x.c:77:\n", "(that port speaks no TLS)"],
  ])("that TLS forbids is told alone, and is the same at the next try: %j", async (told, shown) => {
    const { opening } = start("wss://host:1");
    FakeWebSocket.last.fails(told);
    const error = await failureOf(opening);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: false });
    expect(error.message).toBe(
      `[OPEND_CONNECT_FAILED] wss://host:1: no WebSocket could be opened ${shown}. OpenD needs a trusted certificate: open https://host:1 once in the browser, or see createWebSocket.`,
    );
  });

  test("says so where there is no WebSocket", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const error = await failureOf(start().opening);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: false });
    expect(error.message).toContain("WebSocket is not ");
  });

  test("takes the WebSocket that it is given, and what its making throws", async () => {
    const made = new FakeWebSocket("wss://host");
    const { opening } = start("wss://host", undefined, () => made);
    made.opens();
    expect(made.binaryType).toBe("arraybuffer");
    expect((await opening).write(Uint8Array.of(1))).toBe(true);
    expect(made.sent).toEqual([Uint8Array.of(1)]);
    const cause = new Error("no such file: ca.pem");
    const error = await failureOf(
      start("wss://host", undefined, () => {
        throw cause;
      }).opening,
    );
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: false, cause });
    expect(error.message).toContain("wss://host: no WebSocket could be opened (Error: no such file: ca.pem).");
  });

  test("says so when the browser refuses", async () => {
    const cause = new Error("SecurityError: insecure");
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor() {
          throw cause;
        }
      },
    );
    vi.stubGlobal("location", { protocol: "https:" });
    const error = await failureOf(start("ws://opend.example").opening);
    expect(error).toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: false, cause });
    expect(error.message).toBe(
      "[OPEND_CONNECT_FAILED] ws://opend.example: no WebSocket could be opened (Error: SecurityError: insecure). An https: page may need wss://.",
    );
  });
});

describe("aborting", () => {
  const reason = new Error("changed my mind");

  test("before opening makes no WebSocket", async () => {
    await expect(start("ws://host", AbortSignal.abort(reason)).opening).rejects.toBe(reason);
    expect(FakeWebSocket.made).toEqual([]);
  });

  test("while it opens closes the WebSocket, and tells nothing later", async () => {
    const controller = new AbortController();
    const { opening, closed } = start("ws://host", controller.signal);
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(FakeWebSocket.last.closeCalls).toBe(1);
    FakeWebSocket.last.ends();
    expect(closed).toEqual([]);
  });

  test.each(["opens", "ends"] as const)("does nothing after it %s: the listener is gone", async (event) => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    start("ws://host", controller.signal);
    await Promise.resolve();
    FakeWebSocket.last[event]();
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    controller.abort(reason);
    expect(FakeWebSocket.last.closeCalls).toBe(0);
  });
});

describe("messages", () => {
  test("go both ways", async () => {
    const { socket, link, chunks } = await open();
    socket.receives(Uint8Array.of(1, 2));
    socket.receives(Uint8Array.of());
    socket.receives(Uint8Array.of(3));
    expect(chunks).toEqual([[1, 2], [], [3]]);
    const bytes = Uint8Array.of(4, 5);
    expect(link.write(bytes)).toBe(true);
    expect(socket.sent).toEqual([bytes]);
  });

  test("of text end the link with a cause, once", async () => {
    const { socket, closed, chunks, link } = await open();
    socket.receives("hello");
    expect(socket.closeCalls).toBe(1);
    socket.ends(1000);
    link.close();
    link.close();
    expect(closed).toEqual([expect.objectContaining({ code: "CODEC_FRAME_MAGIC" })]);
    expect(chunks).toEqual([]);
  });
});

describe("the end", () => {
  test.each([1000, 1005])("with the code %i is an orderly one", async (code) => {
    const { socket, closed } = await open();
    socket.ends(code);
    expect(closed).toEqual([undefined]);
  });

  test.each([
    [1006, "", "WebSocket close code 1006"],
    [1001, "", "WebSocket close code 1001"],
    [1011, "out of memory", "WebSocket close code 1011: out of memory"],
  ])("with the code %i has a cause", async (code, reason, message) => {
    const { socket, closed } = await open();
    socket.ends(code, reason);
    expect(closed.map((cause) => cause?.message)).toEqual([message]);
  });

  test("that we ask for drops what is written later", async () => {
    const { socket, link, closed } = await open();
    link.close();
    expect(socket.closeCalls).toBe(1);
    expect(link.write(Uint8Array.of(1))).toBe(true);
    socket.ends(1005);
    expect(link.write(Uint8Array.of(1))).toBe(true);
    expect(socket.sent).toEqual([]);
    expect(closed).toEqual([undefined]);
  });
});

describe("a peer that does not say farewell", () => {
  const terminations = () => (FakeWebSocket.last as TerminableWebSocket).terminateCalls;

  test("has a second, where the WebSocket can be ended without it", async () => {
    const { link, closed } = await open(undefined, undefined, terminable);
    link.close();
    expect(closed).toEqual([undefined]);
    vi.advanceTimersByTime(999);
    expect(terminations()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(terminations()).toBe(1);
    expect(closed).toHaveLength(1);
  });

  test("has a second too when opening is aborted", async () => {
    const controller = new AbortController();
    const { opening } = start(undefined, controller.signal, terminable);
    controller.abort(new Error("changed my mind"));
    await expect(opening).rejects.toThrow("changed my mind");
    vi.advanceTimersByTime(1000);
    expect(terminations()).toBe(1);
  });

  test("is waited for where it cannot", async () => {
    const { link } = await open(undefined, undefined, ownWebSocket);
    link.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("and then does is not ended again, and leaves no timer", async () => {
    const { link } = await open(undefined, undefined, terminable);
    link.close();
    FakeWebSocket.last.ends(1005);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(terminations()).toBe(0);
  });

  test("and ended first leaves no timer", async () => {
    const { socket } = await open(undefined, undefined, terminable);
    socket.ends();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not heard any more, and the next link is its own", async () => {
    const transport = wsTransport(new URL("ws://host"));
    const told: string[] = [];
    const events = (name: string) => ({
      data: () => told.push(`${name} data`),
      drain: () => told.push(`${name} drain`),
      closed: () => told.push(`${name} closed`),
    });
    const openAs = async (name: string) => {
      const opening = transport.open(events(name), new AbortController().signal);
      FakeWebSocket.last.opens();
      return { link: await opening, socket: FakeWebSocket.last };
    };
    const first = await openAs("first");
    first.link.close();
    const second = await openAs("second");
    first.socket.receives(Uint8Array.of(1));
    first.socket.fails("late");
    first.socket.ends(1006);
    expect(told).toEqual(["first closed"]);
    second.socket.receives(Uint8Array.of(2));
    expect(told).toEqual(["first closed", "second data"]);
    second.socket.ends();
    expect(told).toEqual(["first closed", "second data", "second closed"]);
  });
});

describe("a slow WebSocket", () => {
  async function full() {
    const opened = await open();
    opened.socket.bufferedAmount = MIB + 1;
    expect(opened.link.write(Uint8Array.of(1))).toBe(false);
    return opened;
  }

  test("is one that holds back more than 1 MiB", async () => {
    const { socket, link } = await open();
    socket.bufferedAmount = MIB;
    expect(link.write(Uint8Array.of(1))).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is told once when it has drained, and not before", async () => {
    const { socket, drains } = await full();
    vi.advanceTimersByTime(10_000);
    expect(drains()).toBe(0);
    socket.bufferedAmount = MIB;
    vi.advanceTimersByTime(20);
    expect(drains()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is looked at by one timer, however much is written", async () => {
    const { socket, link, drains } = await full();
    expect(link.write(Uint8Array.of(2))).toBe(false);
    expect(vi.getTimerCount()).toBe(1);
    socket.bufferedAmount = 0;
    vi.advanceTimersByTime(1000);
    expect(drains()).toBe(1);
    expect(socket.sent).toHaveLength(2);
  });

  test("may become slow again", async () => {
    const { socket, link, drains } = await full();
    socket.bufferedAmount = 0;
    vi.advanceTimersByTime(20);
    socket.bufferedAmount = 2 * MIB;
    expect(link.write(Uint8Array.of(2))).toBe(false);
    socket.bufferedAmount = 0;
    vi.advanceTimersByTime(20);
    expect(drains()).toBe(2);
  });

  test("leaves no timer when the peer ends", async () => {
    const { socket, drains } = await full();
    socket.ends();
    expect(vi.getTimerCount()).toBe(0);
    expect(drains()).toBe(0);
  });

  test("leaves no timer when we close, even if the peer never confirms it", async () => {
    const { link, drains } = await full();
    link.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(drains()).toBe(0);
  });
});
