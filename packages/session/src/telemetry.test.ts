import { QotUpdateBasicQot } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import type { RequestEnd, RequestStart, Telemetry } from "./telemetry.ts";
import { dialects, failureOf, login, quotes, start, wireOf } from "./testing/harness.ts";
import { settle } from "./testing/manual-clock.ts";
import { Peer } from "./testing/peer.ts";

/** Telemetry that keeps all it hears. */
function recorder() {
  const heard: unknown[] = [];
  const telemetry: Telemetry = {
    request(start) {
      heard.push({ start });
      return (end) => heard.push({ end });
    },
    connection: (change) => heard.push({ change }),
    push: (push) => heard.push({ push }),
  };
  return { heard, telemetry };
}

describe.each(dialects)("telemetry over $dialect", ({ dialect }) => {
  const address = `${dialect}://peer`;

  test("hears of requests, and how each ended and after how long", async () => {
    const { heard, telemetry } = recorder();
    const { client, peer, clock } = await login(dialect, { telemetry });
    heard.length = 0;
    const asking = client.getUserSecurity("secret group");
    await clock.advance(30);
    peer.answer(peer.last("Qot_GetUserSecurity"), { staticInfoList: [] });
    await asking;
    await failureOf(client.getUserSecurityGroup({}, { signal: AbortSignal.abort() }));
    await settle();
    const error = { code: "OPEND_ABORTED", outcome: "not-sent" as const };
    expect(heard).toEqual([
      { start: { protocol: "Qot_GetUserSecurity", protoId: 3213, address } satisfies RequestStart },
      { end: { durationMs: 30 } satisfies RequestEnd },
      { start: { protocol: "Qot_GetUserSecurityGroup", protoId: 3222, address } },
      { end: { error, durationMs: 0 } },
    ]);
  });

  test("hears of the connection", async () => {
    const { heard, telemetry } = recorder();
    const { client, peer, clock } = await login(dialect, { telemetry });
    peer.drop();
    await clock.advance(100);
    await client.close();
    expect(heard).toMatchObject([
      { change: { state: "ready", address } },
      {
        change: { state: "reconnecting", address, attempt: 1, delayMs: 100, error: { code: "OPEND_CONNECTION_LOST" } },
      },
      { change: { state: "ready", address } },
      { change: { state: "closed", address } },
    ]);
    const failed = recorder();
    const nobody = new Peer(dialect);
    nobody.beforeOpen = () => Promise.reject(new Error("unplugged"));
    await failureOf(start(nobody, { telemetry: failed.telemetry }).connecting);
    expect(failed.heard).toMatchObject([{ change: { state: "closed", error: { code: "OPEND_CONNECT_FAILED" } } }]);
  });

  test("hears of pushes: how long, and not what", async () => {
    const { heard, telemetry } = recorder();
    const { peer } = await login(dialect, { telemetry });
    heard.length = 0;
    const bytes = peer.frame(3005, 0, { s2c: quotes({ a: 1 }) });
    peer.send(bytes);
    const headerBytes = dialect === "tcp" ? 44 : peer.frame(3005, 0, new Uint8Array(0)).length;
    expect(heard).toEqual([{ push: { protoId: 3005, bodyBytes: bytes.length - headerBytes, address } }]);
  });

  test("that throws anywhere is told as a warning, and disturbs nothing", async () => {
    const problem = (where: string) => {
      throw new Error(where);
    };
    const telemetry: Telemetry = {
      request: ({ protoId }) => (protoId === 3222 ? problem("request") : () => problem("end")),
      connection: () => problem("connection"),
      push: () => problem("push"),
    };
    const { client, peer, clock, warnings } = await login(dialect, { telemetry });
    const heard: unknown[] = [];
    client.pushes(QotUpdateBasicQot, { onMessage: (message) => heard.push(message) });
    peer.push(3005, quotes({ a: 1 }));
    const first = client.getUserSecurityGroup();
    peer.answer(peer.last("Qot_GetUserSecurityGroup"), { groupList: [] });
    expect(await first).toEqual([]);
    const second = client.getUserSecurity("HK");
    peer.answer(peer.last("Qot_GetUserSecurity"), { staticInfoList: [] });
    expect(await second).toEqual([]);
    peer.drop();
    await clock.advance(100);
    expect(client.status().state).toBe("ready");
    expect(heard).toHaveLength(1);
    expect(warnings.map((warning) => (warning as Error).message)).toEqual([
      "push",
      "request",
      "end",
      "connection",
      "connection",
    ]);
  });

  test("whose hooks cannot even be read, or fail later, is told as a warning too", async () => {
    const unreadable = {
      get connection(): never {
        throw new Error("unreadable");
      },
    };
    const late = {
      push: async () => {
        throw new Error("late");
      },
    };
    const { client, peer, clock, warnings } = await login(dialect, { telemetry: [unreadable, late] });
    peer.push(3005, quotes({ a: 1 }));
    peer.drop();
    await clock.advance(100);
    expect(client.status().state).toBe("ready");
    expect(warnings.map((warning) => (warning as Error).message)).toEqual(["unreadable", "late", "unreadable"]);
  });

  test("hears nothing of a request's content, nor a secret", async () => {
    const { heard, telemetry } = recorder();
    const { client, peer, clock } = await login(dialect, { telemetry });
    const refused = failureOf(client.getUserSecurity("my secret group"));
    peer.refuse(peer.last("Qot_GetUserSecurity"), "no");
    await refused;
    await failureOf(client.getUserSecurity("my secret group", { timeoutMs: -1 }));
    peer.drop();
    await clock.advance(100);
    await client.close();
    await settle();
    const names = (_: string, value: unknown) =>
      value instanceof Error
        ? { ...value, message: value.message, cause: value.cause }
        : typeof value === "bigint"
          ? `${value}`
          : value;
    const text = JSON.stringify(heard, names);
    expect(text).toContain("OPEND_SERVER");
    for (const secret of ["secret group", "key", "0123456789abcdef", "3c6e0b8a9c15224a8228b9a98ca1531d"])
      expect(text).not.toContain(secret);
  });

  test("of a part only is fine, and a start may want no end", async () => {
    const starts: string[] = [];
    const telemetry: Telemetry = {
      request({ protocol }) {
        starts.push(protocol);
        return undefined;
      },
    };
    const { client, peer, warnings } = await login(dialect, { telemetry });
    const asking = client.getUserSecurity("HK");
    peer.answer(peer.last("Qot_GetUserSecurity"), { staticInfoList: [] });
    await asking;
    peer.push(1003, { type: 1 });
    peer.drop();
    await client.close();
    expect([starts, warnings]).toEqual([["Qot_GetUserSecurity"], []]);
  });
});

test("the key that these tests look for is the one that logs in", () => {
  const wire = wireOf("ws")({ clientId: "test", maxBodyBytes: 1000 });
  const asked: unknown[] = [];
  void wire.greet((_, c2s) => {
    asked.push(c2s);
    return new Promise(() => undefined);
  });
  expect(asked).toMatchObject([{ websocketKey: "3c6e0b8a9c15224a8228b9a98ca1531d" }]);
});
