import type { PacketEncAlgo } from "../gen/opend/Common.ts";

/** Encrypts and decrypts whole bodies of TCP frames. Both sides of a connection use the same one. */
export interface BodyCipher {
  /** The body as it is sent. */
  encrypt(plain: Uint8Array): Uint8Array;
  /**
   * The body as it was before it was encrypted.
   * @throws {CodecError} `CODEC_FRAME_CIPHER` when it was not encrypted with this key, or was damaged.
   */
  decrypt(sealed: Uint8Array): Uint8Array;
}

/** The ciphers of one RSA key, which OpenD and its clients share. The codec itself has none: a package for a runtime does. */
export interface CipherSuite {
  /** RSA with PKCS#1 v1.5 padding: for InitConnect (1001), both ways. */
  readonly handshake: BodyCipher;
  /**
   * AES-128 for all other frames of a connection.
   * @param algo Any of the algorithms but `None`.
   * @param key `connAESKey` of InitConnect's reply: 16 ASCII characters.
   * @param iv `aesCBCiv` of it, likewise; for `AES_CBC` only, which begins with it in each body anew.
   * @throws {CodecError} `CODEC_FRAME_CIPHER` for a key or an IV of another length.
   */
  bodies(algo: PacketEncAlgo, key: string, iv?: string): BodyCipher;
}
