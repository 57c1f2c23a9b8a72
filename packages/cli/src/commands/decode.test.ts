import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CmdAuth,
  commands,
  encodeBody,
  encodeErrorBody,
  encodePacket,
  PushQuoteData,
  Subscribe,
  SubType,
} from "@tickwire/codec/longport";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCapture } from "../capture.ts";
import { type Io, Output } from "../output.ts";
import { cli } from "../testing/cli.ts";
import { recorded } from "../testing/recorded.ts";
import { decodeCapture } from "./decode.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const json = async (stdin: Uint8Array, ...args: string[]) =>
  JSON.parse((await cli().run(["decode", "--json", ...args], { stdin })).out);

test("a reader that is slow is waited for, so that no capture is held in memory as text", async () => {
  const { client } = await recorded("tcp");
  let waiting = 0;
  let most = 0;
  const io: Io = {
    out() {
      most = Math.max(most, ++waiting);
    },
    async drained() {
      waiting = 0;
    },
    err: () => undefined,
    stdin: undefined,
    isErrTerminal: false,
    colors: { out: false, err: false },
  };
  expect(await decodeCapture({ io, output: new Output(io, false) }, {}, [hex(client)])).toBe(0);
  // Of one frame: what it is, and what is in it.
  expect(most).toBe(2);
});

describe.each(["tcp", "ws"] as const)("%s", (dialect) => {
  test("a capture of the client is read", async () => {
    const { client } = await recorded(dialect);
    const { framing, frames, problems } = await json(client);
    expect({ framing, problems }).toEqual({ framing: dialect, problems: [] });
    expect(frames.map(({ name, kind }: { name: string; kind: string }) => `${name} ${kind}`)).toEqual([
      dialect === "tcp" ? "InitConnect request" : "InitWebSocket request",
      "Qot_GetUserSecurityGroup request",
      "Qot_GetUserSecurity request",
    ]);
    expect(frames[2].message).toEqual({ c2s: { groupName: "nope" } });
    expect(frames.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)).toBe(client.length);
  });

  test("and one of the gateway, refusals too", async () => {
    const { server } = await recorded(dialect);
    const { frames, problems } = await json(server, "--names");
    expect(problems).toEqual([]);
    expect(frames.map(({ kind }: { kind: string }) => kind)).toEqual(["reply", "reply", "reply"]);
    expect(frames[1].message.s2c.groupList[0]).toEqual({ groupName: "All", groupType: "System" });
    expect(frames[2].message.retType).toBe(-1);
  });

  test("keys stay hidden unless they are asked for", async () => {
    const { client, server } = await recorded(dialect);
    const field = dialect === "tcp" ? "connAESKey" : "websocketKey";
    const bytes = dialect === "tcp" ? server : client;
    expect(JSON.stringify(await json(bytes))).toContain(`"${field}":"(hidden; --show-secrets)"`);
    expect(JSON.stringify(await json(bytes, "--show-secrets"))).not.toContain("(hidden");
  });
});

test("JSON bodies are read", async () => {
  const { client, server } = await recorded("tcp", { bodyFormat: "json" });
  expect((await json(client)).frames[1]).toMatchObject({
    kind: "request",
    notes: ["JSON", "SHA-1 right"],
    message: { c2s: { groupType: 3 } },
  });
  expect((await json(server)).frames[1]).toMatchObject({ kind: "reply", message: { retType: 0 } });
});

describe("LongPort's packets", () => {
  const pushed = { symbol: "700.HK", sequence: 42n, lastDone: "338.000" };
  const request = encodePacket({
    type: "request",
    command: 6,
    requestId: 3,
    timeoutMs: 30_000,
    body: encodeBody(Subscribe, { symbol: ["700.HK"], subType: [SubType.QUOTE] }),
  });
  const refusal = encodePacket({
    type: "response",
    command: 6,
    requestId: 3,
    status: 3,
    body: encodeErrorBody({ code: 301600n, msg: "invalid request" }),
  });
  const push = encodePacket({
    type: "push",
    command: 101,
    body: encodeBody(commands.get(PushQuoteData.code)!, pushed),
  });
  const login = encodePacket({
    type: "request",
    command: 2,
    requestId: 1,
    timeoutMs: 0,
    body: encodeBody(CmdAuth, { token: "otp-1" }),
  });

  test("are read, one behind the other", async () => {
    const { framing, frames, problems } = await json(Buffer.concat([request, refusal, push]));
    expect({ framing, problems }).toEqual({ framing: "longport", problems: [] });
    expect(frames).toMatchObject([
      { offset: 0, name: "Subscribe", kind: "request", serialNo: 3, message: { symbol: ["700.HK"], subType: [1] } },
      {
        offset: request.length,
        kind: "reply",
        notes: ["status 3"],
        message: { code: "301600", msg: "invalid request" },
      },
      { name: "PushQuoteData", kind: "push", message: { symbol: "700.HK", sequence: "42", lastDone: "338.000" } },
    ]);
    expect((await json(login)).frames[0].message.token).toBe("(hidden; --show-secrets)");
  });

  test("what is cut off is told", async () => {
    const { frames, problems } = await json(Buffer.concat([request, push.subarray(0, 20)]));
    expect(frames).toHaveLength(1);
    expect(problems).toEqual([
      { offset: request.length, problem: expect.stringMatching(/too short for a push that tells \d+/) },
    ]);
  });
});

describe("for people", () => {
  test("a frame has a line, and its message below", async () => {
    const { client } = await recorded("tcp");
    const frame = client.subarray(client.length - 48 - 4);
    const file = join(folder, "frame.bin");
    writeFileSync(file, client);
    const { code, out } = await cli().run(["decode", file]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^#1 byte 0: InitConnect \(1001\) request, serial 1, \d+ bytes, protobuf, SHA-1 right\n {2}\{\n {4}"c2s": \{\n/,
    );
    expect(frame.length).toBe(52);
  });

  test("hexadecimal text comes as words, in a file, or by stdin", async () => {
    const { client } = await recorded("tcp");
    const text = hex(client);
    const file = join(folder, "frame.hex");
    writeFileSync(file, text.replace(/(..)/g, "$1 "));
    const { out } = await cli().run(["decode", text]);
    expect(out).toContain("InitConnect");
    expect((await cli().run(["decode", ...text.match(/.{1,8}/g)!])).out).toBe(out);
    expect((await cli().run(["decode", file])).out).toBe(out);
    expect((await cli().run(["decode"], { stdin: text })).out).toBe(out);
    expect((await cli().run(["decode", "-"], { stdin: client })).out).toBe(out);
  });

  test.each([
    [
      (bytes: Uint8Array) => bytes.with(bytes.length - 1, 0xff),
      "wrong: the body's SHA-1 is not the header's: it is encrypted, or was damaged",
    ],
    [(bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1), "of which 51 bytes are there"],
    [(bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from("HTTP/1.1")]), "it speaks HTTP"],
  ])("what is wrong is told, with its place: %#", async (damage, problem) => {
    const { client } = await recorded("tcp");
    const { code, out } = await cli().run(["decode"], { stdin: damage(client) });
    expect(code).toBe(1);
    expect(out).toContain(problem);
    expect(out).toContain("Qot_GetUserSecurityGroup");
  });

  test("a file that is not there is told", async () => {
    expect(await cli().run(["decode", "capture.bin"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("capture.bin cannot be read: there is no such file"),
    });
  });

  test.each([
    ["", "there are no bytes to decode"],
    ["474554202f", "it is HTTP"],
    ["1603010200", "it is TLS"],
    ["827e0080", "it may be a WebSocket's own frame"],
    ["ffff", 'begin with "FT" (46 54) on TCP'],
    ["zz", 'line 1: "z" is no hexadecimal digit'],
  ])("%j is no capture, and why", async (text, problem) => {
    const { code, out, err } = await cli().run(["decode"], { stdin: text });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(problem);
  });
});

test.each(["tcp", "ws"] as const)(
  "whatever was damaged in a capture of %s, it is read to its end or told where not",
  async (dialect) => {
    const { client, server } = await recorded(dialect);
    const whole = Buffer.concat([client, server]);
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      to: fc.nat(255),
      length: fc.integer({ min: 1, max: whole.length }),
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async ({ at, to, length }, isCut) => {
        const bytes = isCut ? whole.subarray(0, length) : Uint8Array.from(whole).with(at, to);
        let read = 0;
        const problems = await readCapture(bytes, dialect, async (frame) => {
          read += frame.bytes;
        });
        if (read !== bytes.length) expect(problems).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  },
);
