import { describe, expect, test } from "vitest";
import { OpenDError, streamError } from "./errors.ts";
import { type BufferedStream, type PushStreamInit, pushStream } from "./push-stream.ts";
import { failureOf, watch } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";

function setup(init: Partial<PushStreamInit<string>> = {}) {
  const released: string[] = [];
  let lost = 0;
  const stream = pushStream<string>(
    {
      buffer: 3,
      overflow: "drop-oldest",
      dropped: () => {
        lost += 1;
      },
      release: () => {
        released.push("released");
      },
      ...init,
    },
    streamError,
  );
  const push = (...messages: string[]) => {
    for (const message of messages) stream.push(message);
  };
  return { stream, push, released, lost: () => lost };
}

async function rest(stream: BufferedStream<string>): Promise<string[]> {
  const messages: string[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

describe("reading", () => {
  test("gives what is buffered, in order, and then waits", async () => {
    const { stream, push } = setup();
    push("a", "b");
    expect(await stream.next()).toEqual({ value: "a", done: false });
    expect(await stream.next()).toEqual({ value: "b", done: false });
    const waiting = watch(stream.next());
    await settle();
    expect(waiting.state).toBe("pending");
    push("c");
    await settle();
    expect(waiting.value).toEqual({ value: "c", done: false });
  });

  test("a message for a waiting reader is not buffered as well", async () => {
    const { stream, push } = setup();
    const first = stream.next();
    push("a", "b");
    expect(await first).toEqual({ value: "a", done: false });
    stream.end();
    expect(await rest(stream)).toEqual(["b"]);
  });

  test("refuses a second next() while one waits, and still serves the first", async () => {
    const { stream, push } = setup();
    const first = stream.next();
    const error = await failureOf(stream.next());
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain("one reader");
    push("a");
    expect(await first).toEqual({ value: "a", done: false });
  });

  test("is its own iterator", () => {
    const { stream } = setup();
    expect(stream[Symbol.asyncIterator]()).toBe(stream);
  });
});

describe("overflow", () => {
  test("drop-oldest keeps the newest and counts the rest", async () => {
    const { stream, push, released, lost } = setup({ overflow: "drop-oldest" });
    push("a", "b", "c");
    expect([stream.dropped, lost()]).toEqual([0, 0]);
    push("d", "e");
    expect([stream.dropped, lost()]).toEqual([2, 2]);
    stream.end();
    expect(await rest(stream)).toEqual(["c", "d", "e"]);
    expect(released).toEqual([]);
  });

  test("conflate melts all that is buffered, oldest first, and loses nothing", async () => {
    const { stream, push } = setup({ overflow: "conflate", conflate: (messages) => [messages.join("+")] });
    push("a", "b", "c", "d");
    push("e");
    stream.end();
    expect(await rest(stream)).toEqual(["a+b+c+d", "e"]);
    expect(stream.dropped).toBe(0);
  });

  test("conflate holds at most the buffer, however many come", async () => {
    const { stream, push } = setup({ buffer: 1, overflow: "conflate", conflate: (messages) => messages.slice(-1) });
    push(...Array.from({ length: 1000 }, (_, i) => `m${i}`));
    stream.end();
    expect(await rest(stream)).toEqual(["m999"]);
  });

  test("what cannot be molten enough loses the oldest, counted", async () => {
    const { stream, push } = setup({ buffer: 2, overflow: "conflate", conflate: (messages) => messages });
    push("a", "b", "c");
    expect(stream.dropped).toBe(1);
    expect(await stream.next()).toEqual({ value: "b", done: false });
  });

  test("conflate without a way to melt drops the oldest", async () => {
    const { stream, push } = setup({ buffer: 1, overflow: "conflate" });
    push("a", "b");
    stream.end();
    expect(await rest(stream)).toEqual(["b"]);
    expect(stream.dropped).toBe(1);
  });

  test("error gives what is buffered, then the error once, then the end; and releases once", async () => {
    const { stream, push, released, lost } = setup({ overflow: "error" });
    push("a", "b", "c", "d", "e");
    expect([stream.dropped, lost()]).toEqual([1, 1]);
    expect(released).toEqual(["released"]);
    expect((await stream.next()).value).toBe("a");
    expect((await stream.next()).value).toBe("b");
    expect((await stream.next()).value).toBe("c");
    const error = await failureOf(stream.next());
    expect(error.code).toBe("OPEND_SLOW_CONSUMER");
    expect(error.message).toContain("3 messages");
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    await stream.close();
    expect(released).toEqual(["released"]);
  });
});

describe("the end", () => {
  const lost = new OpenDError("OPEND_CONNECTION_LOST", "gone");

  test("without an error ends the loop after what is buffered", async () => {
    const { stream, push, released } = setup();
    push("a", "b");
    stream.end();
    push("late");
    expect(await rest(stream)).toEqual(["a", "b"]);
    expect(released).toEqual([]);
  });

  test("with an error gives what is buffered first", async () => {
    const { stream, push } = setup();
    push("a");
    stream.end(lost);
    expect(await stream.next()).toEqual({ value: "a", done: false });
    expect(await failureOf(stream.next())).toBe(lost);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test("reaches a reader that waits", async () => {
    const ended = setup();
    const next = ended.stream.next();
    ended.stream.end();
    expect(await next).toEqual({ value: undefined, done: true });

    const broken = setup();
    const failing = failureOf(broken.stream.next());
    broken.stream.end(lost);
    expect(await failing).toBe(lost);
    expect(await broken.stream.next()).toEqual({ value: undefined, done: true });
  });

  test("comes once: a later one changes nothing", async () => {
    const { stream } = setup();
    stream.end();
    stream.end(lost);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});

describe("leaving", () => {
  test.each<[string, (stream: BufferedStream<string>) => Promise<unknown>]>([
    ["close()", (stream) => stream.close()],
    ["return()", (stream) => stream.return()],
    ["asyncDispose", (stream) => stream[Symbol.asyncDispose]()],
    [
      "await using",
      async (stream) => {
        await using used = stream;
        expect(used).toBe(stream);
      },
    ],
    [
      "break",
      async (stream) => {
        for await (const _ of stream) break;
      },
    ],
    [
      "a throw in the loop",
      async (stream) => {
        const loop = async () => {
          for await (const message of stream) throw new Error(message);
        };
        await expect(loop()).rejects.toThrow("a");
      },
    ],
  ])("%s releases once and drops what is buffered", async (_, leave) => {
    const { stream, push, released } = setup();
    push("a", "b");
    await leave(stream);
    expect(released).toEqual(["released"]);
    push("c");
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    await stream.close();
    await stream.return();
    await stream[Symbol.asyncDispose]();
    expect(released).toEqual(["released"]);
  });

  test("ends a next() that waits", async () => {
    const { stream } = setup();
    const next = stream.next();
    await stream.close();
    expect(await next).toEqual({ value: undefined, done: true });
  });
});
