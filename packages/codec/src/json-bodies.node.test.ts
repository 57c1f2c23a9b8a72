// Every protocol, both sides: what its messages are in JSON comes back as they were.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messages, protocols } from "./gen/registry.ts";
import { toJson } from "./json.ts";
import { jsonBodies } from "./json-bodies.ts";
import { bodyMessage } from "./opend/json-table.ts";
import type { MessageCodec } from "./opend/protocol.ts";
import { anyMessage } from "./testing/any-message.ts";
import { decode, encode } from "./testing/codec.ts";
import { loadVendor } from "./testing/schema.ts";

const vendor = loadVendor();

describe.each([...protocols.values()])("$protocol.name", ({ protocol: { id, kind } }) => {
  test.each(["request", "response"] as const)("its %s", (side) => {
    const name = bodyMessage(id, side)?.name;
    if (name === undefined) {
      expect([side, kind]).toEqual(["request", "push"]);
      return;
    }
    const codec = messages.get(name) as MessageCodec;
    fc.assert(
      fc.property(anyMessage(vendor.lookupType(name)), (message) => {
        const bytes = encode(codec.encode, message);
        const json = jsonBodies.encode(id, side, bytes);
        // Compared as JSON, in which -0 is 0.
        const plain = JSON.stringify(toJson(decode(codec.decode, bytes)));
        expect(JSON.stringify(toJson(decode(codec.decode, jsonBodies.decode(id, side, json!))))).toBe(plain);
      }),
      { numRuns: 10 },
    );
  });
});
