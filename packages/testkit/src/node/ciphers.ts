import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { type CipherSuite, CodecError, PacketEncAlgo, TickwireError } from "@tickwire/session";

/**
 * The ciphers of an RSA key, for `FakeOpenD`. They are made of node:crypto's parts alone, another way than the client's, so
 * that neither can hide a mistake of the other.
 * @param pem The private key that OpenD and its clients share: PKCS#1 or PKCS#8, without a passphrase.
 * @throws {TickwireError} `TESTKIT_RSA_KEY`.
 */
export function rsaCiphers(pem: string | Uint8Array): CipherSuite {
  const key = readKey(pem);
  const publicKey = { key: createPublicKey(key), padding: constants.RSA_PKCS1_PADDING };
  const privateKey = { key, padding: constants.RSA_PKCS1_PADDING };
  const keyBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  return {
    handshake: {
      encrypt: (plain) => joined(pieces(plain, keyBytes - 11).map((piece) => publicEncrypt(publicKey, piece))),
      // For blocks of another key OpenSSL gives bytes by chance; the SHA-1 in the frame tells them.
      decrypt: (sealed) =>
        guarded(() => joined(pieces(sealed, keyBytes).map((piece) => privateDecrypt(privateKey, piece)))),
    },
    bodies(algo, aesKey, iv = "") {
      for (const secret of algo === PacketEncAlgo.AES_CBC ? [aesKey, iv] : [aesKey])
        if (Buffer.byteLength(secret) !== 16)
          throw new CodecError("CODEC_FRAME_CIPHER", "a key or an IV has not 16 bytes");
      const { name, seed } =
        algo === PacketEncAlgo.AES_CBC ? { name: "aes-128-cbc", seed: iv } : { name: "aes-128-ecb", seed: null };
      const isPadded = algo !== PacketEncAlgo.FTAES_ECB;
      const encrypt = (bytes: Uint8Array) => {
        const cipher = createCipheriv(name, aesKey, seed).setAutoPadding(isPadded);
        return joined([cipher.update(bytes), cipher.final()]);
      };
      const decrypt = (bytes: Uint8Array) =>
        guarded(() => {
          const decipher = createDecipheriv(name, aesKey, seed).setAutoPadding(isPadded);
          return joined([decipher.update(bytes), decipher.final()]);
        });
      if (isPadded) return { encrypt, decrypt };
      // The vendor's own padding: zeros, and a block in the clear that ends with the last block's length.
      return {
        encrypt: (plain) =>
          joined([
            encrypt(joined([plain, new Uint8Array(-plain.length & 15)])),
            new Uint8Array(16).with(15, plain.length % 16),
          ]),
        decrypt(sealed) {
          const used = sealed.at(-1) ?? 0;
          const whole = decrypt(sealed.subarray(0, -16));
          return whole.subarray(0, whole.length - (used === 0 ? 0 : 16 - used));
        },
      };
    },
  };
}

function readKey(pem: string | Uint8Array) {
  try {
    const key = createPrivateKey(typeof pem === "string" ? pem : new TextDecoder().decode(pem));
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Its own words could be about what is in the file.
  }
  throw new TickwireError("TESTKIT_RSA_KEY", "not a private RSA key in PEM form without a passphrase");
}

/** What node:crypto throws tells nothing that a log should have. */
function guarded(run: () => Uint8Array): Uint8Array {
  try {
    return run();
  } catch {
    throw new CodecError("CODEC_FRAME_CIPHER", "a body cannot be decrypted: it is of another key, or damaged");
  }
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
