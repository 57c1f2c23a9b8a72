import {
  type BodyCipher,
  type CipherSuite,
  checkSha1,
  hasSha1,
  InitConnect,
  type InitConnectC2S,
  type InitConnectS2C,
  PacketEncAlgo,
  sha1,
  type TcpFrame,
} from "@tickwire/session";

/**
 * The algorithm that a login asks for; undefined for none. What does not say counts as FTAES_ECB, as the vendor's schema
 * has it.
 */
export function algoOf({ packetEncAlgo = PacketEncAlgo.FTAES_ECB }: InitConnectC2S): PacketEncAlgo | undefined {
  return packetEncAlgo === PacketEncAlgo.None ? undefined : packetEncAlgo;
}

/** The encryption of one TCP connection, from the gateway's side. */
export class Encryption {
  readonly #ciphers: CipherSuite | undefined;
  /** For InitConnect's reply. */
  #forReply: BodyCipher | undefined;
  /** For all that comes after it. */
  #cipher: BodyCipher | undefined;

  /** @param ciphers Those of the gateway's RSA key, if it has one; else nothing is encrypted. */
  constructor(ciphers: CipherSuite | undefined) {
    this.#ciphers = ciphers;
  }

  /**
   * The plain body of a frame. The login may be encrypted or not: a client with a key that asks for no encryption encrypts
   * only that.
   * @throws {CodecError} `CODEC_FRAME_CIPHER` or `CODEC_FRAME_SHA1`.
   */
  open(frame: TcpFrame): Uint8Array {
    const isLogin = frame.protoId === InitConnect.id;
    const cipher = isLogin ? this.#ciphers?.handshake : this.#cipher;
    if (cipher === undefined || (isLogin && hasSha1(frame, frame.body, sha1))) {
      checkSha1(frame, frame.body, sha1);
      return frame.body;
    }
    const body = cipher.decrypt(frame.body);
    checkSha1(frame, body, sha1);
    return body;
  }

  /** The body as it is sent. */
  seal(protoId: number, plain: Uint8Array): Uint8Array {
    const cipher = protoId === InitConnect.id ? this.#forReply : this.#cipher;
    return cipher?.encrypt(plain) ?? plain;
  }

  /** Takes a login: its reply is encrypted if encryption was asked for. */
  asked(c2s: InitConnectC2S): void {
    this.#forReply = algoOf(c2s) === undefined ? undefined : this.#ciphers?.handshake;
  }

  /** Takes the login's reply, once it was sent: from now on it holds what was agreed. */
  agreed(c2s: InitConnectC2S, { connAESKey, aesCBCiv }: InitConnectS2C): void {
    const algo = algoOf(c2s);
    this.#cipher = algo === undefined ? undefined : this.#ciphers?.bodies(algo, connAESKey, aesCBCiv);
  }
}
