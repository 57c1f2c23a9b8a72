import { type BodyCipher, CodecError, PacketEncAlgo } from "@tickwire/session";

type Crypto = typeof import("node:crypto");

const BLOCK = 16;

/**
 * AES-128 for the bodies of one connection. The cipher objects are made once: a new one costs more than
 * encrypting a usual body does.
 * @throws {CodecError} `CODEC_FRAME_CIPHER` for a key or an IV that has not 16 bytes.
 */
export function nodeAes(crypto: Crypto, algo: PacketEncAlgo, keyText: string, ivText = ""): BodyCipher {
  const key = sixteen("connAESKey", keyText);
  if (algo === PacketEncAlgo.AES_CBC) return padded(cbc(crypto, key, sixteen("aesCBCiv", ivText)));
  return algo === PacketEncAlgo.AES_ECB ? padded(ecb(crypto, key)) : clearTail(ecb(crypto, key));
}

/** AES over whole blocks. */
type Blocks = BodyCipher;

/** ECB keeps nothing from one body to the next. */
function ecb(crypto: Crypto, key: Uint8Array): Blocks {
  const cipher = crypto.createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  const decipher = crypto.createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return { encrypt: (bytes) => cipher.update(bytes), decrypt: (bytes) => decipher.update(bytes) };
}

/**
 * CBC XORs each block with the ciphertext before it, the first one of a body with the IV. A kept object takes for that the
 * last ciphertext block of the body before, which is taken out again here.
 */
function cbc(crypto: Crypto, key: Uint8Array, iv: Uint8Array): Blocks {
  const cipher = crypto.createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const decipher = crypto.createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const mend = (block: Uint8Array, chain: Uint8Array) => {
    for (let i = 0; i < BLOCK; i++) block[i]! ^= iv[i]! ^ chain[i]!;
  };
  const sent = iv.slice();
  const received = iv.slice();
  return {
    encrypt(bytes) {
      mend(bytes, sent);
      const sealed = cipher.update(bytes);
      sent.set(sealed.subarray(-BLOCK));
      return sealed;
    },
    decrypt(sealed) {
      const bytes = decipher.update(sealed);
      mend(bytes, received);
      received.set(sealed.subarray(-BLOCK));
      return bytes;
    },
  };
}

/** PKCS#7: 1 to 16 bytes more, each of which tells how many they are. */
function padded({ encrypt, decrypt }: Blocks): BodyCipher {
  return {
    encrypt(plain) {
      const added = BLOCK - (plain.length % BLOCK);
      const bytes = new Uint8Array(plain.length + added).fill(added, plain.length);
      bytes.set(plain);
      return encrypt(bytes);
    },
    decrypt(sealed) {
      const bytes = decrypt(wholeBlocks(sealed));
      const end = bytes.length - (bytes.at(-1) ?? 0);
      const padding = bytes.subarray(end);
      if (padding.length < 1 || padding.length > BLOCK || padding.some((byte) => byte !== padding.length))
        throw refuse();
      return plainView(bytes, end);
    },
  };
}

/**
 * FTAES_ECB, the vendor's own: zeros up to whole blocks, and behind them a block in the clear, whose last byte tells how
 * many bytes of the last block count; 0 for all.
 */
function clearTail({ encrypt, decrypt }: Blocks): BodyCipher {
  return {
    encrypt(plain) {
      const used = plain.length % BLOCK;
      const length = Math.ceil(plain.length / BLOCK) * BLOCK;
      const bytes = new Uint8Array(length + BLOCK);
      bytes.set(plain);
      bytes.set(encrypt(bytes.subarray(0, length)));
      bytes[length + BLOCK - 1] = used;
      return bytes;
    },
    decrypt(sealed) {
      const length = wholeBlocks(sealed).length - BLOCK;
      const used = sealed.at(-1) ?? 0;
      if (used >= BLOCK || (used > 0 && length === 0)) throw refuse();
      const bytes = decrypt(sealed.subarray(0, length));
      return plainView(bytes, used === 0 ? length : length - BLOCK + used);
    },
  };
}

function wholeBlocks(sealed: Uint8Array): Uint8Array {
  if (sealed.length === 0 || sealed.length % BLOCK !== 0) throw refuse();
  return sealed;
}

const refuse = () =>
  new CodecError(
    "CODEC_FRAME_CIPHER",
    "a body cannot be decrypted: it is not of this connection's AES key, or was damaged",
  );

/** Without Node's `Buffer` around it, of which views are slow to make. */
const plainView = ({ buffer, byteOffset }: Uint8Array, length: number) => new Uint8Array(buffer, byteOffset, length);

/** The characters as bytes. They are not told: they are the key. */
function sixteen(name: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === BLOCK) return bytes;
  throw new CodecError("CODEC_FRAME_CIPHER", `OpenD's ${name} has ${bytes.length} bytes instead of ${BLOCK}`);
}
