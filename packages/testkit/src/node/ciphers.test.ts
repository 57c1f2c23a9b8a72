import { generateKeyPairSync } from "node:crypto";
import { type CodecError, PacketEncAlgo } from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { rsaCiphers } from "./ciphers.ts";

const keyOf = (modulusLength: number) =>
  generateKeyPairSync("rsa", { modulusLength }).privateKey.export({ type: "pkcs1", format: "pem" }) as string;
const bytesOf = (length: number) => new Uint8Array(length).map((_, i) => i * 29 + length);
const pem = keyOf(1024);
const suite = rsaCiphers(pem);
const key = "0123456789ABCDEF";

function isRefused(run: () => unknown): void {
  expect(run).toThrow(
    expect.objectContaining({ name: "CodecError", code: "CODEC_FRAME_CIPHER" } as Partial<CodecError>),
  );
}

test.each([512, 1024, 2048])("RSA of %i bits gives back what it encrypted", (bits) => {
  const { handshake } = rsaCiphers(new TextEncoder().encode(keyOf(bits)));
  for (const length of [1, bits / 8 - 11, bits / 8 - 10, 300])
    expect(handshake.decrypt(handshake.encrypt(bytesOf(length)))).toEqual(bytesOf(length));
});

describe.each(Object.entries(PacketEncAlgo).filter(([, algo]) => algo !== PacketEncAlgo.None))("%s", (_, algo) => {
  const cipher = suite.bodies(algo, key, key);

  test("gives back what it encrypted", () => {
    for (const length of [...Array(50).keys(), 1000])
      expect(cipher.decrypt(cipher.encrypt(bytesOf(length)))).toEqual(bytesOf(length));
  });

  test("refuses parts of blocks, and keys of another length", () => {
    isRefused(() => cipher.decrypt(cipher.encrypt(bytesOf(40)).subarray(1)));
    isRefused(() => suite.bodies(algo, "short", key));
  });
});

test.each(["", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "/a/path"])(
  "refuses what is no key, without repeating it: %j",
  (text) => {
    expect(() => rsaCiphers(text)).toThrow("[TESTKIT_RSA_KEY] not a private RSA key in PEM form without a passphrase");
  },
);
