import type { CipherSuite } from "@tickwire/session";
import { nodeAes } from "./node-aes.ts";
import { nodeRsa } from "./node-rsa.ts";

/**
 * OpenD's encryption by node:crypto, which is loaded here and not before: most programs do without.
 * @param rsaPrivateKey The text of a PEM file.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function nodeCiphers(rsaPrivateKey: string | Uint8Array): CipherSuite {
  const crypto = process.getBuiltinModule("node:crypto");
  return {
    handshake: nodeRsa(crypto, rsaPrivateKey),
    bodies: (algo, key, iv) => nodeAes(crypto, algo, key, iv),
  };
}
