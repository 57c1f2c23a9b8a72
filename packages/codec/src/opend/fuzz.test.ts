import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as core from "../gen/core.ts";
import { messages, protocols } from "../gen/registry.ts";
import { concat, cutAt, fromHex } from "../testing/bytes.ts";
import { encode, valueOrCodecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { anyTcpFrame, pushAll } from "../testing/frames.ts";
import { tcpVectors, wsReplyVectors, wsRequestVectors } from "../testing/vectors.ts";
import {
  END_GROUP,
  fixed32Field,
  fixed64Field,
  groupField,
  lengthField,
  START_GROUP,
  tag,
  varint,
  varintField,
} from "../testing/wire.ts";
import { Reader } from "../wire/reader.ts";
import { decodeResponse } from "./envelope.ts";
import { TcpDecoder } from "./tcp-decoder.ts";
import { readWsReply, readWsRequest } from "./ws-frame.ts";

// Whatever a peer sends becomes a value or a CodecError. `valueOrCodecError` throws on every other error, and a decoder
// that does not come to an end hangs the test.

const isEmpty = (message: object): boolean =>
  Object.values(message).every((value) => value === undefined || (Array.isArray(value) && value.length === 0));

const anyBytes = fc.uint8Array({ maxLength: 300, size: "max" });

/** A few changes of the kind that lines and attackers make: flipped, lost, repeated, cut and foreign bytes. */
function mutated(original: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    kind: fc.constantFrom("flip", "set", "remove", "repeat", "cut", "insert" as const),
    at: fc.nat(10_000),
    length: fc.integer({ min: 1, max: 12 }),
    byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
  });
  return fc.tuple(original, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    let result: Uint8Array = bytes.slice();
    for (const { kind, at, length, byte } of changes) {
      const start = at % (result.length + 1);
      const [head, middle, tail] = cutAt(result, [start, Math.min(start + length, result.length)]) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      if (kind === "flip" && start < result.length) result[start] = (result[start] as number) ^ (1 << (byte & 7));
      else if (kind === "set" && start < result.length) result[start] = byte;
      else if (kind === "remove") result = concat(head, tail);
      else if (kind === "repeat") result = concat(head, middle, middle, tail);
      else if (kind === "cut") result = result.slice(0, start);
      else if (kind === "insert") result = concat(head, new Uint8Array(length).fill(byte), middle, tail);
    }
    return result;
  });
}

/** Bytes that are fields, most of them with numbers and wire types that messages of the schema have. */
const { wireShaped } = fc.letrec<{ wireShaped: Uint8Array; field: Uint8Array }>((tie) => {
  const number = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 1, max: 120 }));
  const value = fc.oneof(fc.integer({ min: 0, max: 300 }).map(BigInt), fc.bigInt(0n, 2n ** 64n - 1n));
  return {
    wireShaped: fc.array(tie("field"), { maxLength: 8, size: "max" }).map((fields) => concat(...fields)),
    field: fc.oneof(
      { maxDepth: 4, depthIdentifier: "field" },
      fc.tuple(number, value).map(([n, v]) => varintField(n, v)),
      fc.tuple(number, fc.uint8Array({ maxLength: 9 })).map(([n, bytes]) => lengthField(n, bytes)),
      number.map((n) => fixed64Field(n)),
      number.map((n) => fixed32Field(n)),
      fc.tuple(number, fc.constantFrom(START_GROUP, END_GROUP, 6, 7)).map(([n, type]) => tag(n, type)),
      fc.tuple(number, fc.nat(20)).map(([n, length]) => concat(tag(n, 2), varint(length))),
      fc.tuple(number, tie("wireShaped")).map(([n, content]) => lengthField(n, content)),
      fc.tuple(number, tie("wireShaped")).map(([n, content]) => groupField(n, content)),
    ),
  };
});

describe("the TCP decoder", () => {
  const survives = (bytes: Uint8Array, cuts: readonly number[]) => {
    const decoder = new TcpDecoder({ maxBodyBytes: 1000 });
    valueOrCodecError(() => pushAll(decoder, cutAt(bytes, cuts)));
    expect(decoder.heldBytes).toBeLessThan(1044);
  };

  test("takes arbitrary bytes, with a right sign as well", () => {
    const signed = anyBytes.map((bytes) => concat(fromHex("4654"), bytes));
    forAll(fc.tuple(fc.oneof(anyBytes, signed), fc.array(fc.nat(300))), ([bytes, cuts]) => survives(bytes, cuts), 1000);
  });

  test("takes mutated frames", () => {
    const vectors = fc.constantFrom(...tcpVectors.map(({ frame }) => fromHex(frame)));
    const stream = fc
      .array(
        fc.oneof(
          vectors,
          anyTcpFrame.map(({ bytes }) => bytes),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((frames) => concat(...frames));
    forAll(fc.tuple(mutated(stream), fc.array(fc.nat(300))), ([bytes, cuts]) => survives(bytes, cuts), 1000);
  });
});

test("the WebSocket readers take arbitrary bytes and mutated messages", () => {
  const vectors = [...wsReplyVectors, ...wsRequestVectors].map(({ frame }) => fromHex(frame));
  forAll(
    fc.oneof(anyBytes, mutated(fc.constantFrom(...vectors))),
    (bytes) => {
      for (const read of [readWsReply, readWsRequest]) {
        const result = valueOrCodecError(() => read(bytes, 1000));
        if (!(result instanceof Error)) expect(result.body.length).toBeLessThan(bytes.length);
      }
    },
    1000,
  );
});

/**
 * Each run decodes by every message of the schema, which takes long: few runs, in Node. Browsers run the same code, and
 * get the messages of the main entry.
 */
const isBrowser = typeof window === "object";
const inMainEntry = new Set([
  "Common",
  "Qot_Common",
  ...Object.values(core).map((item) => ("name" in item ? item.name : "")),
]);
const tried = [...messages].filter(([name]) => !isBrowser || inMainEntry.has(name.split(".")[0] ?? ""));

describe("every decoder of the registry", () => {
  const decodeAll = (bytes: Uint8Array) => {
    for (const [name, codec] of tried) {
      const reader = new Reader(bytes);
      const result = valueOrCodecError(() => codec.decode(reader, bytes.length));
      if (result instanceof Error) {
        expect(result.code).toMatch(/^CODEC_(MALFORMED|MISSING_REQUIRED)$/);
        continue;
      }
      expect(reader.pos).toBe(bytes.length);
      // What was taken can be written, and then is the same message.
      const again = encode(codec.encode, result);
      // `expect` is the slow part of this, and most of what is taken are messages in which nothing is known.
      const twice = codec.decode(new Reader(again), again.length);
      if (again.length > 0 || !isEmpty(twice) || !isEmpty(result)) expect(twice, name).toEqual(result);
    }
  };

  test("takes arbitrary bytes", () => {
    forAll(anyBytes, decodeAll, 30);
  });

  test("takes arbitrary fields", () => {
    forAll(wireShaped, decodeAll, 60);
  });

  test("takes mutated fields and mutated bodies", () => {
    const bodies = fc.constantFrom(...tcpVectors.map(({ body }) => fromHex(body)));
    forAll(mutated(fc.oneof(bodies, wireShaped)), decodeAll, 60);
  });
});

test("a reply of any protocol takes arbitrary fields as its content", () => {
  const reply = wireShaped.map((content) => concat(varintField(1, 0), lengthField(4, content)));
  forAll(
    reply,
    (bytes) => {
      for (const { protocol } of protocols.values()) {
        const result = valueOrCodecError(() => decodeResponse(protocol, bytes));
        if (!(result instanceof Error)) expect(result).toMatchObject({ retType: 0 });
      }
    },
    100,
  );
});

test("the cost of a message in many parts is linear in their number", () => {
  // Counted, not timed: the parts that are stepped over when lists of them are copied.
  const parts = 2000;
  const bytes = concat(...Array.from({ length: parts }, () => lengthField(4)));
  const { prototype } = Array;
  const { [Symbol.iterator]: iterate, concat: join, slice } = prototype;
  let stepped = 0;
  const counting = <This extends readonly unknown[], Args extends unknown[], Result>(
    original: (this: This, ...args: Args) => Result,
  ) =>
    function (this: This, ...args: Args): Result {
      stepped += this.length;
      return original.apply(this, args);
    };
  prototype[Symbol.iterator] = counting(iterate) as typeof iterate;
  prototype.concat = counting(join) as typeof join;
  prototype.slice = counting(slice) as typeof slice;
  try {
    valueOrCodecError(() => decodeResponse(core.InitConnect, bytes));
    valueOrCodecError(() => messages.get("InitConnect.Response")?.decode(new Reader(bytes), bytes.length));
  } finally {
    prototype[Symbol.iterator] = iterate;
    prototype.concat = join;
    prototype.slice = slice;
  }
  expect(stepped).toBeLessThan(parts * 20);
});
