// What docs/migrating-from-futu-api.md says of the two clients: each difference, shown on the same fake.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { protocols } from "@tickwire/codec/registry";
import { FakeOpenD } from "@tickwire/testkit";
import {
  type Client,
  connect,
  type OpenDError,
  QotGetUserSecurityGroup,
  QotSub,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/web-client";
import FtWebsocket, { ftCmdID, type Reply } from "futu-api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { root } from "./snippets/blocks.ts";

/** Where the header of a reply has its parts, in bytes. */
const CMD_AT = 8;
const ERROR_AT = 20;
const ERRMSG_AT = 24;
const HEADER_BYTES = 44;

vi.spyOn(console, "debug").mockReturnValue(undefined);
vi.spyOn(console, "log").mockReturnValue(undefined);

let opend: FakeOpenD;
let server: WebSocketServer;
/** Replaces the replies to the request for groups. */
let tamper: ((reply: Buffer) => Buffer) | undefined;
let vendor: FtWebsocket;
let ours: Client;
let pushes: { cmd: number; message: Reply }[];

beforeEach(async () => {
  tamper = undefined;
  opend = new FakeOpenD({ quoteIntervalMs: 10 });
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    const connection = opend.accept("ws", {
      write(bytes) {
        const frame = Buffer.from(bytes);
        socket.send(
          tamper !== undefined && frame.readUInt32BE(CMD_AT) === QotGetUserSecurityGroup.id ? tamper(frame) : frame,
        );
      },
      close: () => socket.terminate(),
    });
    socket.on("message", (data) => connection.receive(new Uint8Array(data as Buffer)));
    socket.on("close", () => connection.closed());
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  ours = await connect(`ws://127.0.0.1:${port}`);
  vendor = new FtWebsocket();
  pushes = [];
  vendor.onPush = (cmd, message) => pushes.push({ cmd, message });
  await new Promise((resolve) => {
    vendor.onlogin = resolve;
    vendor.start("127.0.0.1", port, false, "");
  });
});

afterEach(async () => {
  vi.useRealTimers();
  vendor.websock?.close();
  await ours.close();
  opend.close();
  server.close();
  for (const socket of server.clients) socket.terminate();
});

/** What has become of a promise. */
function watch(promise: Promise<unknown>): { end: "pending" | "resolved" | "rejected"; value: unknown } {
  const watched: ReturnType<typeof watch> = { end: "pending", value: undefined };
  promise.then(
    (value) => Object.assign(watched, { end: "resolved", value }),
    (value: unknown) => Object.assign(watched, { end: "rejected", value }),
  );
  return watched;
}

/** Asks for the groups with both clients. Ours has ended when this returns; the vendor's had more than its 5 seconds. */
async function bothAsk(): Promise<{ theirs: ReturnType<typeof watch>; error: OpenDError }> {
  // Only the vendor's client looks at these; ours took the real ones when it was loaded.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const theirs = watch(vendor.GetUserSecurityGroup({ c2s: { groupType: 3 } }));
  const error = await ours.getUserSecurityGroup().then(
    () => Promise.reject(new Error("it was answered")),
    (reason: OpenDError) => reason,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return { theirs, error };
}

describe("requests that fail", () => {
  test("a refusal: an object there, an error with a code here", async () => {
    const theirs = watch(vendor.GetUserSecurity({ c2s: { groupName: "none" } }));
    const error = await ours.getUserSecurity("none").catch((reason: OpenDError) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: "OPEND_SERVER", reason: "unknown-group", retType: -1, outcome: "rejected" });
    await vi.waitFor(() => expect(theirs.end).toBe("rejected"));
    expect(theirs.value).not.toBeInstanceOf(Error);
    expect(theirs.value).toMatchObject({ retType: -1, retMsg: "Unknown watchlists" });
  });

  test("an error of the relay without a body: silence there, an error here", async () => {
    tamper = (reply) => {
      reply.writeInt32BE(1, ERROR_AT);
      return reply.subarray(0, HEADER_BYTES);
    };
    const { theirs, error } = await bothAsk();
    expect(theirs.end).toBe("pending");
    expect(error.code).toMatch(/^OPEND_/);
  });

  test("a lost connection: silence there, an error that says what is known here", async () => {
    opend.on(QotGetUserSecurityGroup, () => {
      opend.disconnect();
      return new Promise<never>(() => {});
    });
    const { theirs, error } = await bothAsk();
    expect(theirs.end).toBe("pending");
    expect(error).toMatchObject({ code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
  });

  test("a relay that explains in Chinese: an exception in the socket's callback there, an error with the text here", async () => {
    tamper = (reply) => {
      reply.writeInt32BE(2, ERROR_AT);
      reply.fill(0, ERRMSG_AT, HEADER_BYTES).write("网络超时", ERRMSG_AT);
      return reply;
    };
    const uncaught: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (reason) => uncaught.push(reason));
    try {
      const { theirs, error } = await bothAsk();
      expect(error.message).toContain("网络超时");
      expect(uncaught).toHaveLength(1);
      expect(theirs.value).toBe("timeout");
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });

  test("a reply that comes after the deadline: a push there, nothing here", async () => {
    let release: (() => void) | undefined;
    opend.on(QotGetUserSecurityGroup, async ({ builtIn }) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return builtIn();
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const theirs = watch(vendor.GetUserSecurityGroup({ c2s: { groupType: 3 } }));
    await vi.waitUntil(() => release !== undefined, { interval: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(theirs).toEqual({ end: "rejected", value: "timeout" });
    vi.useRealTimers();
    release?.();
    await vi.waitFor(() => expect(pushes.map(({ cmd }) => cmd)).toEqual([QotGetUserSecurityGroup.id]));
  });
});

test("64-bit ids: Longs there, bigints here", async () => {
  const { s2c } = await vendor.GetUserSecurity({ c2s: { groupName: "HK" } });
  const { staticInfoList } = s2c as { staticInfoList: { basic: { id: unknown } }[] };
  expect(typeof staticInfoList[2]?.basic.id).toBe("object");
  expect((await ours.getUserSecurity("HK"))[2]?.basic.id).toBe(54047868453564n);
});

test("after a lost connection: no subscription there, the same one here", async () => {
  const security = { market: 1, code: "00700" };
  const c2s = { securityList: [security], subTypeList: [1], isSubOrUnSub: true, isRegOrUnRegPush: true };
  await vendor.Sub({ c2s });
  const quotes = await ours.subscribe(QotUpdateBasicQot, { securities: [security], subTypes: [SubType.Basic] });
  await vi.waitFor(() => expect(pushes.length).toBeGreaterThan(0));
  await quotes.next();

  const vendorIsBack = new Promise((resolve) => {
    vendor.onlogin = resolve;
  });
  opend.disconnect();
  expect(await vendorIsBack).toBe(true);
  const wereRead = pushes.length;
  const connections = () => new Set(opend.requests.of(QotSub).map(({ connID }) => connID)).size;
  await vi.waitFor(() => expect(connections()).toBe(3));
  for (let read = 0; read < 5; read += 1) await quotes.next();
  expect(pushes).toHaveLength(wereRead);
});

test("ending it: stop() leaves the socket open there, close() leaves nothing here", async () => {
  expect(opend.connections).toBe(2);
  vendor.stop();
  await ours.close();
  await vi.waitFor(() => expect(opend.connections).toBe(1));
  // It is the vendor's, and it still answers.
  expect((await vendor.GetGlobalState({ c2s: { userID: 0 } })).retType).toBe(0);
});

describe("the table of commands", () => {
  const page = readFileSync(join(root, "docs/migrating-from-futu-api.md"), "utf8");
  const source = readFileSync(join(root, "e2e/node_modules/futu-api/main.js"), "utf8");
  const methods = new Map(
    [...source.matchAll(/^\s+(\w+)\(req\) \{\s+return this\._sendCmd\(ftCmdID\.(\w+)\.cmd/gm)].map(
      ([, method, command]) => [command ?? "", method ?? ""],
    ),
  );

  /** Which area of the codec exports a descriptor; the clients export the core. */
  async function homes(): Promise<ReadonlyMap<string, string>> {
    const areas = { "": "codec", quote: "codec/quote", trade: "codec/trade", options: "codec/options" };
    const all = { ...areas, research: "codec/research", events: "codec/events" };
    const found = new Map<string, string>();
    for (const area of Object.values(all)) {
      const names = Object.keys(await import(`@tickwire/${area}`));
      for (const name of names)
        if (!found.has(name)) found.set(name, area === "codec" ? "the client" : `@tickwire/${area}`);
    }
    return found;
  }

  test("has every command of the vendor's client, in its order", async () => {
    const home = await homes();
    const code = (text: string) => `\`${text}\``;
    const rows = Object.entries(ftCmdID).map(([command, { cmd }]) => {
      const protocol = protocols.get(cmd)?.protocol;
      const name = protocol?.name.replace("_", "") ?? "";
      const from = home.get(name);
      const method = methods.get(command);
      const ours = protocol === undefined ? "none: it is not in the vendor's schema" : code(name);
      return [
        code(command),
        String(cmd),
        protocol?.kind === "push" ? "`onPush`" : method === undefined ? "" : code(`${method}()`),
        ours,
        from === undefined ? "" : from === "the client" ? from : code(from),
      ];
    });
    expect(rows.length).toBeGreaterThan(120);
    const written = [...page.matchAll(/^\| (`\w+`) +\| (\d+) +\| (.*?) +\| (.*?) +\| (.*?) *\|$/gm)].map((row) =>
      row.slice(1).map((cell) => cell.trim()),
    );
    expect(written).toEqual(rows);
  });
});
