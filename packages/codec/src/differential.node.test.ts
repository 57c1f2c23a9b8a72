import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createFileRegistry, fromBinary, toBinary, toJson as toOracleJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { messages } from "./gen/registry.ts";
import { toJson } from "./json.ts";
import { anyMessage, toPlain } from "./testing/any-message.ts";
import { toHex } from "./testing/bytes.ts";
import { decode, encode } from "./testing/codec.ts";
import { forAll } from "./testing/for-all.ts";
import { loadVendor, packages, root, typesOf } from "./testing/schema.ts";

const vendor = loadVendor();
const runs = 40;

test("the registry has every message of the schema", () => {
  const all = packages.flatMap((name) => typesOf(vendor, name).types.map((type) => type.fullName.slice(1)));
  expect(new Set(messages.keys())).toEqual(new Set(all));
});

describe("protobufjs with the vendor's schema", () => {
  for (const [name, codec] of messages) {
    test(`writes and reads the same ${name}`, () => {
      const type = vendor.lookupType(name);
      forAll(
        anyMessage(type),
        (message) => {
          const ours = encode(codec.encode, message);
          const plain = toPlain(message) as Record<string, unknown>;
          const theirs = type.encode(type.fromObject(plain)).finish();
          // Both write in the order of the field numbers.
          expect(toHex(ours)).toBe(toHex(theirs));
          expect(decode(codec.decode, theirs)).toStrictEqual(message);
          const read = type.toObject(type.decode(ours), { longs: String, arrays: true, bytes: Uint8Array });
          expect(withoutBuffers(read)).toStrictEqual(plain);
        },
        runs,
      );
    });
  }
});

/** protobufjs gives Node's buffers for bytes. */
function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutBuffers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBuffers(item)]));
}

describe("protobuf-es with our schema", () => {
  const image = execFileSync(join(root, "node_modules/.bin/buf"), ["build", "proto", "--output", "-"], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const jsonOptions = { useProtoFieldName: true, enumAsInteger: true, alwaysEmitImplicit: true };

  for (const [name, codec] of messages) {
    test(`knows every field of ${name}, writes the same bytes and the same JSON`, () => {
      const type = registry.getMessage(name);
      if (type === undefined) throw new Error(`not in the image: ${name}`);
      forAll(
        anyMessage(vendor.lookupType(name)),
        (message) => {
          const ours = encode(codec.encode, message);
          const read = fromBinary(type, ours);
          expect(toHex(toBinary(type, read))).toBe(toHex(ours));
          expect(toJson(message)).toStrictEqual(toOracleJson(type, read, jsonOptions));
        },
        runs,
      );
    });
  }
});
