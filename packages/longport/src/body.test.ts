import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { type Answer, hang, ok, refuse, refused } from "./testing/scripted-fetch.ts";

const MIB = 2 ** 20;

/** A body of so many MiB, or without an end. */
function streaming(mib: number, cancel: () => void): Answer {
  const chunk = new TextEncoder().encode(" ".repeat(MIB));
  return () => {
    let left = mib;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (left > 0) controller.enqueue(chunk);
      else controller.close();
      left -= 1;
    };
    return new Response(new ReadableStream({ pull, cancel }), { headers: { "x-trace-id": "t-1" } });
  };
}

/** Sends a beginning, then nothing. */
function stalling(cancel: () => void): Answer {
  return () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"code":')),
        cancel,
      }),
    );
}

describe("the body", () => {
  test("without an end is cancelled at 32 MiB", async () => {
    const cancel = vi.fn();
    const harness = withBearer([streaming(Number.POSITIVE_INFINITY, cancel)]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_BAD_REPLY", outcome: "unknown", status: 200, traceId: "t-1" });
    expect(error.message).toContain("more than 33554432 bytes");
    expect(cancel).toHaveBeenCalledOnce();
    expect(harness.server.sent).toHaveLength(1);
    expect(harness.clock.timers).toBe(0);
  });

  test("of exactly 32 MiB is read", async () => {
    const cancel = vi.fn();
    const harness = withBearer([streaming(32, cancel)]);
    expect((await failureOf(harness, harness.lp.watchlist.list())).message).toContain("is not a reply of LongPort");
    expect(cancel).not.toHaveBeenCalled();
  });

  test("without a stream has the same limit", async () => {
    const text = async () => " ".repeat(32 * MIB + 1);
    const harness = withBearer([() => ({ status: 200, headers: new Headers(), text }) as Response]);
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error).toMatchObject({ code: "LONGPORT_BAD_REPLY", status: 200 });
  });

  test("may be cut within a character", async () => {
    const bytes = new TextEncoder().encode('{"code":0,"data":{"groups":[{"id":1,"name":"信息"}]}}');
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await withBearer([() => new Response(body)]).lp.watchlist.list()).toMatchObject([{ name: "信息" }]);
  });

  test("is cancelled when the call is given up", async () => {
    const cancel = vi.fn();
    const { lp, clock } = withBearer([stalling(cancel)]);
    const controller = new AbortController();
    const call = lp.watchlist.list({ signal: controller.signal });
    await settle();
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ code: "LONGPORT_ABORTED", cause: "enough" });
    expect(cancel).toHaveBeenCalledOnce();
    expect(clock.timers).toBe(0);
  });

  test("is cancelled when the time is over", async () => {
    const cancel = vi.fn();
    const { lp, clock } = withBearer([stalling(cancel)]);
    const failed = expect(lp.watchlist.list()).rejects.toMatchObject({ code: "LONGPORT_TIMEOUT" });
    await clock.advance(30_000);
    await failed;
    expect(cancel).toHaveBeenCalledOnce();
  });

  test("of a response that comes after the end of the call is cancelled", async () => {
    const cancel = vi.fn();
    let arrive = (_: Response) => {};
    const late = new Promise<Response>((resolve) => {
      arrive = resolve;
    });
    const { lp, clock } = withBearer([() => late]);
    const failed = expect(lp.watchlist.list()).rejects.toMatchObject({ code: "LONGPORT_TIMEOUT" });
    await clock.advance(30_000);
    await failed;
    arrive(new Response(new ReadableStream({ cancel })));
    await settle();
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe("no secret is in a cause", () => {
  const circle = new Error("round");
  circle.cause = circle;
  test.each<[string, (init: RequestInit) => unknown]>([
    ["an error with the request on it", (init) => Object.assign(new Error("x"), { options: init })],
    ["a cause with the request on it", (init) => new Error("x", { cause: Object.assign(new Error("y"), { init }) })],
    ["an object", (init) => ({ config: init })],
    ["an object with a cause", (init) => ({ message: "x", cause: { headers: init.headers } })],
    ["a text", (init) => JSON.stringify(init)],
    ["a code", (init) => Object.assign(new Error("x"), { code: JSON.stringify(init), name: JSON.stringify(init) })],
    ["an object as code", (init) => Object.assign(new Error("x"), { code: init })],
    ["a circle", () => circle],
    ["an object without a prototype", (init) => Object.assign(Object.create(null), { init })],
  ])("%s", async (_, thrown) => {
    const harness = withApiKey([({ init }) => Promise.reject(thrown(init))], { retries: 0 });
    const error = await failureOf(harness, harness.lp.watchlist.list());
    expect(error.code).toBe("LONGPORT_NETWORK");
    const shown = `${inspect(error, { depth: 20, showHidden: true })} ${inspect(error.cause, { depth: 20 })}`;
    for (const secret of [credentials.accessToken, credentials.appSecret]) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/[0-9a-f]{64}/);
  });

  test("and what tells why is", async () => {
    const reset = Object.assign(new TypeError("read ECONNRESET"), { code: "ECONNRESET" });
    const harness = withApiKey([() => Promise.reject(new TypeError("fetch failed", { cause: reset }))], { retries: 0 });
    const { cause } = await failureOf(harness, harness.lp.watchlist.list());
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      cause: { name: "TypeError", message: "read ECONNRESET", code: "ECONNRESET" },
    });
  });
});

async function freePort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe("no connection at all", () => {
  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"])(
    "%s: a write is tried again, and was not sent",
    async (code) => {
      const harness = withBearer([refused(code)]);
      const error = await failureOf(harness, harness.lp.watchlist.create("a"));
      expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "not-sent", retryable: true });
      expect(error.message).toMatch(/no connection to https:\/\/openapi\.longbridge\.com(?!.*look before)/);
      expect(harness.server.sent).toHaveLength(4);
      expect(harness.clock.timers).toBe(0);
    },
  );

  test("as Node's own fetch tells it", async () => {
    const { port, close } = await freePort();
    await close();
    const harness = withBearer([], {
      baseUrl: `http://127.0.0.1:${port}`,
      retries: 0,
      fetch: (url, init) => fetch(url, init),
    });
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "not-sent", retryable: true });
  });

  test("then one: the write succeeds", async () => {
    const harness = withBearer([refused("ECONNREFUSED"), ok('{"id":7}')]);
    const id = harness.lp.watchlist.create("a");
    await expect(failureOf(harness, id)).rejects.toThrow("no LongPortError: undefined");
    expect(await id).toBe(7n);
  });

  test("then silence: the write may have been done", async () => {
    const harness = withBearer([refused("ECONNREFUSED"), hang]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_TIMEOUT", outcome: "unknown", retryable: false });
  });

  test("is not what a body that breaks off can tell", async () => {
    const broken = () => {
      const cause = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
      return new Response(new ReadableStream({ pull: (controller) => controller.error(cause) }));
    };
    const harness = withBearer([broken]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "unknown", retryable: false });
  });

  test("after a refusal is still a refusal", async () => {
    const harness = withBearer([refuse(429001, "", 429), refused("ECONNREFUSED")]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NETWORK", outcome: "rejected", retryable: true });
  });

  test("of another kind leaves the outcome open", async () => {
    const harness = withBearer([refused("ECONNRESET")]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ outcome: "unknown", retryable: false });
    expect(harness.server.sent).toHaveLength(1);
  });
});

describe("a success that lacks something tells status and trace", () => {
  const empty: Answer = () => new Response('{"code":0}', { status: 201, headers: { "x-trace-id": "t-1" } });

  test("create", async () => {
    const harness = withApiKey([empty]);
    const error = await failureOf(harness, harness.lp.watchlist.create("a"));
    expect(error).toMatchObject({ code: "LONGPORT_NO_ID", status: 201, traceId: "t-1" });
  });

  test("refreshToken", async () => {
    const harness = withApiKey([empty]);
    const error = await failureOf(harness, harness.lp.refreshToken());
    expect(error).toMatchObject({ code: "LONGPORT_BAD_REPLY", status: 201, traceId: "t-1" });
  });
});
