import { describe, expect, test } from "vitest";
import { CodecError } from "../errors.ts";
import { decodeBody, decodeErrorBody, decodePacket, encodeBody, encodePacket } from "../longport.ts";
import { embedded, fromHex, toHex } from "../testing/bytes.ts";
import { codecOf, errorVector, foreignVectors, packetVectors } from "../testing/longport-vectors.ts";

describe.each(packetVectors)("$name ($source)", ({ hex, command, facts, message }) => {
  const codec = codecOf(command, facts.type);

  test("is written byte for byte", () => {
    expect(toHex(encodePacket({ ...facts, command: command.code, body: encodeBody(codec, message) }))).toBe(hex);
  });

  test("is read", () => {
    const packet = decodePacket(embedded(fromHex(hex)));
    const { body } = packet;
    expect(packet).toEqual({ ...facts, command: command.code, isGzip: false, body });
    expect(decodeBody(codec as Required<typeof codec>, body)).toMatchObject(message);
    expect(toHex(encodeBody(codec, decodeBody(codec as Required<typeof codec>, body)))).toBe(toHex(body));
  });
});
