// Every message of LongPort's schema beside protobuf-es, which gets our schema.
import { createFileRegistry, fromBinary, toBinary, toJson as toOracleJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as control from "../gen/longport/control.wire.ts";
import * as quote from "../gen/longport/quote.wire.ts";
import { toJson } from "../json.ts";
import type { MessageCodec } from "../opend/protocol.ts";
import { anyMessage, type Presence } from "../testing/any-message.ts";
import { concat } from "../testing/bytes.ts";
import { decode, encode, valueOrCodecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { loadImage } from "../testing/image.ts";
import { damage } from "../testing/mutate.ts";
import { Random } from "../testing/random.ts";
import { expectSame, expectSameBytes } from "../testing/same.ts";
import { loadLongPort, longportPackages, typesOf } from "../testing/schema.ts";
import { encodeUnusually } from "../testing/unusual.ts";
import { lengthField, stringField } from "../testing/wire.ts";

const schema = loadLongPort();
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, loadImage()));
const jsonOptions = { enumAsInteger: true, alwaysEmitImplicit: true };
const runs: Readonly<Record<Presence, number>> = { any: 50, all: 5, none: 1 };
const wires: Readonly<Record<string, unknown>>[] = [control, quote];

const names = longportPackages.flatMap((name) => typesOf(schema, name).types.map((type) => type.fullName.slice(1)));

function codecOf(name: string): MessageCodec {
  const [, where, , ...path] = name.split(".");
  const wire = wires[where === "control" ? 0 : 1];
  const local = path.join("_");
  return { encode: wire?.[`encode${local}`], decode: wire?.[`decode${local}`] } as MessageCodec;
}

test("the schema has this many messages", () => {
  expect(names).toHaveLength(77);
});

describe.each(names)("%s", (name) => {
  const type = schema.lookupType(name);
  const oracle = registry.getMessage(name);
  if (oracle === undefined) throw new Error(`not in the image: ${name}`);
  const codec = codecOf(name);

  test.each(Object.entries(runs) as [Presence, number][])("is written and read the same (%s)", (presence, numRuns) => {
    forAll(
      fc.tuple(anyMessage(type, presence), fc.integer()),
      ([message, seed]) => {
        const ours = encode(codec.encode, message);
        const read = fromBinary(oracle, ours);
        expectSameBytes(toBinary(oracle, read), ours);
        expectSame(toJson(message), toOracleJson(oracle, read, jsonOptions));
        // Twice: whatever a decoder may remember of one message must not show in the next.
        expectSame(decode(codec.decode, ours), message);
        expectSame(decode(codec.decode, ours), message);

        const unusual = encodeUnusually(type, message, new Random(seed));
        expectSame(decode(codec.decode, unusual), message);
        expectSameBytes(toBinary(oracle, fromBinary(oracle, unusual), { writeUnknownFields: false }), ours);
      },
      numRuns,
    );
  });

  test("damaged bytes are read or refused, and what is read can be written", () => {
    forAll(fc.tuple(anyMessage(type), fc.integer()), ([message, seed]) => {
      const value = valueOrCodecError(() =>
        decode(codec.decode, damage(encode(codec.encode, message), new Random(seed))),
      );
      if (!(value instanceof Error)) expectSame(decode(codec.decode, encode(codec.encode, value)), value);
    });
  });

  test("every field may be left out", () => {
    expect(encode(codec.encode, {})).toHaveLength(0);
  });
});

describe("maps", () => {
  const { decodeAuthRequest, encodeAuthRequest } = control;

  test("of entries with the same key the last one counts", () => {
    const entry = (value: string) => encode(encodeAuthRequest, { token: "", metadata: { k: value } });
    expect(decode(decodeAuthRequest, concat(entry("1"), stringField(1, "t"), entry("2")))).toEqual({
      token: "t",
      metadata: { k: "2" },
    });
  });

  test("a key may be any text", () => {
    const message = { token: "", metadata: Object.fromEntries([["__proto__", "x"]]) };
    const { metadata } = decode(decodeAuthRequest, encode(encodeAuthRequest, message));
    expect(Object.entries(metadata)).toEqual([["__proto__", "x"]]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });

  test("an entry may lack its key and its value", () => {
    expect(decode(decodeAuthRequest, lengthField(2)).metadata).toEqual({ "": "" });
    const { byPackageKey } = decode(quote.decodeUserQuoteLevelDetail, lengthField(1, stringField(1, "k")));
    expect(byPackageKey).toEqual({ k: { key: "", name: "", description: "", start: 0n, end: 0n } });
  });

  test("one that cannot be written is named", () => {
    const metadata = { ok: "", bad: 1 } as never;
    expect(() => encode(encodeAuthRequest, { token: "", metadata })).toThrow(
      "longportapp.control.v1.AuthRequest: metadata[1].value: must be a string, got 1",
    );
    expect(() => encode(encodeAuthRequest, { token: "", metadata: [] as never })).toThrow(
      "longportapp.control.v1.AuthRequest: metadata: must be an object",
    );
  });
});

test("an item of a packed list that cannot be written is named", () => {
  const message = { symbol: [], subType: [1, 2.5], isFirstPush: false };
  expect(() => encode(quote.encodeSubscribeRequest, message)).toThrow(
    "longportapp.quote.v1.SubscribeRequest: subType[1]: must be an integer from -2147483648 to 2147483647, got 2.5",
  );
});
