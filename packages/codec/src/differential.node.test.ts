// Every message of the schema beside two other implementations: protobufjs, which gets the vendor's own schema, and
// protobuf-es, which gets ours.
import { createFileRegistry, fromBinary, toBinary, toJson as toOracleJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messages } from "./gen/registry.ts";
import { toJson } from "./json.ts";
import type { MessageCodec } from "./opend/protocol.ts";
import { anyMessage, type Presence, toPlain } from "./testing/any-message.ts";
import { decode, encode } from "./testing/codec.ts";
import { forAll } from "./testing/for-all.ts";
import { loadImage } from "./testing/image.ts";
import { Random } from "./testing/random.ts";
import { expectSame, expectSameBytes } from "./testing/same.ts";
import { loadVendor, packages, typesOf } from "./testing/schema.ts";
import { encodeUnusually } from "./testing/unusual.ts";

const vendor = loadVendor();
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, loadImage()));
const jsonOptions = { useProtoFieldName: true, enumAsInteger: true, alwaysEmitImplicit: true };

/**
 * Few runs for each of 986 messages, rather than many for some: what goes wrong is a field of one message, and most
 * types are part of several. The values differ with every run of the tests.
 */
const runs: Readonly<Record<Presence, number>> = { any: 50, all: 5, none: 1 };

test("the registry has every message of the schema", () => {
  const all = packages.flatMap((name) => typesOf(vendor, name).types.map((type) => type.fullName.slice(1)));
  expect(new Set(messages.keys())).toEqual(new Set(all));
});

/** Checks what must hold for any messages of this name, and for those that have all of their fields, and the fewest. */
function forAllOf(name: string, check: (message: object, seed: number) => void): void {
  const type = vendor.lookupType(name);
  for (const [presence, numRuns] of Object.entries(runs) as [Presence, number][])
    forAll(fc.tuple(anyMessage(type, presence), fc.integer()), ([message, seed]) => check(message, seed), numRuns);
}

/** Whatever a decoder may remember of one message must not show in the next. */
function decodeTwice(codec: MessageCodec, bytes: Uint8Array, expected: object): void {
  for (let time = 0; time < 2; time++) expectSame(decode(codec.decode, bytes), expected);
}

describe("protobufjs with the vendor's schema", () => {
  test.each([...messages.keys()])("writes and reads the same %s", (name) => {
    const type = vendor.lookupType(name);
    const codec = messages.get(name) as MessageCodec;
    forAllOf(name, (message) => {
      const ours = encode(codec.encode, message);
      const plain = toPlain(message) as Record<string, unknown>;
      const theirs = type.encode(type.fromObject(plain)).finish();
      // Both write in the order of the field numbers.
      expectSameBytes(ours, theirs);
      decodeTwice(codec, theirs, message);
      const read = type.toObject(type.decode(ours), { longs: String, arrays: true, bytes: Uint8Array });
      expectSame(withoutBuffers(read), plain);
    });
  });
});

/** protobufjs gives Node's buffers for bytes. */
function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutBuffers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBuffers(item)]));
}

describe("protobuf-es with our schema", () => {
  test.each([...messages.keys()])("writes and reads the same %s, and the same JSON", (name) => {
    const type = registry.getMessage(name);
    if (type === undefined) throw new Error(`not in the image: ${name}`);
    const codec = messages.get(name) as MessageCodec;
    forAllOf(name, (message, seed) => {
      const ours = encode(codec.encode, message);
      const read = fromBinary(type, ours);
      expectSameBytes(toBinary(type, read), ours);
      expectSame(toJson(message), toOracleJson(type, read, jsonOptions));

      const unusual = encodeUnusually(vendor.lookupType(name), message, new Random(seed));
      decodeTwice(codec, unusual, message);
      expectSameBytes(toBinary(type, fromBinary(type, unusual), { writeUnknownFields: false }), ours);
    });
  });
});

describe("very long ones", () => {
  const kinds = ["x", "é", "港", "😀"];
  const names = [
    "Qot_GetUserSecurity.Response",
    "Notify.Response",
    "Trd_GetOrderList.Response",
    "GetGlobalState.Response",
  ];

  // Around the sizes of the writer's buffers too.
  test.each([16_383, 16_384, 100_000])("texts of %d characters, everywhere in a message", (length) => {
    for (const [i, name] of names.entries()) {
      const [sample] = fc.sample(anyMessage(vendor.lookupType(name), "all"), 1);
      const message = withTexts(sample, (kinds[i] as string).repeat(length)) as object;
      roundTrip(name, message);
    }
  });

  test("lists", () => {
    const securityList = Array.from({ length: 20_000 }, (_, i) => ({ market: i, code: String(i) }));
    const subTypeList = Array.from({ length: 20_000 }, (_, i) => i * 100_003);
    const [c2s] = fc.sample(anyMessage(vendor.lookupType("Qot_Sub.C2S"), "none"), 1);
    roundTrip("Qot_Sub.C2S", { ...c2s, securityList, subTypeList });
  });

  function roundTrip(name: string, message: object): void {
    const type = vendor.lookupType(name);
    const codec = messages.get(name) as MessageCodec;
    const ours = encode(codec.encode, message);
    expectSameBytes(ours, type.encode(type.fromObject(toPlain(message) as Record<string, unknown>)).finish());
    decodeTwice(codec, ours, message);
    decodeTwice(codec, encodeUnusually(type, message, new Random(ours.length)), message);
  }
});

function withTexts(value: unknown, text: string): unknown {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, text));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, text)]));
}
