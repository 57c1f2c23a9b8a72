import {
  encodeRequest,
  InitConnect,
  InitWebSocket,
  Notify,
  QotGetUserSecurity,
  sha1,
  TCP_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
  writeTcpHeader,
  writeWsRequestHeader,
} from "@tickwire/session";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import { frame, RawClient, type RawFrame } from "./test-support/raw-client.ts";
import { VirtualClock } from "./virtual-clock.ts";

let clock: VirtualClock;
let lines: string[];
beforeEach(() => {
  clock = new VirtualClock();
  lines = [];
});
const fake = (options: FakeOpenDOptions = {}) => new FakeOpenD({ clock, log: (line) => lines.push(line), ...options });

describe("frames that are none", () => {
  const body = () => encodeRequest(QotGetUserSecurity, { groupName: "A" }, TCP_HEADER_BYTES);
  const whole = () => writeTcpHeader(body(), { protoId: 3213, serialNo: 2 }, sha1);
  const damaged = (at: number, byte: number) => {
    const bytes = whole();
    bytes[at] = byte;
    return bytes;
  };

  test.each<[what: string, bytes: () => Uint8Array, line: RegExp]>([
    [
      "another protocol",
      () => new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
      /speaks HTTP.*belong on the other port/,
    ],
    ["a body over the cap", () => damaged(15, 0x7f), /CODEC_FRAME_TOO_LARGE.*length of its bodies/],
    ["a wrong SHA-1", () => damaged(16, 0), /CODEC_FRAME_SHA1.*give the fake the client's RSA key/],
  ])("close a TCP connection and say what to do: %s", (_, bytes, line) => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    client.send(bytes());
    expect([client.closedBy, opend.connections, lines.length]).toEqual([null, 0, 1]);
    expect(lines[0]).toMatch(line);
    client.send(whole());
    expect(client.frames).toHaveLength(1);
  });

  test("close a WebSocket connection too", () => {
    const client = new RawClient(fake(), "ws").login();
    client.send(whole());
    expect(client.closedBy).toBeNull();
    expect(lines[0]).toMatch(/CODEC_FRAME_MAGIC.*TCP clients belong on the other port/);
  });

  test("a TCP stream may be cut anywhere, and carry several frames at once", () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp").login();
    const two = [whole(), whole()].flatMap((bytes) => [...bytes]);
    for (const byte of two) client.send(Uint8Array.of(byte));
    client.send(Uint8Array.from(two));
    expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(4);
    expect(client.frames).toHaveLength(5);
  });

  test("an empty WebSocket login is one without a key", () => {
    const client = new RawClient(fake(), "ws");
    client.send(writeWsRequestHeader(new Uint8Array(WS_REQUEST_HEADER_BYTES), { cmd: 1, section: 2n }));
    expect(client.replyTo(InitWebSocket, 2n)).toMatchObject({ retType: 0 });
  });
});

describe("JSON bodies", () => {
  const jsonFrame = (protoId: number, serialNo: number, text: string) => {
    const bytes = new TextEncoder().encode(`${" ".repeat(TCP_HEADER_BYTES)}${text}`);
    return writeTcpHeader(bytes, { protoId, serialNo, format: 1 }, sha1);
  };
  const login = { clientVer: 300, clientID: "j", recvNotify: true, packetEncAlgo: -1, pushProtoFmt: 1 };
  const read = (frame: RawFrame | undefined) => [frame?.format, JSON.parse(new TextDecoder().decode(frame?.body))];

  test("are answered in JSON, and pushes come in it when the login asked for that", () => {
    const opend = fake();
    const client = new RawClient(opend, "tcp");
    client.send(jsonFrame(InitConnect.id, 2, JSON.stringify({ c2s: login })));
    client.send(jsonFrame(3213, 3, '{ "c2s": { "groupName": "some_group" } }'));
    const id = "78103980495165";
    expect(read(client.frames[0])).toEqual([1, { retType: 0, retMsg: "", errCode: 0, s2c: expect.anything() }]);
    expect(read(client.frames[1])).toMatchObject([1, { s2c: { staticInfoList: [{ basic: { id } }, {}] } }]);
    opend.push(Notify, { type: 1, event: { eventType: 1, desc: "d" } });
    expect(read(client.frames[2])).toEqual([1, { retType: 0, retMsg: "", errCode: 0, s2c: expect.anything() }]);
    // Each reply is in the form of its request.
    client.request(QotGetUserSecurity, { groupName: "some_group" });
    expect(client.frames[3]?.format).toBe(0);
  });

  test.each([
    ["{", 3213, /^The request cannot be read: .*the body is not JSON/],
    ['{"c2s":{"groupName":5}}', 3213, /^The request cannot be read: .*c2s.groupName: must be a string/],
    ['{"c2s":{}}', 3213, /^The request cannot be read: .*c2s.groupName: required/],
    ["{}", 9999, /^Protocol ID 9999 has no answer/],
  ])("that cannot be served are refused in JSON: %s", (text, protoId, says) => {
    const client = new RawClient(fake(), "tcp").login();
    client.send(jsonFrame(protoId, 7, text));
    const { protoId: id, serialNo } = client.frames[1]!;
    expect([id, serialNo]).toEqual([protoId, 7n]);
    expect(read(client.frames[1])).toMatchObject([1, { retMsg: expect.stringMatching(says) }]);
    expect(client.closedBy).toBeUndefined();
  });
});

test("what came after the request that ended the connection is not served", () => {
  const opend = fake();
  const client = new RawClient(opend, "tcp").login();
  opend.on(QotGetUserSecurity, ({ builtIn }) => {
    opend.disconnect();
    return builtIn();
  });
  const both = [2, 3].flatMap((serialNo) => [...frame("tcp", QotGetUserSecurity, { groupName: "A" }, serialNo)]);
  client.send(Uint8Array.from(both));
  expect(opend.requests.of(QotGetUserSecurity)).toHaveLength(1);
  expect(client.frames).toHaveLength(1);
});

test.each(["tcp", "ws"] as const)("no bytes over %s make it throw", (dialect) => {
  const real = frame(dialect, QotGetUserSecurity, { groupName: "A" }, 2);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.record({ at: fc.nat(real.length - 1), byte: fc.nat(255) }).map(({ at, byte }) => real.with(at, byte)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), (chunks) => {
      const opend = fake();
      const client = new RawClient(opend, dialect).login();
      for (const chunk of chunks) client.send(chunk);
      expect(opend.connections).toBe(client.closedBy === undefined ? 1 : 0);
      opend.close();
    }),
  );
});
