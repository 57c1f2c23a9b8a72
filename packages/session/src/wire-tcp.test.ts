import {
  type BodyCipher,
  decodeResponse,
  encodeMessage,
  InitConnect,
  KeepAlive,
  PacketEncAlgo,
  sha1,
  TCP_HEADER_BYTES,
  TcpDecoder,
  type TcpFrame,
  writeTcpHeader,
} from "@tickwire/codec";
import { protocols } from "@tickwire/codec/registry";
import { describe, expect, test } from "vitest";
import { connectSession } from "./connect.ts";
import { failureOf } from "./testing/harness.ts";
import { ManualClock, settle } from "./testing/manual-clock.ts";
import { Peer } from "./testing/peer.ts";
import { toyCipher, toySuite } from "./testing/toy-ciphers.ts";
import type { Incoming } from "./wire.ts";
import { tcpWire } from "./wire-tcp.ts";

const { None, FTAES_ECB, AES_ECB, AES_CBC } = PacketEncAlgo;
const key = "0123456789abcdef";
const iv = "fedcba9876543210";
const handshake = toyCipher(99);

/** A frame of the gateway's. */
function frameOf(protoId: number, response: object, cipher?: BodyCipher, format = 0): Uint8Array {
  const plain = encodeMessage(protocols.get(protoId)!.encodeResponse, { retType: 0, ...response });
  const sent = cipher?.encrypt(plain) ?? plain;
  const bytes = new Uint8Array(TCP_HEADER_BYTES + sent.length);
  bytes.set(sent, TCP_HEADER_BYTES);
  return writeTcpHeader(bytes, { protoId, serialNo: 1, format }, sha1, plain);
}

const hello = (more: object = {}) => ({
  s2c: { serverVer: 1011, loginUserID: 1n, connID: 2n, connAESKey: key, keepAliveInterval: 10, ...more },
});

/** A wire whose handshake is over, unless there is no reply. */
function wireAfter(algo: PacketEncAlgo, reply?: Uint8Array, verifyBodies = true) {
  const ciphers = toySuite();
  const wire = tcpWire(sha1, { verifyBodies, encryption: { ciphers, packetEncAlgo: algo } })({
    clientId: "test",
    maxBodyBytes: 1000,
  });
  const receive = (bytes: Uint8Array): Incoming[] => {
    const got: Incoming[] = [];
    wire.receive(bytes, (message) => got.push(message));
    return got;
  };
  const sent = (protoId: number): TcpFrame => {
    const frames: TcpFrame[] = [];
    const bytes = new Uint8Array(TCP_HEADER_BYTES + 3).fill(7);
    new TcpDecoder().push(wire.frame(bytes, protoId, 5), (frame) => frames.push(frame));
    return frames[0]!;
  };
  const greeting = reply === undefined ? undefined : receive(reply)[0];
  return { ciphers, wire, receive, sent, greeting };
}

describe("with an RSA key", () => {
  test.each([None, FTAES_ECB, AES_ECB, AES_CBC])("InitConnect is encrypted with it, whatever is asked: %i", (algo) => {
    const { body, sha1: hash } = wireAfter(algo).sent(InitConnect.id);
    expect(body).toEqual(handshake.encrypt(Uint8Array.of(7, 7, 7)));
    expect(hash).toEqual(sha1(Uint8Array.of(7, 7, 7)));
  });

  test.each([
    { asked: AES_CBC, more: { aesCBCiv: iv }, becomes: AES_CBC },
    { asked: FTAES_ECB, more: { aesCBCiv: iv }, becomes: AES_CBC },
    { asked: AES_CBC, more: {}, becomes: FTAES_ECB },
    { asked: FTAES_ECB, more: { aesCBCiv: "" }, becomes: FTAES_ECB },
    { asked: AES_ECB, more: {}, becomes: AES_ECB },
  ])("$asked asked, $more answered: then $becomes, at once and both ways", ({ asked, more, becomes }) => {
    const next = frameOf(KeepAlive.id, { s2c: { time: 3n } }, toyCipher(10 + becomes));
    const both = Uint8Array.from([...frameOf(InitConnect.id, hello(more), handshake), ...next]);
    const { ciphers, receive, sent } = wireAfter(asked);
    const [, second] = receive(both);
    expect(second?.damage).toBeUndefined();
    expect(decodeResponse(KeepAlive, second!.body).s2c).toEqual({ time: 3n });
    expect(sent(KeepAlive.id).body[0]).toBe(10 + becomes);
    expect(ciphers.made).toEqual([{ algo: becomes, key, iv: (more as { aesCBCiv?: string }).aesCBCiv }]);
  });

  test.each([undefined, handshake])("None asked: plain from then on, however InitConnect is answered", (cipher) => {
    const { ciphers, greeting, receive, sent } = wireAfter(None, frameOf(InitConnect.id, hello(), cipher));
    expect(greeting?.damage).toBeUndefined();
    expect(sent(KeepAlive.id).body).toEqual(Uint8Array.of(7, 7, 7));
    expect(receive(frameOf(KeepAlive.id, {}))[0]?.damage).toBeUndefined();
    expect(ciphers.made).toEqual([]);
  });

  test("a plain success is refused when encryption was asked for", () => {
    const { greeting } = wireAfter(AES_CBC, frameOf(InitConnect.id, hello()));
    expect(greeting?.damage).toMatchObject({ code: "CODEC_FRAME_CIPHER" });
  });

  test("a plain refusal can be read", () => {
    const { greeting } = wireAfter(AES_CBC, frameOf(InitConnect.id, { retType: -1, retMsg: "no" }));
    expect(greeting?.damage).toBeUndefined();
  });

  test("a body that cannot be decrypted, or has another SHA-1 then, harms only its message", () => {
    const { receive } = wireAfter(AES_CBC, frameOf(InitConnect.id, hello({ aesCBCiv: iv }), handshake));
    const good = frameOf(KeepAlive.id, {}, toyCipher(12));
    const wrongKey = frameOf(KeepAlive.id, {}, toyCipher(13));
    const wrongHash = good.with(20, good[20]! ^ 1);
    const codes = [wrongKey, wrongHash, good].map((bytes) => receive(bytes)[0]?.damage?.code);
    expect(codes).toEqual(["CODEC_FRAME_CIPHER", "CODEC_FRAME_SHA1", undefined]);
  });

  test("without verifying, the SHA-1 decides only whether InitConnect's reply is plain", () => {
    const { receive, greeting } = wireAfter(FTAES_ECB, frameOf(InitConnect.id, hello(), handshake), false);
    expect(greeting?.damage).toBeUndefined();
    const bytes = frameOf(KeepAlive.id, {}, toyCipher(10));
    expect(receive(bytes.with(20, bytes[20]! ^ 1))[0]?.damage).toBeUndefined();
  });
});

describe("a login fails, and says what to check,", () => {
  async function failureWith(reply: (serialNo: number) => Uint8Array, hasKey: boolean) {
    const peer = new Peer("tcp");
    const encryption = hasKey ? { ciphers: toySuite(), packetEncAlgo: AES_CBC } : undefined;
    // The peer cannot decrypt; it answers whatever it gets.
    const open = peer.open.bind(peer);
    peer.open = async (events, signal) => {
      const link = await open(events, signal);
      const write = (bytes: Uint8Array) => {
        queueMicrotask(() => events.data(reply(bytes[8]!)));
        return true;
      };
      return { ...link, write };
    };
    const clock = new ManualClock();
    const error = await failureOf(connectSession({ transport: peer, clock, wire: tcpWire(sha1, { encryption }) }));
    await settle();
    expect([clock.timers, peer.isOpen]).toEqual([0, false]);
    expect(error.code).toBe("OPEND_LOGIN_FAILED");
    return error.message;
  }
  const answer = (cipher?: BodyCipher) => (serialNo: number) => {
    const bytes = frameOf(InitConnect.id, hello({ aesCBCiv: iv }), cipher);
    bytes[8] = serialNo;
    return bytes;
  };

  test("when the reply is of another key", async () => {
    const message = await failureWith(answer(toyCipher(98)), true);
    expect(message).toContain("of another key");
    expect(message).toContain("Is rsaPrivateKey the key in the file that OpenD's rsa_private_key names");
  });

  test("when the reply is not encrypted", async () => {
    expect(await failureWith(answer(), true)).toContain("without the encryption that it was asked for");
  });

  test("when the reply is encrypted, and we have no key", async () => {
    expect(await failureWith(answer(handshake), false)).toContain(
      "Has OpenD an RSA key set, which rsaPrivateKey has to be",
    );
  });
});

test("a JSON body that was not asked for harms only its message, and says what to give", () => {
  const wire = tcpWire(sha1)({ clientId: "test", maxBodyBytes: 1000 });
  const got: Incoming[] = [];
  wire.receive(frameOf(KeepAlive.id, {}, undefined, 1), (message) => got.push(message));
  expect(got[0]?.damage?.message).toContain("its body is JSON; give bodyFormat: jsonBodies");
});
