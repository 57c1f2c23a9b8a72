import {
  type BodyCipher,
  type CipherSuite,
  CodecError,
  decodeResponse,
  hasSha1,
  InitConnect,
  PacketEncAlgo,
  RetType,
  type Sha1,
  type TcpFrame,
} from "@tickwire/codec";

/** How to encrypt on OpenD's API port. */
export interface TcpEncryption {
  /** The ciphers of the RSA key that OpenD is configured with. */
  readonly ciphers: CipherSuite;
  /** What to ask for. With `None` only InitConnect's request is encrypted, which shows that we have the key. */
  readonly packetEncAlgo: PacketEncAlgo;
}

/** The encryption of one connection: RSA until InitConnect's reply is there, then what that reply decides. */
export interface ConnectionEncryption {
  encrypt(plain: Uint8Array): Uint8Array;
  /** @throws {CodecError} `CODEC_FRAME_CIPHER`. */
  decrypt(frame: TcpFrame): Uint8Array;
  /**
   * Takes InitConnect's reply, decrypted; what comes next is encrypted as it says.
   * @throws {CodecError} `CODEC_FRAME_CIPHER` when it does not fit what was asked for.
   */
  agree(reply: Uint8Array): void;
}

/** The encryption of a new connection. */
export function connectionEncryption({ ciphers, packetEncAlgo }: TcpEncryption, sha1: Sha1): ConnectionEncryption {
  let cipher: BodyCipher | undefined = ciphers.handshake;
  let isGreeting = true;
  let isReplyPlain = false;
  return {
    encrypt: (plain) => cipher?.encrypt(plain) ?? plain,
    decrypt(frame) {
      if (isGreeting) isReplyPlain = hasSha1(frame, frame.body, sha1);
      // OpenD does not encrypt its reply either when it was asked for no encryption.
      return isReplyPlain && isGreeting ? frame.body : (cipher?.decrypt(frame.body) ?? frame.body);
    },
    agree(reply) {
      const { retType, s2c } = decodeResponse(InitConnect, reply);
      if (retType !== RetType.Succeed || s2c === undefined) return;
      isGreeting = false;
      if (packetEncAlgo === PacketEncAlgo.None) cipher = undefined;
      else if (isReplyPlain)
        throw new CodecError("CODEC_FRAME_CIPHER", "OpenD answers without the encryption that it was asked for");
      else cipher = ciphers.bodies(algoOf(s2c.aesCBCiv, packetEncAlgo), s2c.connAESKey, s2c.aesCBCiv);
    },
  };
}

/** The reply decides between CBC and the vendor's ECB by its IV; the standard ECB has nothing to be told from that by. */
function algoOf(iv: string | undefined, asked: PacketEncAlgo): PacketEncAlgo {
  if (iv !== undefined && iv !== "") return PacketEncAlgo.AES_CBC;
  return asked === PacketEncAlgo.AES_ECB ? asked : PacketEncAlgo.FTAES_ECB;
}
