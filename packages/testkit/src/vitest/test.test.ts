import { QotGetUserSecurity, QotUpdateBasicQot, SubType } from "@tickwire/session";
import { beforeEach, describe, expect, test as vitestTest } from "vitest";
import { NotCleanError } from "../clean.ts";
import { defaultFixture } from "../fixtures.ts";
import { test } from "./test.ts";
import { World } from "./world.ts";

describe("the fixtures", () => {
  test("are a client that has logged in to the fake, in virtual time", async ({ opend, client, clock }) => {
    expect((await client.getUserSecurity("A")).length).toBeGreaterThan(0);
    expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(1);
    const quotes = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
    await quotes.next();
    await clock.advance(1000);
    expect((await quotes.next()).done).toBe(false);
  });

  test("are made only when they are asked for", ({ opend }) => {
    expect(opend.connections).toBe(0);
  });

  test("share one time", async ({ opend, longport, clock }) => {
    await clock.advance(5_000);
    const { clock: same } = longport.clientOptions;
    expect(same).toBe(clock);
    expect(opend.isClosed).toBe(false);
  });

  test("lead a client of LongPort to the fake", async ({ longport }) => {
    const { fetch, baseUrl } = longport.clientOptions;
    const reply = await fetch(`${baseUrl}/v1/watchlist/groups`, {
      headers: { authorization: "Bearer fake-bearer-token" },
    });
    expect(await reply.json()).toMatchObject({ code: 0 });
  });

  test("serve an app on real sockets", async ({ server, opend }) => {
    expect(server.tcp.url).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    const socket = new WebSocket(server.ws.url);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    expect(opend.connections).toBe(1);
  });
});

describe("what a test may choose", () => {
  describe("the options", () => {
    test.override({
      dialect: "ws",
      opendOptions: { websocketKey: "key", language: "zh", enforceLimits: true, fixture: defaultFixture },
      clientOptions: { pacing: "off" },
    });
    test("of the fake and of the client", async ({ opend, client }) => {
      const asked = Array.from({ length: 11 }, () => client.getUserSecurity("A"));
      const failures = (await Promise.allSettled(asked)).filter(({ status }) => status === "rejected");
      expect(failures).toMatchObject([{ reason: { message: expect.stringContaining("频率太高") } }]);
      expect(opend.requests.all[0]?.dialect).toBe("ws");
    });
  });

  describe("real time", () => {
    test.override({ time: "real", opendOptions: { quoteIntervalMs: 1 } });
    test("which passes by itself", async ({ client }) => {
      const quotes = await client.subscribe(QotUpdateBasicQot, { securities: ["HK.00700"], subTypes: [SubType.Basic] });
      await quotes.next();
      await quotes.next();
    });
    vitestTest("has no clock to move", async () => {
      expect(new World("real").clock).not.toHaveProperty("advance");
    });
  });
});

describe("the end of a test", () => {
  // What the fixtures do when a test is over.
  let world: World;
  beforeEach(() => {
    world = new World("virtual");
  });

  vitestTest("closes the latest first, and only then looks for problems", async () => {
    const log: string[] = [];
    world.closes({ close: () => void log.push("opened first") });
    world.closes({ close: async () => void log.push("opened last") });
    world.checks({
      get problems() {
        log.push("looked at");
        return [{ kind: "unhandled-request", message: "asked" }] as const;
      },
      close: () => void log.push("fake closed"),
    });
    await expect(world.end()).rejects.toThrow(NotCleanError);
    expect(log).toEqual(["opened last", "opened first", "looked at", "fake closed"]);
  });

  vitestTest("finds a timer that nobody has cancelled", async () => {
    world.clock.startTimer(() => undefined, 1000);
    await expect(world.end()).rejects.toThrow("1 timer is pending");
  });
});
