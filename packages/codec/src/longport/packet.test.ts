import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeBody,
  decodeErrorBody,
  decodePacket,
  encodeBody,
  encodeErrorBody,
  encodePacket,
  gunzip,
  MAX_PACKET_BODY_BYTES,
  type PacketInit,
  PushQuoteData,
} from "../longport.ts";
import { embedded, fromHex, toHex } from "../testing/bytes.ts";
import { codecError, valueOrCodecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { codecOf, errorVector, foreignVectors, gzipVector, packetVectors } from "../testing/longport-vectors.ts";
import { damage } from "../testing/mutate.ts";
import { Random } from "../testing/random.ts";

describe.each(packetVectors)("$name ($source)", ({ hex, command, facts, message }) => {
  const codec = codecOf(command, facts.type);

  test("is written byte for byte", () => {
    expect(toHex(encodePacket({ ...facts, command: command.code, body: encodeBody(codec, message) }))).toBe(hex);
  });

  test("is read", () => {
    const packet = decodePacket(embedded(fromHex(hex)));
    const { body } = packet;
    expect(packet).toEqual({ ...facts, command: command.code, isGzip: false, body });
    expect(decodeBody(codec, body)).toMatchObject(message);
    expect(toHex(encodeBody(codec, decodeBody(codec, body)))).toBe(toHex(body));
  });
});

test("a refusal is read, and written", () => {
  const { body, ...facts } = decodePacket(fromHex(errorVector.hex));
  expect(facts).toMatchObject(errorVector.facts);
  expect(decodeErrorBody(body)).toEqual(errorVector.error);
  expect(toHex(encodeErrorBody(errorVector.error))).toBe(toHex(body));
  expect(decodeErrorBody(new Uint8Array(0))).toEqual({ code: 0n, msg: "" });
});

test("a push that travels as gzip is read, and written", async () => {
  const packet = decodePacket(fromHex(gzipVector.hex));
  expect(packet).toMatchObject({ type: "push", command: PushQuoteData.code, isGzip: true });
  expect(decodeBody(PushQuoteData, await gunzip(packet.body, 100))).toMatchObject(gzipVector.message);
  expect(toHex(encodePacket(packet))).toBe(gzipVector.hex);
});

test.each(Object.entries(foreignVectors))("a %s is refused", (_, hex) => {
  expect(() => decodePacket(fromHex(hex))).toThrow(/CODEC_MALFORMED|CODEC_FRAME_TRUNCATED/);
});

const all = [errorVector, gzipVector, ...packetVectors].map(({ hex }) => fromHex(hex));

test("a packet that is cut anywhere is refused", () => {
  for (const bytes of all)
    for (let length = 0; length < bytes.length; length++)
      codecError("CODEC_FRAME_TRUNCATED", () => decodePacket(bytes.subarray(0, length)));
});

test("a packet with more behind it is refused", () => {
  for (const bytes of all)
    expect(codecError("CODEC_MALFORMED", () => decodePacket(Uint8Array.of(...bytes, 0))).message).toBe(
      `[CODEC_MALFORMED] a packet of ${bytes.length} bytes in a message of ${bytes.length + 1}; one message holds one packet`,
    );
});

test("a packet with any bit flipped is refused, or is another packet", () => {
  for (const bytes of all)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const packet = valueOrCodecError(() => decodePacket(flipped));
      if (!(packet instanceof Error)) expect(toHex(encodePacket(packet))).toBe(toHex(flipped));
    }
});

test.each([
  ["0x41: its two highest bits", "41"],
  ["0x80: its two highest bits", "8000"],
  ["of type 0", "00"],
  ["of type 4", "04"],
  ["of type 15", "3f"],
])("a first byte that no packet has is refused: %s", (words, hex) => {
  const { message } = codecError("CODEC_MALFORMED", () => decodePacket(fromHex(hex)));
  expect(message).toContain(words);
});

test("a body beyond the cap is refused before it is there", () => {
  const bytes = fromHex("0365 000065");
  expect(codecError("CODEC_FRAME_TOO_LARGE", () => decodePacket(bytes, 100)).message).toBe(
    "[CODEC_FRAME_TOO_LARGE] a packet with a body of 101 bytes, the cap is 100; if that is right, raise the cap",
  );
  codecError("CODEC_FRAME_TRUNCATED", () => decodePacket(bytes, 101));
});

test("the longest body that a packet can have is written and read", () => {
  const packet = { type: "push", command: 101, body: new Uint8Array(MAX_PACKET_BODY_BYTES) } as const;
  expect(decodePacket(encodePacket(packet)).body).toHaveLength(MAX_PACKET_BODY_BYTES);
  const body = new Uint8Array(MAX_PACKET_BODY_BYTES + 1);
  expect(() => encodePacket({ ...packet, body })).toThrow("body.length must be an integer from 0 to 16777215");
});

describe("what a packet has no room for is refused", () => {
  const body = new Uint8Array(0);
  const request: PacketInit = { type: "request", command: 1, requestId: 1, timeoutMs: 0, body };
  const nonce = new Uint8Array(8);
  const signature = new Uint8Array(16);

  test.each<[string, PacketInit]>([
    ["command", { ...request, command: 256 }],
    ["requestId", { ...request, requestId: 2 ** 32 }],
    ["requestId", { ...request, requestId: -1 }],
    ["timeoutMs", { ...request, timeoutMs: 65_536 }],
    ["timeoutMs", { ...request, timeoutMs: 0.5 }],
    ["status", { type: "response", command: 1, requestId: 1, status: 256, body }],
    ["verification.nonce", { ...request, verification: { nonce: signature, signature } }],
    ["verification.signature", { ...request, verification: { nonce, signature: nonce } }],
  ])("%s", (field, packet) => {
    const error = codecError("CODEC_INVALID_VALUE", () => encodePacket(packet));
    expect(error.paths).toEqual([field]);
    expect(error.message).toContain(`a packet's ${field} must`);
  });
});

describe("any packets", () => {
  const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const facts = {
    command: fc.nat(0xff),
    body: fc.uint8Array({ maxLength: 300, size: "max" }),
    isGzip: fc.boolean(),
    verification: fc.option(fc.record({ nonce: bytesOf(8), signature: bytesOf(16) }), { nil: undefined }),
  };
  const requestId = fc.nat(0xffff_ffff);
  const anyPacket: fc.Arbitrary<PacketInit> = fc.oneof(
    fc.record({ type: fc.constant("request" as const), requestId, timeoutMs: fc.nat(0xffff), ...facts }),
    fc.record({ type: fc.constant("response" as const), requestId, status: fc.nat(0xff), ...facts }),
    fc.record({ type: fc.constant("push" as const), ...facts }),
  );

  test("are read as they were written", () => {
    forAll(anyPacket, (packet) => expect(decodePacket(embedded(encodePacket(packet)))).toEqual(packet), 500);
  });

  test("that are damaged are refused, or are other packets", () => {
    forAll(
      fc.tuple(anyPacket, fc.integer()),
      ([packet, seed]) => {
        const bytes = damage(encodePacket(packet), new Random(seed));
        const read = valueOrCodecError(() => decodePacket(bytes));
        if (!(read instanceof Error)) expect(toHex(encodePacket(read))).toBe(toHex(bytes));
      },
      1000,
    );
  });
});
