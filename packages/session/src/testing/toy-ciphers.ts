import { type BodyCipher, type CipherSuite, CodecError } from "@tickwire/codec";

/** What the ciphers of a suite were made with. */
export interface ToySuite extends CipherSuite {
  readonly made: { algo: number; key: string; iv: string | undefined }[];
}

/** A cipher that can be seen through: it flips bytes, and puts its name in front. */
export function toyCipher(name: number): BodyCipher {
  const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ name);
  return {
    encrypt: (plain) => Uint8Array.of(name, ...flip(plain)),
    decrypt(sealed) {
      if (sealed[0] !== name) throw new CodecError("CODEC_FRAME_CIPHER", "of another key");
      return flip(sealed.subarray(1));
    },
  };
}

/** Cipher 99 for the handshake, then 10 + the algorithm. */
export function toySuite(): ToySuite {
  const made: ToySuite["made"] = [];
  return {
    made,
    handshake: toyCipher(99),
    bodies(algo, key, iv) {
      made.push({ algo, key, iv });
      return toyCipher(10 + algo);
    },
  };
}
