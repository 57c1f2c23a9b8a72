import {
  constants,
  createCipheriv,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { CodecError, OpenDError, PacketEncAlgo } from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { nodeCiphers } from "./node-cipher.ts";
import { aesIv, aesKey, cbcVectors, ftaesVectors, rsaKey, rsaVectors } from "./testing/cipher-vectors.ts";

const { FTAES_ECB, AES_ECB, AES_CBC } = PacketEncAlgo;
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (length: number) => new Uint8Array(length).map((_, i) => i * 29 + length);
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" = "pkcs1") => key.export({ type, format: "pem" }) as string;
const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength }).privateKey;

const vectorKey = createPrivateKey({ key: rsaKey, format: "jwk" });
const suite = nodeCiphers(pem(vectorKey));

function refusalOf(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError && error.code === "CODEC_FRAME_CIPHER") return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("RSA", () => {
  test.each(rsaVectors)("decrypts what the vendor encrypted: $plain", ({ plain, sealed }) => {
    expect(toHex(suite.handshake.decrypt(fromHex(sealed)))).toBe(plain);
  });

  test.each([512, 768, 1024, 1032, 2048])("of %i bits, with blocks of the key's size, both ways", (bits) => {
    const key = rsa(bits);
    const { handshake } = nodeCiphers(pem(key));
    const block = bits / 8;
    for (const length of [0, 1, block - 12, block - 11, block - 10, 300]) {
      const plain = bytesOf(length);
      const sealed = handshake.encrypt(plain);
      expect(sealed.length).toBe(Math.ceil(length / (block - 11)) * block);
      expect(handshake.decrypt(sealed)).toEqual(plain);
      // As the vendor's client reads it: block by block, by the library's own unpadding.
      const parts = Array.from({ length: sealed.length / block }, (_, i) =>
        privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sealed.subarray(i * block, (i + 1) * block)),
      );
      expect(Uint8Array.from(Buffer.concat(parts))).toEqual(plain);
    }
  });

  test("takes chunks of any length that fits, such as the vendor's of 100 bytes", () => {
    const seal = (part: Uint8Array) => publicEncrypt({ key: vectorKey, padding: constants.RSA_PKCS1_PADDING }, part);
    const plain = bytesOf(250);
    const parts = [
      plain.subarray(0, 100),
      plain.subarray(100, 117),
      plain.subarray(117, 117),
      plain.subarray(117, 217),
    ];
    expect(suite.handshake.decrypt(Buffer.concat(parts.map(seal)))).toEqual(plain.subarray(0, 217));
  });

  test.each<[what: string, sealed: () => Uint8Array, says: string]>([
    [
      "of another key",
      () => nodeCiphers(pem(rsa(1024))).handshake.encrypt(bytesOf(9)),
      "not encrypted with this RSA key",
    ],
    ["that is larger than the key's modulus", () => new Uint8Array(128).fill(255), "not encrypted with this RSA key"],
    ["with little padding", () => raw([0, 2, 1, 1, 1, 1, 1, 1, 1, 0, 7]), "not encrypted with this RSA key"],
    ["with another padding", () => raw([0, 1, ...new Array(9).fill(255), 0, 7]), "not encrypted with this RSA key"],
    ["with padding only", () => raw([0, 2, ...new Array(126).fill(1)]), "not encrypted with this RSA key"],
    ["that is one of too many", () => new Uint8Array(128 * 65), "8320 bytes are too many for a login"],
    ["of another key's size", () => new Uint8Array(256 - 1), "255 bytes are no whole blocks of 128"],
  ])("refuses a block %s", (_, sealed, says) => {
    expect(refusalOf(() => suite.handshake.decrypt(sealed())).message).toContain(says);
  });

  /** A block that ends as given, encrypted as it is. */
  function raw(beginning: number[]): Uint8Array {
    const block = Uint8Array.from([...beginning, ...new Array(128 - beginning.length).fill(9)]);
    return publicEncrypt({ key: vectorKey, padding: constants.RSA_NO_PADDING }, block);
  }
});

describe("the PEM", () => {
  test.each(["pkcs1", "pkcs8"] as const)("may be %s, as text or as bytes, with CRLF", (type) => {
    const text = pem(vectorKey, type);
    for (const given of [text, Buffer.from(text), text.replaceAll("\n", "\r\n"), `\n${text}\n`])
      expect(toHex(nodeCiphers(given).handshake.decrypt(fromHex(rsaVectors[0]!.sealed)))).toBe("61");
  });

  const key = rsa(1024);
  const whole = pem(key);
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const secret = { cipher: "aes-128-cbc", passphrase: "s3cret" };
  test.each<[what: string, given: unknown, says: string]>([
    [
      "a public key",
      pem(vectorKey).replaceAll("RSA PRIVATE", "RSA PUBLIC"),
      "is a public key; OpenD and its clients share",
    ],
    ["an encrypted PKCS#1 key", key.export({ type: "pkcs1", format: "pem", ...secret }), "has a passphrase"],
    ["an encrypted PKCS#8 key", key.export({ type: "pkcs8", format: "pem", ...secret }), "has a passphrase"],
    [
      "a path",
      "/home/me/opend-key.pem",
      'is no PEM text, which begins with "-----BEGIN"; give what is in the file, not its path',
    ],
    ["nothing", "", "is no PEM text"],
    [
      "half of a key",
      `${whole.slice(0, 300)}\n-----END RSA PRIVATE KEY-----\n`,
      "holds no private key that can be read; is all of the PEM file there?",
    ],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no private key"],
    ["an EC key", ec.export({ type: "sec1", format: "pem" }), "is a key for ec; OpenD takes RSA"],
    ["an EC key as PKCS#8", pem(ec, "pkcs8"), "is a key for ec; OpenD takes RSA"],
    ["a number", 5, "must be the text of a PEM file, got a number"],
    ["null", null, "must be the text of a PEM file, got a object"],
  ])("cannot be %s, and is not repeated", (_, given, says) => {
    let error: unknown;
    try {
      nodeCiphers(given as string);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof OpenDError)) throw error ?? new Error("it was taken");
    expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
    expect(error.message).toContain(`rsaPrivateKey ${says}`);
    const told = `${JSON.stringify(error)}${error.stack}${error.cause}`;
    for (const line of String(given).split("\n")) if (line.length > 40) expect(told).not.toContain(line.slice(0, 20));
    expect(told).not.toContain("opend-key.pem");
  });
});

test("no bytes make it throw anything but its own error", () => {
  const all = [suite.handshake, ...[FTAES_ECB, AES_ECB, AES_CBC].map((algo) => suite.bodies(algo, aesKey, aesIv))];
  let refused = 0;
  for (let length = 0; length < 600; length++) {
    const bytes = new Uint8Array(length).map((_, i) => Math.imul(i + length * 7, 2654435761) >>> 24);
    for (const cipher of all) {
      try {
        cipher.decrypt(bytes);
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(2000);
});

describe("AES", () => {
  test.each([
    { name: "FTAES_ECB", algo: FTAES_ECB, vectors: ftaesVectors },
    { name: "AES_CBC", algo: AES_CBC, vectors: cbcVectors },
  ])("$name is the vendor's, in any order, with one cipher for all", ({ algo, vectors }) => {
    const cipher = suite.bodies(algo, aesKey, aesIv);
    for (const { plain, sealed } of [...vectors, ...vectors.toReversed()]) {
      expect(toHex(cipher.encrypt(fromHex(plain)))).toBe(sealed);
      expect(toHex(cipher.decrypt(fromHex(sealed)))).toBe(plain);
    }
  });

  test("AES_ECB is the standard one, with PKCS#7", () => {
    const cipher = suite.bodies(AES_ECB, aesKey);
    for (const length of [0, 1, 15, 16, 17, 100, 16]) {
      const fresh = createCipheriv("aes-128-ecb", aesKey, null);
      const sealed = Buffer.concat([fresh.update(bytesOf(length)), fresh.final()]);
      expect(toHex(cipher.encrypt(bytesOf(length)))).toBe(sealed.toString("hex"));
      expect(cipher.decrypt(sealed)).toEqual(bytesOf(length));
    }
  });

  describe.each([
    ["FTAES_ECB", FTAES_ECB],
    ["AES_ECB", AES_ECB],
    ["AES_CBC", AES_CBC],
  ] as const)("%s", (_, algo) => {
    test("gives back bodies of every length, and leaves what it was given as it is", () => {
      const cipher = suite.bodies(algo, aesKey, aesIv);
      for (const length of [...Array(70).keys(), 1000, 70_000, 3]) {
        const plain = bytesOf(length);
        const sealed = cipher.encrypt(plain);
        expect(plain).toEqual(bytesOf(length));
        const copy = sealed.slice();
        expect(cipher.decrypt(sealed)).toEqual(plain);
        expect(sealed.slice()).toEqual(copy);
      }
    });

    test("refuses what it cannot have made, and works on", () => {
      const cipher = suite.bodies(algo, aesKey, aesIv);
      const other = suite.bodies(algo, "fedcba9876543210", aesIv);
      const damaged = cipher.encrypt(bytesOf(40)).slice(0, -1);
      const wrong = algo === FTAES_ECB ? new Uint8Array(32).fill(16) : other.encrypt(bytesOf(16));
      for (const sealed of [new Uint8Array(0), damaged, wrong]) {
        expect(refusalOf(() => cipher.decrypt(sealed)).message).toContain("a body cannot be decrypted");
        expect(cipher.decrypt(cipher.encrypt(bytesOf(40)))).toEqual(bytesOf(40));
      }
    });
  });

  test("FTAES_ECB refuses a tail that counts bytes of no block", () => {
    const tail = new Uint8Array(16);
    tail[15] = 3;
    refusalOf(() => suite.bodies(FTAES_ECB, aesKey).decrypt(tail));
  });

  test("a key or an IV of another length is told, without it", () => {
    const short = refusalOf(() => suite.bodies(AES_CBC, "s3cret", aesIv));
    expect(short.message).toContain("OpenD's connAESKey has 6 bytes instead of 16");
    expect(refusalOf(() => suite.bodies(AES_CBC, aesKey, "s3cret")).message).toContain("aesCBCiv has 6 bytes");
    expect(short.message).not.toContain("s3cret");
  });
});
