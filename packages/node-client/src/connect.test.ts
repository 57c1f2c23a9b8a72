import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { expect, test } from "vitest";
import { connect, OpenDError } from "./index.ts";

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
