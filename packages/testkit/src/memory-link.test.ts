import {
  type Dialect,
  InitConnect,
  InitWebSocket,
  type Link,
  type LinkEvents,
  OpenDError,
  QotGetUserSecurity,
  QotUpdateBasicQot,
} from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import { memoryTransport } from "./memory-link.ts";
import { frame, frameReader, type RawFrame } from "./test-support/raw-client.ts";

const never = new AbortController().signal;
const flush = () => new Promise((resolve) => setImmediate(resolve));

/** A peer that notes everything that happens, in order. */
async function open(opend: FakeOpenD, dialect: Dialect) {
  const log: string[] = [];
  const frames: RawFrame[] = [];
  const read = frameReader(dialect, (each) => frames.push(each));
  const events: LinkEvents = {
    data(bytes) {
      log.push("data");
      read(bytes);
    },
    drain: () => log.push("drain"),
    closed: (cause) => log.push(cause === undefined ? "closed" : `closed: ${cause.message}`),
  };
  const link = await memoryTransport(opend, dialect).open(events, never);
  log.push("opened");
  return { link, log, frames };
}

function login(link: Link, dialect: Dialect): void {
  link.write(
    dialect === "tcp"
      ? frame("tcp", InitConnect, { clientVer: 1, clientID: "" }, 1)
      : frame("ws", InitWebSocket, {}, 1),
  );
}

describe.each<Dialect>(["tcp", "ws"])("the memory transport over %s", (dialect) => {
  test("says what it is", () => {
    expect(memoryTransport(new FakeOpenD(), dialect)).toMatchObject({ dialect, address: `memory:${dialect}` });
  });

  test("carries requests and replies in order, never while write runs", async () => {
    const opend = new FakeOpenD();
    const { link, log, frames } = await open(opend, dialect);
    login(link, dialect);
    for (const serialNo of [2, 3, 4]) {
      expect(link.write(frame(dialect, QotGetUserSecurity, { groupName: "A" }, serialNo))).toBe(true);
      log.push("written");
    }
    expect([log, opend.requests.all]).toEqual([["opened", "written", "written", "written"], []]);
    await flush();
    expect(log.slice(4)).toEqual(["data", "data", "data", "data"]);
    expect(frames.map(({ serialNo }) => serialNo)).toEqual([1n, 2n, 3n, 4n]);
  });

  test("is done in microtasks alone", async () => {
    const { link, frames } = await open(new FakeOpenD(), dialect);
    login(link, dialect);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    expect(frames).toHaveLength(1);
  });

  test("tells the end once and last, when the client closes; later bytes are dropped", async () => {
    const opend = new FakeOpenD();
    const { link, log } = await open(opend, dialect);
    login(link, dialect);
    await flush();
    expect(opend.connections).toBe(1);
    link.close();
    link.close();
    expect(link.write(frame(dialect, QotGetUserSecurity, { groupName: "A" }, 2))).toBe(true);
    opend.disconnect();
    expect(log).toEqual(["opened", "data"]);
    await flush();
    expect(log).toEqual(["opened", "data", "closed"]);
    expect([opend.connections, opend.requests.of(QotGetUserSecurity)]).toEqual([0, []]);
  });

  test("nothing comes after the client's close, not even what was under way", async () => {
    const opend = new FakeOpenD();
    const { link, log } = await open(opend, dialect);
    login(link, dialect);
    await flush();
    opend.push(QotUpdateBasicQot, {});
    link.close();
    await flush();
    expect(log).toEqual(["opened", "data", "closed"]);
  });

  test("tells the fake's end after what the fake had sent, and its cause", async () => {
    const opend = new FakeOpenD();
    const orderly = await open(opend, dialect);
    login(orderly.link, dialect);
    await flush();
    opend.push(QotUpdateBasicQot, {});
    opend.disconnect();
    await flush();
    expect(orderly.log).toEqual(["opened", "data", "data", "closed"]);
    const broken = await open(opend, dialect);
    await flush();
    opend.disconnect(new Error("reset"));
    broken.link.close();
    await flush();
    expect(broken.log).toEqual(["opened", "closed: reset"]);
  });

  test("can be opened again", async () => {
    const opend = new FakeOpenD();
    const transport = memoryTransport(opend, dialect);
    const events: LinkEvents = { data: () => undefined, drain: () => undefined, closed: () => undefined };
    (await transport.open(events, never)).close();
    await transport.open(events, never);
    await flush();
    expect(opend.connections).toBe(1);
  });

  test("a link that is closed at once leaves no connection", async () => {
    const opend = new FakeOpenD();
    const { link, log } = await open(opend, dialect);
    link.close();
    await flush();
    expect([log, opend.connections]).toEqual([["opened", "closed"], 0]);
  });

  test("the 129th link ends after it was opened", async () => {
    const opend = new FakeOpenD();
    for (let i = 0; i < 128; i++) await open(opend, dialect);
    const { log } = await open(opend, dialect);
    await flush();
    expect(log).toEqual(["opened", "closed"]);
  });

  test("rejects with the signal's reason, before and while it opens", async () => {
    const opend = new FakeOpenD();
    const reason = new Error("given up");
    const events: LinkEvents = { data: () => undefined, drain: () => undefined, closed: () => undefined };
    await expect(memoryTransport(opend, dialect).open(events, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const opening = memoryTransport(opend, dialect).open(events, controller.signal);
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await flush();
    expect(opend.connections).toBe(0);
  });

  test("cannot connect to a fake that is closed", async () => {
    const opend = new FakeOpenD();
    opend.close();
    const opening = open(opend, dialect);
    await expect(opening).rejects.toThrow(
      `[OPEND_CONNECT_FAILED] cannot connect to memory:${dialect}: the fake is closed`,
    );
    await expect(opening).rejects.toBeInstanceOf(OpenDError);
  });
});
