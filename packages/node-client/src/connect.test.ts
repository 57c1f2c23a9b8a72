import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { describe, expect, test } from "vitest";
import { connect, type NodeClientOptions, OpenDError, type Transport } from "./index.ts";

async function failureOf(promise: Promise<unknown>): Promise<OpenDError> {
  const error = await promise.then(
    () => "it did not reject",
    (reason: unknown) => reason,
  );
  if (error instanceof OpenDError) return error;
  throw error;
}

/** A server that does to each connection what the test says. */
async function serve(onConnection: (socket: Socket) => void) {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Waits until every connection is gone. */
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

test.each(["ws://127.0.0.1:33333", "wss://opend.example"])("sends %s to the other package", async (url) => {
  const error = await failureOf(connect(url));
  expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
  expect(error.message).toContain("use @tickwire/web-client");
});

test("refuses a transport of the other dialect, with advice", async () => {
  const clock = new VirtualClock();
  const error = await failureOf(connect(memoryTransport(new FakeOpenD({ clock }), "ws"), { clock }));
  expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
  expect(error.message).toContain("for a WebSocket use @tickwire/web-client");
});

describe("verifyBodies", () => {
  /** A gateway in memory, whose frames all have a wrong SHA-1. */
  function damaged(): { transport: Transport; clock: VirtualClock } {
    const clock = new VirtualClock();
    const transport = memoryTransport(new FakeOpenD({ clock }), "tcp");
    const open: Transport["open"] = (events, signal) => {
      const data = (bytes: Uint8Array) => {
        const copy = bytes.slice();
        copy[16]! ^= 1;
        events.data(copy);
      };
      return transport.open({ data, drain: () => events.drain(), closed: (cause) => events.closed(cause) }, signal);
    };
    return { transport: { ...transport, open }, clock };
  }

  test.each([{}, { verifyBodies: true }, { verifyBodies: undefined }])("%j refuses a wrong SHA-1", async (options) => {
    const { transport, clock } = damaged();
    const error = await failureOf(connect(transport, { clock, ...options }));
    expect(error.code).toBe("OPEND_LOGIN_FAILED");
    expect(error.message).toContain("SHA-1");
  });

  test("false does not look at it", async () => {
    const { transport, clock } = damaged();
    await using client = await connect(transport, { clock, verifyBodies: false });
    expect((await client.getUserSecurityGroup()).length).toBeGreaterThan(0);
  });

  test("must be true or false", async () => {
    const { transport, clock } = damaged();
    const options = { clock, verifyBodies: "no" } as unknown as NodeClientOptions;
    const error = await failureOf(connect(transport, options));
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain("verifyBodies must be true or false, got a string");
  });
});

test("refuses an address before anything is opened", async () => {
  expect((await failureOf(connect("tcp://host:port"))).code).toBe("OPEND_INVALID_ARGUMENT");
});

test("tells a web server from OpenD", async () => {
  await using server = await serve((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
    socket.on("error", () => undefined);
  });
  const error = await failureOf(connect(server.url));
  expect(error.code).toBe("OPEND_NOT_OPEND");
  expect(error.message).toContain(`${server.url}: `);
  expect(error.message).toContain("it speaks HTTP");
});

test("gives up on a server that says nothing, by the clock that it was given", async () => {
  const clock = new VirtualClock();
  await using server = await serve((socket) => {
    // The login is there, so the client waits for its answer.
    socket.once("data", () => void clock.advance(3000));
    socket.on("error", () => undefined);
  });
  const error = await failureOf(connect(server.url, { clock, connectTimeoutMs: 3000 }));
  expect(error).toMatchObject({ code: "OPEND_LOGIN_FAILED", retryable: true });
  expect(error.message).toContain("within 3000 ms");
});

test("a server that closes at once is a failed login", async () => {
  await using server = await serve((socket) => {
    socket.once("data", () => socket.end());
    socket.on("error", () => undefined);
  });
  expect((await failureOf(connect(server.url))).code).toBe("OPEND_LOGIN_FAILED");
});
