import { type BodyCipher, CodecError, OpenDError } from "@tickwire/session";

type Crypto = typeof import("node:crypto");
type Key = import("node:crypto").KeyObject;

/** Of each block at least 11 bytes are padding: 0, 2, eight or more that are not 0, 0. */
const PADDING_BYTES = 11;
/** A login takes a few blocks. More would only keep the processor busy, a third of a millisecond and more for each. */
const MAX_BLOCKS = 64;
/** The smallest key that OpenD knows. */
const MIN_KEY_BITS = 512;

/**
 * RSA with PKCS#1 v1.5 padding, in as many blocks as the body needs; their size is that of the key.
 * @param pem The private key, PKCS#1 or PKCS#8, without a passphrase.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`, which repeats nothing of the key.
 */
export function nodeRsa(crypto: Crypto, pem: string | Uint8Array): BodyCipher {
  const key = readKey(crypto, pem);
  const publicKey = { key: crypto.createPublicKey(key), padding: crypto.constants.RSA_PKCS1_PADDING };
  // Node 20 and Bun refuse to take PKCS#1 padding off.
  const privateKey = { key, padding: crypto.constants.RSA_NO_PADDING };
  const keyBytes = Math.ceil(keyBits(key) / 8);
  return {
    encrypt: (plain) =>
      concat(cut(plain, keyBytes - PADDING_BYTES).map((part) => crypto.publicEncrypt(publicKey, part))),
    decrypt(sealed) {
      if (sealed.length % keyBytes !== 0)
        throw refuse(
          `its ${sealed.length} bytes are no whole blocks of ${keyBytes}, as a key of ${keyBytes * 8} bits makes`,
        );
      if (sealed.length > keyBytes * MAX_BLOCKS) throw refuse(`its ${sealed.length} bytes are too many for a login`);
      return concat(cut(sealed, keyBytes).map((block) => unpad(decrypt(crypto, privateKey, block))));
    },
  };
}

function readKey(crypto: Crypto, pem: unknown): Key {
  const invalid = (why: string) => new OpenDError("OPEND_INVALID_ARGUMENT", `rsaPrivateKey ${why}`);
  if (typeof pem !== "string" && !(pem instanceof Uint8Array))
    throw invalid(`must be the text of a PEM file, got a ${typeof pem}`);
  const text = typeof pem === "string" ? pem : new TextDecoder().decode(pem);
  if (!text.includes("-----BEGIN "))
    throw invalid('is no PEM text, which begins with "-----BEGIN"; give what is in the file, not its path');
  if (/-----BEGIN [A-Z ]*PUBLIC KEY-----/.test(text))
    throw invalid("is a public key; OpenD and its clients share the private one");
  if (/ENCRYPTED/.test(text))
    throw invalid("has a passphrase, with which OpenD cannot read it either; take it off, for both");
  let key: Key;
  try {
    key = crypto.createPrivateKey(text);
  } catch {
    throw invalid("holds no private key that can be read; is all of the PEM file there?");
  }
  if (key.asymmetricKeyType !== "rsa")
    throw invalid(
      `is a key for ${key.asymmetricKeyType}; OpenD takes RSA: openssl genrsa -traditional -out key.pem 1024`,
    );
  if (keyBits(key) < MIN_KEY_BITS) throw invalid(`has ${keyBits(key)} bits; OpenD takes ${MIN_KEY_BITS} or more`);
  return key;
}

const keyBits = (key: Key): number => key.asymmetricKeyDetails?.modulusLength ?? 0;

function decrypt(crypto: Crypto, key: { key: Key; padding: number }, block: Uint8Array): Uint8Array {
  try {
    return crypto.privateDecrypt(key, block);
  } catch {
    throw otherKey();
  }
}

function unpad(block: Uint8Array): Uint8Array {
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < PADDING_BYTES - 1) throw otherKey();
  return block.subarray(end + 1);
}

/** One error for all that can be wrong inside a block, so that it tells nobody what it was. */
const otherKey = () => refuse("it was not encrypted with this RSA key");
const refuse = (why: string) => new CodecError("CODEC_FRAME_CIPHER", `a body cannot be decrypted: ${why}`);

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
