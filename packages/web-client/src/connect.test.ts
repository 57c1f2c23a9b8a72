import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect, OpenDError } from "./index.ts";
import { FakeWebSocket } from "./testing/fake-web-socket.ts";

beforeEach(() => {
  FakeWebSocket.made = [];
  vi.stubGlobal("WebSocket", FakeWebSocket);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function failureOf(promise: Promise<unknown>): Promise<OpenDError> {
  const error = await promise.then(
    () => "it did not reject",
    (reason: unknown) => reason,
  );
  if (error instanceof OpenDError) return error;
  throw error;
}

describe("an address", () => {
  test.each(["ws://127.0.0.1:33333", "wss://opend.example", "WS://host", "ws://[::1]:33333", new URL("ws://host:1")])(
    "%s is taken",
    async (url) => {
      const connecting = failureOf(connect(url));
      FakeWebSocket.last.ends();
      expect((await connecting).code).toBe("OPEND_CONNECT_FAILED");
      expect(FakeWebSocket.last.url).toBe(new URL(url).href);
    },
  );

  test.each([
    ["", 'write it as "ws://127.0.0.1:33333"'],
    ["127.0.0.1:33333", 'write it as "ws://127.0.0.1:33333"'],
    ["ws://", 'write it as "ws://127.0.0.1:33333"'],
    ["ws://host:port", 'write it as "ws://127.0.0.1:33333"'],
    ["tcp://127.0.0.1:11111", "its scheme is tcp:, not ws: or wss:; for TCP use @tickwire/node-client"],
    ["http://127.0.0.1:33333", "its scheme is http:, not ws: or wss:"],
    ["localhost:33333", "its scheme is localhost:, not ws: or wss:"],
  ])("%j is refused, with how to write it", async (url, told) => {
    const error = await failureOf(connect(url));
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent", retryable: false });
    expect(error.message).toContain(told);
    expect(FakeWebSocket.made).toEqual([]);
  });

  test.each([
    "ws://user:hunter2@host",
    "ws://hunter2@host",
    "ws://host/?key=hunter2",
    "ws://host#hunter2",
    new URL("wss://user:hunter2@host"),
    "ws://user:hunter2@host:port",
    "tcp://user:hunter2@host",
    "https://host/?key=hunter2",
  ])("with a secret is refused, and not repeated: %s", async (url) => {
    const error = await failureOf(connect(url));
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(JSON.stringify(error)).not.toContain("hunter2");
    expect(String(error.stack)).not.toContain("hunter2@");
    expect(FakeWebSocket.made).toEqual([]);
  });

  test("with a secret is told where the key goes", async () => {
    expect((await failureOf(connect("ws://host?key=x"))).message).toContain("option websocketKey");
  });
});

describe("a transport", () => {
  test("of the other dialect is refused, with advice", async () => {
    const clock = new VirtualClock();
    const error = await failureOf(connect(memoryTransport(new FakeOpenD({ clock }), "tcp"), { clock }));
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain("for TCP use @tickwire/node-client");
  });

  test("gets the key by its MD5, and a wrong key is told as such", async () => {
    const clock = new VirtualClock();
    const transport = memoryTransport(new FakeOpenD({ clock, websocketKey: "right" }), "ws");
    const error = await failureOf(connect(transport, { clock, websocketKey: "wrong" }));
    expect(error.code).toBe("OPEND_LOGIN_FAILED");
    expect(error.message).toContain("websocketKey");
    expect(JSON.stringify(error)).not.toContain('wrong"');
    await using client = await connect(transport, { clock, websocketKey: "right" });
    expect(client.status().state).toBe("ready");
  });
});
