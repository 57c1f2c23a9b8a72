// A third implementation, Go's, by `buf convert`: its JSON of our bytes is our JSON, and its bytes of our JSON are the
// same message to us. Every message is a process here, so that only some take part.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import protobuf from "protobufjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messages, protocols } from "./gen/registry.ts";
import { toJson } from "./json.ts";
import { jsonBodies } from "./json-bodies.ts";
import type { MessageCodec } from "./opend/protocol.ts";
import { anyMessage } from "./testing/any-message.ts";
import { decode, encode } from "./testing/codec.ts";
import { loadImage } from "./testing/image.ts";
import { loadVendor, root } from "./testing/schema.ts";

const PER_AREA = 4;
const manifest: { areas: Readonly<Record<string, readonly string[]>> } = JSON.parse(
  readFileSync(join(root, "proto/opend.manifest.json"), "utf8"),
);
const vendor = loadVendor();

/** A few replies of each area, from all over its list. */
const names = Object.values(manifest.areas).flatMap((area) => {
  const replies = area.map((name) => `${name}.Response`).filter((name) => messages.has(name));
  return replies.filter((_, i) => i % Math.ceil(replies.length / PER_AREA) === 0);
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tickwire-buf-"));
  writeFileSync(join(folder, "image.binpb"), loadImage());
});
afterAll(() => rmSync(folder, { recursive: true }));

const binary = "-#format=binpb";
const json = "-#format=json,use_proto_names=true,use_enum_numbers=true";

/** Go writes a 32-bit float in as few digits as tell it from others of 32 bits, JavaScript knows 64 bits only. */
const hasFloats = (type: protobuf.Type): boolean =>
  type.fieldsArray.some((field) => {
    const { resolvedType } = field.resolve();
    return resolvedType instanceof protobuf.Type ? hasFloats(resolvedType) : field.type === "float";
  });

/** JSON with its numbers rounded. */
const precise = (json: unknown, round: (value: number) => number): unknown =>
  JSON.parse(JSON.stringify(json), (_key, value) => (typeof value === "number" ? round(value) : value));

function convert(type: string, from: string, to: string, input: string | Uint8Array): Promise<Uint8Array> {
  const args = ["convert", join(folder, "image.binpb"), "--type", type, "--from", from, "--to", to];
  return new Promise((resolve, reject) => {
    const command = join(root, "node_modules/.bin/buf");
    const child = execFile(command, args, { encoding: "buffer", maxBuffer: 2 ** 26 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    child.stdin?.end(input);
  });
}

describe("buf convert", () => {
  test("has replies of every area", () => {
    expect(names.length).toBeGreaterThan(Object.keys(manifest.areas).length * 3);
  });

  test.concurrent.each(names)("reads and writes %s as we do", async (name) => {
    const codec = messages.get(name) as MessageCodec;
    const type = vendor.lookupType(name);
    for (const message of fc.sample(anyMessage(type, "all"), 1)) {
      const bytes = encode(codec.encode, message);
      const ours = toJson(message);
      const theirs = await convert(name, binary, json, bytes);
      const precision = hasFloats(type) ? Math.fround : Number;
      expect(precise(JSON.parse(new TextDecoder().decode(theirs)), precision)).toStrictEqual(precise(ours, precision));
      // Not byte by byte: JSON knows one NaN only, and JavaScript writes -0 as 0.
      const text = JSON.stringify(ours);
      const back = decode(codec.decode, await convert(name, json, binary, text));
      expect(JSON.parse(JSON.stringify(toJson(back)))).toStrictEqual(JSON.parse(text));
    }
  });

  // In the form that protobuf's printers have when nobody tells them: camel case, and real enums by their members' names.
  test.concurrent.each(["Qot_PushIndicatorCalc", "Notify", "Qot_GetEventContract", "Qot_GetCompanyProfile"])(
    "prints %s so that jsonBodies reads it",
    async (name) => {
      const { protocol } = [...protocols.values()].find((codec) => codec.protocol.name === name)!;
      const codec = messages.get(`${name}.Response`) as MessageCodec;
      for (const message of fc.sample(anyMessage(vendor.lookupType(`${name}.Response`), "all"), 1)) {
        const theirs = await convert(`${name}.Response`, binary, "-#format=json", encode(codec.encode, message));
        const back = decode(codec.decode, jsonBodies.decode(protocol.id, "response", theirs));
        expect(JSON.stringify(toJson(back))).toBe(JSON.stringify(toJson(message)));
      }
    },
  );
});
