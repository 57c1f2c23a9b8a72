import { VirtualClock } from "@tickwire/testkit";
import { describe, expect, test, vi } from "vitest";
import { openSocket, type SocketEvents } from "./quote-socket.ts";
import { QuoteServer } from "./testing/quote-server.ts";

function setup(terminate?: () => void) {
  const clock = new VirtualClock();
  const server = new QuoteServer();
  const told: string[] = [];
  const events: SocketEvents = {
    data: (bytes) => told.push(`data ${bytes.length}`),
    closed: (why) => told.push(`closed: ${why}`),
  };
  const controller = new AbortController();
  const make = () => Object.assign(server.createWebSocket(new URL("ws://fake/v2")), terminate && { terminate });
  const open = () => openSocket(make, "ws://fake/v2", clock, events, controller.signal);
  return { clock, server, told, open, controller };
}

describe("a WebSocket", () => {
  test("tells its messages and its end, once", async () => {
    const { server, told, open } = setup();
    await open();
    server.last.hex("0102");
    server.last.onerror?.({ type: "error" });
    server.last.drop(1001, "bye");
    server.last.onclose?.({ type: "close", code: 1006 });
    expect(told).toEqual(["data 2", "closed: WebSocket close code 1001, bye"]);
  });

  test("says nothing after it was closed, and takes nothing", async () => {
    const { server, told, open } = setup();
    const socket = await open();
    const { onmessage } = server.last;
    socket.close();
    socket.close();
    socket.send(Uint8Array.of(1));
    server.last.drop();
    expect(onmessage).not.toBeNull();
    expect(server.last.onmessage).toBeNull();
    expect([told, server.last.received]).toEqual([[], []]);
  });

  test("that is given up while it opens is closed, and never opens", async () => {
    const { server, told, open, controller } = setup();
    server.opening = "hangs";
    const opening = open();
    controller.abort("no more");
    await expect(opening).rejects.toBe("no more");
    expect(server.last.readyState).toBe(3);
    expect(told).toEqual([]);
    await expect(open()).rejects.toBe("no more");
    expect(server.sockets).toHaveLength(1);
  });

  test.each([true, false])(
    "that can be ended without the peer is, after a second (the peer answers: %s)",
    async (answers) => {
      const terminate = vi.fn();
      const { clock, server, open } = setup(terminate);
      const socket = await open();
      // As that of `ws`: closing takes until the peer has answered.
      server.last.close = () => {
        server.last.readyState = 2;
      };
      socket.close();
      await clock.advance(999);
      if (answers) server.last.onclose?.({ type: "close", code: 1005 });
      await clock.advance(1);
      expect(terminate).toHaveBeenCalledTimes(answers ? 0 : 1);
      expect(clock.pendingTimers).toBe(0);
    },
  );
});
